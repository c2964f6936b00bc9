"""Requests -> tokens: one thread that encodes pictures, prefills prompts and decodes all running sequences in batches.

`scheduler` and `sequence` are pure policy; `runner` makes the steps, and `engine` is the thread that calls it. Must not
know what is asked or why: a request has its words and pixels.
Doors: `engine.Engine`, `handles.open_handles`, `ticket`, `sequence`.
"""
