"""The child process that describes pictures in another one's place: `python -m localalt.worker`.

It speaks `isolation.frames` on its standard input and output, has a Describer of its own, and ends with its parent.
Must not know what a crash means, nor that there may be other children: `isolation` does. Doors: none; it is a program.
"""
