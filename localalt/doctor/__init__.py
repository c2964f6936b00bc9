"""Whether a device computes what it should: operations, and models with known answers, in processes of their own.

Must not know a person's models or pictures. Doors: `examination` and `operations`; `trial` is the child's program, and
`pairs` has the models that are written for a try.
"""
