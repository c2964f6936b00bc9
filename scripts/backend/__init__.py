"""Builds llama-cpp-python for one of the presets in CMakePresets.json, and installs it.

`presets` reads the file, `toolchains` looks for compilers and toolkits, `wheel` builds and installs, `plugin` adds one
backend to an installation, `command` is the command line (`scripts/build_backend.py`). Standard library alone, and of
localalt only what needs nothing else: it runs before anything is installed.
"""
