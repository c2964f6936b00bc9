"""A report as Markdown, with the tables that GitHub has added to it. Knows blocks, and not what they say."""

from __future__ import annotations

import re

from localalt.console import markdown_escaped
from localalt.evaluation.numbers import NOTHING
from localalt.evaluation.reporting.blocks import Block, DefinitionList, Example, Heading, Paragraph, Points
from localalt.evaluation.reporting.content import TITLE, blocks
from localalt.evaluation.reporting.results import Results
from localalt.evaluation.reporting.words import Given, Text

__all__ = ["markdown"]

_STARTS_A_NUMBER = re.compile(f"[{NOTHING}+\N{MINUS SIGN}]?[0-9]|{NOTHING}$")


def markdown(results: Results) -> str:
    """The report."""
    return "\n\n".join([f"# {TITLE}", *map(_markdown, blocks(results))]) + "\n"


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_inline(block.text)}"
    if isinstance(block, Paragraph):
        return _inline(block.text)
    if isinstance(block, Points):
        return "\n".join(f"- {_inline(item)}" for item in block.items)
    if isinstance(block, DefinitionList):
        return "\n".join(f"- {name}: {_inline(value)}" for name, value in block.pairs)
    if isinstance(block, Example):
        pairs = {"Text": block.text, "Reference": block.reference, "Against it": "; ".join(block.against)}
        return "\n".join(f"- {name}: {_inline((Given(value),))}" for name, value in pairs.items())
    rows = [[_inline(cell) for cell in row] for row in block.rows]
    lines = [f"| {' | '.join(row)} |" for row in (block.columns, *rows)]
    is_numeric = [all(_STARTS_A_NUMBER.match(row[column]) for row in rows) for column in range(len(block.columns))]
    ruler = "|" + "".join("---:|" if each else "---|" for each in is_numeric)
    return "\n".join([f"**{_inline(block.caption)}**", "", lines[0], ruler, *lines[1:]])


def _inline(text: Text) -> str:
    return "".join(part if isinstance(part, str) else markdown_escaped(part.text, nothing=NOTHING) for part in text)
