"""Fail on skipped tests that nobody has agreed to: `python -m scripts.checks.skips RESULTS.xml`.

Reads the JUnit file that `pytest --junitxml` writes. A test that is skipped everywhere tests nothing, so each reason
for which this project's own continuous integration may skip one stands in `ALLOWED`, with why.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

__all__ = ["ALLOWED", "main", "skipped"]

ALLOWED: dict[str, str] = {
    "root may read everything": "the run is root's, whom no file mode keeps out",
}
"""{the reason that a test gives: why that is fine}"""


def skipped(results: Path) -> Iterator[tuple[str, str]]:
    """(the test's name, its reason) of each test that was skipped."""
    for case in ElementTree.parse(results).iter("testcase"):
        for skip in case.iter("skipped"):
            yield f"{case.get('classname')}::{case.get('name')}", skip.get("message", "")


def main(arguments: list[str]) -> int:
    """Print each skip that is not allowed; 1 where there is one, 2 where the file is not named."""
    if len(arguments) != 1:
        print("usage: python -m scripts.checks.skips RESULTS.xml", file=sys.stderr)
        return 2
    wrong = [(name, reason) for name, reason in skipped(Path(arguments[0])) if reason not in ALLOWED]
    for name, reason in wrong:
        print(f"{name} was skipped: {reason}", file=sys.stderr)
    if wrong:
        print(
            "Install what these tests need, or add the reason to ALLOWED in scripts/checks/skips.py.", file=sys.stderr
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
