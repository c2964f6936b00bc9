"""Build llama-cpp-python for a backend: the command of `scripts.backend`, which `--help` explains.

It runs where nothing is installed yet, as `python scripts/build_backend.py` and from any folder, so it names the
clone's root for imports itself.
"""

import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parent.parent)
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

from scripts.backend.command import main  # noqa: E402 (it is found through the line above)

if __name__ == "__main__":
    sys.exit(main())
