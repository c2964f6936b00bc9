"""Makes the evaluation's own cases, pictures and truths: `python -m scripts.make_eval_cases`.

`texts` and `languages` are the data, `pictures` names the painters, `art`, `charts`, `maps`, `papers`, `scenes` and
`screens` have them, `canvas` is what they draw on. `command` writes the files.
"""
