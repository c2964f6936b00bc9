"""`python -m localalt`: the same as the `localalt` command."""

import sys

from localalt.cli import main

if __name__ == "__main__":
    sys.exit(main())
