"""A loaded model that describes pictures: how it is loaded, what it answers, and how a process shares it.

Joins models, plans, the engine and drafting. Must not know documents, commands or where drafts go. Doors: `describer`,
`loading`, and `registry`, which has the Describers that the package's functions share. `run_log` is what is logged.
"""
