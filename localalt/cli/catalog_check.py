"""`localalt models --check`: what the hub lists otherwise than the catalog has it, as a block for a report."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from localalt._version import __version__
from localalt.cli.layout import print_paragraph, wrapped
from localalt.cli.terminal import OK, SOME_FAILED, say
from localalt.console import print_json, print_line, visible

if TYPE_CHECKING:
    from localalt.models.comparison import Comparison, Difference

__all__ = ["check_catalog"]

WIDTH = 76
"""Of a line of the block, within its indentation of 4."""


def check_catalog(names: Sequence[str], *, as_json: bool) -> int:
    """Compare and print; the exit status.

    Raises:
        ModelError: a name is not in the catalog, or the hub cannot be reached.
    """
    from localalt.hub.endpoint import endpoint
    from localalt.models import comparison

    rows = comparison.named(names)
    say(f"asking {endpoint()} what it lists of {_models(len(rows))}; nothing is downloaded")
    compared = comparison.compare_all(rows)
    if as_json:
        print_json([asdict(each) for each in compared], indent=2)
    else:
        _print(compared, endpoint())
    return SOME_FAILED if any(each.differences or each.error for each in compared) else OK


def _print(compared: Sequence[Comparison], hub: str) -> None:
    differing = [each for each in compared if each.differences]
    failed = [each for each in compared if each.error]
    if differing or failed:
        print_line("```text")
        print_line(f"localalt {__version__}, its catalog and {hub} on {time.strftime('%Y-%m-%d', time.gmtime())}")
        for each in (*differing, *failed):
            print_line()
            for line in _lines(each):
                print_line(line)
        print_line("```")
    n_same = len(compared) - len(differing) - len(failed)
    if n_same:
        print_paragraph(f"{_models(n_same)} {'is' if n_same == 1 else 'are'} listed as the catalog has them.")
    if differing:
        print_paragraph(
            f"{_models(len(differing))} {'differs' if len(differing) == 1 else 'differ'}: paste the block above "
            "into a report to the project, which corrects the catalog."
        )
    if failed:
        names = " ".join(each.name for each in failed)
        print_paragraph(f"Not compared: ask again with `localalt models --check {names}`.")


def _models(count: int) -> str:
    return f"{count} model{'s' * (count != 1)}"


def _lines(each: Comparison) -> Iterator[str]:
    commit = f" at {each.commit[:12]}" if each.commit else ""
    yield f"{each.name}: {visible(each.repository)}{commit}"
    for difference in each.differences:
        yield from _differing(difference)
    if each.error:
        yield from (f"  {line}" for line in wrapped(f"not compared: {each.error}", WIDTH))


def _differing(difference: Difference) -> Iterator[str]:
    yield f"  {visible(difference.what)}"
    yield f"    catalog  {_value(difference.catalog, 'does not say')}"
    yield f"    hub      {_value(difference.hub, 'has none')}"
    yield from (f"      {line}" for line in wrapped(difference.detail, WIDTH))


def _value(value: str | int | bool | None, missing: str) -> str:
    if value is None:
        return missing
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else visible(value)
