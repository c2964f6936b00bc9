"""Collects public posts with pictures and the alt text that people wrote: `python -m scripts.collect_alt_text`.

The way of a post: `stream` (the connection), `events` (what is read of it), `filters` (which are wanted), `collector`
(what is taken and what is withdrawn), `store` (the file and its state). `command` is the command line. Of the file,
`posts` reads the lines, `pictures` fetches what they are about, and `cases` chooses among them.
"""
