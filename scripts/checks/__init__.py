"""What is counted in full by hand, and sampled by the test suite.

A soak is a module `soak_NAME` here: its docstring's first line says what it counts, `COUNT` how many cases the full
run has, and `soak` runs them. It must not assert times, and it must not need a network or a downloaded model.
"""
