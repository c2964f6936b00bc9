"""`localalt bench`, `bench compare` and `bench sweep`: options, what is printed, and exit statuses.

What is measured, compared and searched is `localalt.bench`'s; it is imported when a command runs, not for its help.
Door: `add_parser`.
"""

from localalt.cli.bench.command import add_parser

__all__ = ["add_parser"]
