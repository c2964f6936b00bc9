"""Outputs and verdicts -> results -> what a report says, as Markdown, JSON or one HTML page.

Must not know models, judges or files: all that it reads is handed in.
Doors: `tables.results_of` (computes), `results` (the values, and `to_json`), `markdown`, `html`. Between them are
`content` (what a report says), `blocks` (what it is made of), `words` (whose words), `summary` and `worst`.
"""
