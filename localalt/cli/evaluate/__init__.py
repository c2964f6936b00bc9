"""`localalt eval`: which model, prompt and image budget writes the best alt text, with honest intervals.

Reads arguments, calls `localalt.evaluation` and prints. Must not compute anything that a report says.
Door: `command.add_parser`.
"""
