"""The tests, folder by folder as the package has its rooms; `support` has what several of them use, `data` their texts.

This file makes `tests.support` importable before a package of the same name that is installed.
"""
