"""Where the content of a Markdown block is in the document.

The parser gives a block's content without the markers that begin its lines (">", list indents, "#", "|"), and no
offsets. They follow from how blocks are cut: a line of content is the end of its line in the document.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from localalt.documents.references import Piece, Span

__all__ = ["Block", "Lines", "block_of", "cell_of", "heading_of"]


class Lines:
    """The lines of a document, which end with LF, CR LF or CR, as Markdown's do."""

    def __init__(self, content: str, starts: Sequence[int]) -> None:
        self.content = content
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts)

    def start(self, line: int) -> int:
        """Where a line begins, counted from 0."""
        return self._starts[line] if line < len(self._starts) else len(self.content)

    def text(self, line: int) -> str:
        """A line without its end, with NUL as the parser has it."""
        return self.content[self.start(line) : self.start(line + 1)].rstrip("\r\n").replace("\0", "\ufffd")


@dataclass(frozen=True, slots=True)
class Block:
    """The content of a block, in parts that each stand in one piece in the document."""

    lines: Lines
    first: int
    """Of its lines in the document, counted from 0."""
    starts: tuple[int, ...]
    """Of the parts, in the content."""
    offsets: tuple[int, ...]
    """Of the parts, in the document."""

    def at(self, offset: int) -> int:
        """The offset in the document of an offset in the content."""
        index = bisect.bisect_right(self.starts, offset) - 1
        return self.offsets[index] + offset - self.starts[index]

    def line(self, offset: int) -> int:
        """The line of an offset in the content, counted from 1."""
        at = self.at(offset)
        return bisect.bisect_right(self.lines._starts, at)

    def moved(self, span: Span) -> Span | None:
        """The span in the document of a span in the content; None where it is not written there in the same way."""
        pieces = tuple(self._moved(span.pieces))
        end = pieces[-1].end if pieces else self.at(span.end)
        start = pieces[0].start if pieces else end
        content = self.lines.content
        for piece in pieces:
            written = content[piece.start : piece.end]
            is_literal = len(written) == len(piece.text) and "\n" not in piece.text
            if is_literal and written.replace("\0", "\ufffd") != piece.text:
                return None
        return replace(span, start=start, end=end, pieces=pieces)

    def _moved(self, pieces: Sequence[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            is_literal = piece.end - piece.start == len(piece.text)
            at = piece.start
            for start in self._parts_within(piece.start, piece.end):
                if not is_literal:
                    break
                if at < start - 1:
                    yield Piece(
                        self.at(at), self.at(at) + start - 1 - at, piece.text[at - piece.start :][: start - 1 - at]
                    )
                # The break takes what is before the next line's content with it.
                yield Piece(self.at(start - 1), self.at(start), piece.text[start - 1 - piece.start])
                at = start
            if at < piece.end:
                begun = self.at(at)
                ended = self.at(piece.end - 1) + 1 if is_literal else self._end(piece.end)
                yield Piece(begun, ended, piece.text[at - piece.start :] if is_literal else piece.text)

    def _end(self, offset: int) -> int:
        return self.at(offset) if offset in self.starts else self.at(offset - 1) + 1

    def _parts_within(self, start: int, end: int) -> Sequence[int]:
        return self.starts[bisect.bisect_right(self.starts, start) : bisect.bisect_right(self.starts, end)]


def block_of(lines: Lines, first: int, content: str) -> Block | None:
    """That of a paragraph or of HTML whose lines begin with `first`; None where it is not where it should be."""
    rows = content.split("\n")
    for skipped in range(3):  # a first line of nothing but blanks that Unicode knows is cut off
        if first + skipped + len(rows) > len(lines) + (rows[-1] == ""):
            return None
        if skipped and lines.text(first + skipped - 1).strip():
            return None
        starts, offsets, at = [], [], 0
        for index, row in enumerate(rows):
            line = lines.text(first + skipped + index) if row or first + skipped + index < len(lines) else ""
            bare = row.lstrip(" ") if not line.endswith(row) else row  # a tab may have become spaces
            if index == len(rows) - 1 and not line.endswith(bare):
                line = line.rstrip()
            if not line.endswith(bare):
                break
            starts.append(at + len(row) - len(bare))
            offsets.append(lines.start(first + skipped + index) + len(line) - len(bare))
            at += len(row) + 1
        else:
            starts[0] = 0 if len(rows) == 1 or starts[0] == 0 else starts[0]
            return Block(lines, first + skipped, tuple(starts), tuple(offsets)) if starts[0] == 0 else None
    return None


def heading_of(lines: Lines, line: int, marks: str, content: str) -> Block | None:
    """That of a heading with "#" before it: nothing but markers of blocks is before the first of them."""
    text = lines.text(line)
    after = text.index(marks) + len(marks)
    at = after + len(text[after:]) - len(text[after:].lstrip(" \t"))
    if not text.startswith(content, at):
        at = after + len(text[after:]) - len(text[after:].lstrip())
    return Block(lines, line, (0,), (lines.start(line) + at,)) if text.startswith(content, at) else None


def cell_of(lines: Lines, line: int, number: int, prefix: int, content: str) -> Block | None:
    """That of a table's cell, the `number`th of its row, which begins `prefix` characters into its line."""
    cells = list(_cells(lines.text(line), prefix))
    if cells and not cells[0]:
        cells.pop(0)
    if cells and not cells[-1]:
        cells.pop()
    if number >= len(cells):
        return None
    text = lines.text(line)
    offsets = cells[number]
    while offsets and text[offsets[0]].isspace():
        offsets = offsets[1:]
    while offsets and text[offsets[-1]].isspace():
        offsets = offsets[:-1]
    if "".join(text[at] for at in offsets) != content or not offsets:
        return None
    starts = [index for index, at in enumerate(offsets) if not index or at != offsets[index - 1] + 1]
    start = lines.start(line)
    return Block(lines, line, tuple(starts), tuple(start + offsets[index] for index in starts))


def _cells(text: str, prefix: int) -> Iterator[list[int]]:
    """The offsets of the characters of each cell: "\\|" is a "|" without its backslash."""
    end = len(text.rstrip(" \t"))
    at = len(text[:prefix]) + len(text[prefix:]) - len(text[prefix:].lstrip(" \t"))
    cell: list[int] = []
    is_escaped = False
    for index in range(at, end):
        if text[index] == "|" and not is_escaped:
            yield cell
            cell = []
        else:
            if text[index] == "|":
                cell.pop()
            cell.append(index)
        is_escaped = text[index] == "\\"
    yield cell
