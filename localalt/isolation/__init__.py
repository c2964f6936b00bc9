"""A model in processes of its own: what starts them, talks with them, watches them, and tries again when they die.

The side of the process that wants pictures described; `worker` is the other one. Knows options, plans and results as
values. Must not know llama.cpp, numpy or Pillow, which are imported in the child alone. Doors: `service`; for the child
`frames`, `shared_memory`, `codec`, `errors_as_data` and `sources`.
"""
