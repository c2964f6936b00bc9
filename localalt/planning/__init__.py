"""What follows from a model's shape and a machine, before anything is loaded: pure, numbers in and numbers out.

Must not know files, hubs, llama.cpp or the clock. Doors: `planner.plan`, `choice.choose`, `speed.estimate`, and the
values of `plan` and `tuning`.
"""
