"""The hub and what was downloaded from it: repositories, pinned files, the cache, verified downloads.

Alone opens outgoing connections. Must not know what is in a file, nor which model suits a machine.
Doors: `client`, `download`, `store`, `lockfile`, `repository`.
"""
