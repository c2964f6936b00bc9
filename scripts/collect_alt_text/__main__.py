"""Runs the collector: `python -m scripts.collect_alt_text`."""

import sys

from .command import main

sys.exit(main())
