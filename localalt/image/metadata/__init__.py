"""What a picture file says about its own picture: titles, captions, people, places, a date.

One module each for XMP, IPTC-IIM and EXIF. None of them trusts what it reads: broken or hostile metadata gives empty
fields and raises nothing. Reads no coordinates, serial numbers or names of authors. Must not know prompts, or whether
the words are true. Door: `hints.read_hints`.
"""
