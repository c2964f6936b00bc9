"""Measures speed: how fast vision models describe pictures on each device, through the functions of the package.

A `Setup` says what one run measures; `runner` starts `child` for it in a new process, again and again, and turns the
numbers into a `record.Result`. `compare` sets results against a baseline and `plots` draws them; `sweep` searches for
the fastest settings, `stored_settings` and `picture_seconds` store what later plans use; `random_pair` writes weights
to measure with. What a result says is in SCHEMA.md.

Knows nothing of how good a text is (that is `evaluation`), and prints nothing: `cli/bench` has the command. The extra
`bench` brings what it needs besides, `plot` what draws.
Doors: `runner.measure`, `runner.ResultStore`, `sweep.search`, `compare.compare`, `plots.write_plots`,
`random_pair.write_pair`.
"""
