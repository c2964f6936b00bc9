"""Texts -> what a judge says of them, and whether the judge can be trusted.

Must not know how results are printed, nor which arm is best: it asks, records the answers and reads them again.
Doors: `judge` (models that answer), `verdicts` (of single texts), `pairs` (of two texts), `validation` (controls put to
the judge, and what follows from them). `criteria` is what is asked, as data; `questions` puts it into words.
"""
