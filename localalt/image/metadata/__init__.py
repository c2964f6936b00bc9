"""What a picture file says about its own picture: titles, captions, people, places, a date.

One module each for XMP, IPTC-IIM, EXIF, the texts of a PNG, and sidecars; of XMP, its RDF, its regions and its trees of
tags have their own. None of them trusts what it reads: broken or hostile metadata gives empty fields and raises
nothing. Reads no coordinates, serial numbers or names of authors. Must not know prompts, or whether the words are true.
Doors: `hints.read_hints`, `sidecar.read_sidecar`.
"""
