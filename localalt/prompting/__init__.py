"""What is asked of a model, as text: prompts, the author's notes, chat templates, and the presets of each family.

Pure. Must not know pixels, llama.cpp or what comes of an answer. Templates are strangers' programs, which run in
`sandbox`. Doors: `prompt.Prompt`, `builtin`, `builder`, `prompt_file`, `chat_template`, `presets`, `notes`.
"""
