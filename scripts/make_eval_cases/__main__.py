"""Makes the cases: `python -m scripts.make_eval_cases`."""

import sys

from .command import main

sys.exit(main(sys.argv[1:]))
