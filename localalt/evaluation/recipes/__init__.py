"""Recipes: experiments that others published, as data by which they can be done again on one's own machine.

A recipe says how many pictures there are, what a judge is asked, and what was published, with its address. Must not
know cases, models or how a report looks; published figures are shown beside measured ones and never computed with.
Doors: `recipe.recipe_named`, `shipped.RECIPES`.
"""
