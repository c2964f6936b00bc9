"""`python -m localalt.selftest`, which is `cli/selftest`: an entry point stands above all rooms, nothing imports it."""

import sys

from localalt.cli.selftest import main

if __name__ == "__main__":
    sys.exit(main())
