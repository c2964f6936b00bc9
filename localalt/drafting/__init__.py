"""What is asked about one picture, answer by answer -> a checked draft.

`task` and `dialogue` are pure policy; `job` takes them through the engine. Must not know where models come from, nor
documents. Doors: `task`, `job`, `result`, `stream`, `options`.
"""
