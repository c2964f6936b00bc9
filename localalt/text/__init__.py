"""What a model answered -> text that a person can read: cleaned, cut at a limit, compared, its language recognised.

Pure: words in, words out. Must not know models, prompts, pictures or rules about alt text.
Doors: `cleaning.clean`, `truncation`, `claims`, `agreement`, `language`, `language_tag`, `platforms`.
"""
