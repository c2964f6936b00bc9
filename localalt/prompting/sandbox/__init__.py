"""Chat templates run as what they are: programs of strangers, with a budget of steps, memory and nesting.

Must not know models. Doors: `template.SandboxedTemplate` and `budget`; a template is rewritten before it runs.
"""
