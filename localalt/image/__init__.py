"""Anything a person holds as a picture -> RGB pixels, the right way up, at the size that the projector takes.

Knows Pillow, and what hostile files do. Must not know models or prompts: an `ImageGeometry` says all that matters
about a projector. Doors: `processor.load_picture`, `readable`, `metadata.read_hints`.
"""
