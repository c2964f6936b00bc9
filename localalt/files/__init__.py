"""Files on this machine: what a path, a folder or a glob means, and which of them are passed over.

Doors: `search.Search`, which every command asks; `kinds`, what is looked for; `decoding`, bytes as text; `replacing`,
a file in place of another. Knows file systems and names. Does not know what is in a picture or a page, and prints
nothing.
"""
