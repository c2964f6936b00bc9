"""Measuring what wrote a text: how good its texts are, and whether another writer's are better.

Cases (pictures with what is right about them) and arms (models with prompts and settings) -> outputs -> measures,
verdicts of a judge -> results -> a report. Must not know the command line; of models it knows what `loading` and
`describer` hand out.
Doors: `cases`, `arms`, `runner.run`, `outputs`, `measures`, `tuning.tune`, `judging`,
`recipes.shipped`, `reporting.tables.results_of`.
"""
