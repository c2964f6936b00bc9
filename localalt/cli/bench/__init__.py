"""`localalt bench`: throughput of models and backends here. What is measured is `localalt.bench`'s."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["add_parser"]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the parser; its options come with the first look at them, as they take imports."""
    bench = commands.add_parser(
        "bench",
        help="measure how fast models describe pictures here, and compare results",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parse = bench.parse_known_args

    def with_options(arguments: Sequence[str] | None = None, namespace: Any = None) -> Any:  # noqa: ANN401
        from localalt.cli.bench import command

        bench.parse_known_args = parse  # type: ignore[method-assign]
        bench.description, bench.epilog = command.DESCRIPTION, command.EPILOG
        command.add_arguments(bench)
        return parse(arguments, namespace)

    bench.parse_known_args = with_options  # type: ignore[method-assign, assignment]
