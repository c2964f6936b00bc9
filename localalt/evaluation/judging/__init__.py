"""Texts -> what a judge says of them, and whether the judge can be trusted.

Must not know how results are printed, nor which arm is best: it asks, records the answers and reads them again.
Doors: `judge` (models that answer), `criteria` (what they are asked, as data), `verdicts` (asking about texts and
pairs), `validation` (controls put to the judge, and what follows from them).
"""
