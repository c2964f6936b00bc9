"""A name, a repository or a path -> a model's files, and which model suits a machine.

Knows the catalog, what is downloaded, and plans. Must not know pictures, prompts' words or the engine.
Doors: `resolve`, `local`, `choose`, `forecast`, `listing`, `lineup`, `catalog`, `comparison`, `files.read_files`.
"""
