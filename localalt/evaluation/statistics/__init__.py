"""Numbers by arm and picture -> means, differences and strengths, each with an interval and n.

Must not know texts, judges, models or how anything is printed. The same seed gives the same numbers.
Doors: `intervals` (`Interval`, resampling), `comparison` (means, rates, arms against a baseline), `pairwise` (verdicts
on pairs: Bradley-Terry strengths, agreement of two judges).
"""
