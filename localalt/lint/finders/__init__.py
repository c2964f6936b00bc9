"""What the rules look for: one function for each rule, from a `Subject` to its `Fault`s, by kind of fault.

Knows words and characters. Does not know names and levels of rules, profiles apart from their numbers, or which rules
apply to a text: those are in `localalt.lint.rules` and `localalt.lint.check`.
"""
