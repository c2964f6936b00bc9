"""Whether a device computes what it should: known-answer models run on it, in a process of their own.

Must not know a person's models or pictures. Doors: `examination`; `trial` is the child's program.
"""
