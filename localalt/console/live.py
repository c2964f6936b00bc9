"""What is shown of one picture while it is described: how long it takes, and the text as it is written.

All of it is erased before the checked text is printed. Lines are broken here, before the terminal would break them, so
that it is known how many there are, however wide a terminal draws a character. Nothing of the terminal is changed that
would have to be put back: the cursor stays visible, and no mode is set.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING

from localalt.console.output import is_terminal, say, shown_on, write_to_error, write_to_output
from localalt.console.visible import visible
from localalt.console.width import columns_of
from localalt.text.graphemes import is_emoji

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["LiveText", "can_move_cursor"]

LOOKING, WRITING, CHECKING = "Looking at the picture", "Writing the text", "Checking the text"
DELAY_S = 1.0
"""Until a step is worth a word."""
_JOINERS = "\u200c\u200d\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_LONGEST = 32
"""Code points of an emoji that is joined from others: a family with skin tones has 11."""
_ERASE_LINE, _ERASE_BELOW = "\r\x1b[K", "\x1b[J"


def can_move_cursor(name: str) -> bool:
    """Whether "stdout" or "stderr" is a terminal that obeys the codes of ECMA-48 for moving and erasing."""
    if not is_terminal(name):
        return False
    if os.name != "nt":
        return os.environ.get("TERM", "dumb") not in ("", "dumb", "unknown")
    return _obeys_on_windows(name)


def _obeys_on_windows(name: str) -> bool:
    """Consoles of Windows 10 and later do, once they are asked to (ENABLE_VIRTUAL_TERMINAL_PROCESSING)."""
    import ctypes

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 (not there for type checkers elsewhere)
    handle = kernel.GetStdHandle(-11 if name == "stdout" else -12)
    mode = ctypes.c_uint32()
    return bool(kernel.GetConsoleMode(handle, ctypes.byref(mode)) and kernel.SetConsoleMode(handle, mode.value | 4))


class LiveText:
    """The text so far on standard output, and what is being done on standard error, each where it is a terminal.

    To be used in a `with` block, at whose end nothing of it is left on the screen.
    """

    def __init__(self) -> None:
        self._shows_text = can_move_cursor("stdout")
        self._shows_status = is_terminal("stderr")
        self._status_moves = can_move_cursor("stderr")
        self._lines: list[str] = []
        """Of the text, as they were drawn; the cursor is at the end of the last."""
        self._joining = ""
        """The end of the text, where the next piece may join it to one character: it is not drawn before."""
        self._is_full = False
        """Whether no more of it fits the screen: what has scrolled away cannot be erased."""
        self._doing = LOOKING
        self._since = time.monotonic()
        self._has_status = False
        self._lock = threading.RLock()  # a signal may interrupt its holder, which erases everything on the way out
        self._ended = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="localalt-status", daemon=True)

    def __enter__(self) -> Self:
        if self._shows_status:
            self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        self._ended.set()
        with self._lock:
            self._erase_status()
            self._erase_text()

    def add(self, piece: str) -> None:
        """Show a piece of the text."""
        with self._lock:
            self._doing = WRITING
            if self._shows_text and piece and not self._ended.is_set():
                self._erase_status()
                whole = self._joining + piece
                text = whole
                while text and len(whole) - len(text) < _LONGEST and (text[-1] in _JOINERS or is_emoji(text[-1])):
                    text = text[:-1]
                self._joining = whole[len(text) :]
                self._draw(shown_on("stdout", visible(text, keeps_lines=True, is_draft=True).expandtabs(1)))

    def check(self) -> None:
        """The text is written: it is checked now, and further texts are asked for."""
        with self._lock:
            self._doing = CHECKING

    def _draw(self, text: str) -> None:
        if not text:
            return
        columns, rows = _size("stdout")
        for number, line in enumerate(text.split("\n")):
            rest = line
            if number or not self._lines:
                self._break(rows)
            while rest and not self._is_full:
                room = columns - 1 - columns_of(self._lines[-1], at_most=True)
                if columns_of(rest, at_most=True) > room:
                    if self._lines[-1] and columns_of(rest, at_most=True) < columns:  # a word stays whole where it can
                        self._break(rows)
                        rest = rest.lstrip(" ")
                        continue
                    head = _head(rest, room)
                    if not head and self._lines[-1]:
                        self._break(rows)
                        continue
                    head = head or rest[0]
                else:
                    head = rest
                self._lines[-1] += head
                rest = rest[len(head) :]
                write_to_output(head)

    def _break(self, rows: int) -> None:
        if len(self._lines) >= rows - 2:  # the last row but one is for what is being done
            self._is_full = bool(self._lines)
        if self._is_full:
            return
        if self._lines:
            write_to_output("\n")
        self._lines.append("")

    def _erase_text(self) -> None:
        if not self._lines:
            return
        columns, rows = _size("stdout")
        # A terminal that was made narrower has broken the lines anew.
        n_rows = sum(max(1, -(-columns_of(line) // columns)) for line in self._lines)
        up = min(n_rows, rows) - 1
        self._lines = []
        write_to_output("\r" + (f"\x1b[{up}A" if up else "") + _ERASE_BELOW)

    def _tick(self) -> None:
        while not self._ended.wait(DELAY_S):
            with self._lock:
                if self._ended.is_set():
                    return
                if not self._draw_status():
                    return

    def _draw_status(self) -> bool:
        """Show what is being done. Returns whether it is worth while to do it again."""
        if self._lines and self._doing == WRITING:
            return True  # what is written says it
        elapsed_s = time.monotonic() - self._since
        if not self._status_moves:
            say(f"{self._doing} …")
            return False
        if self._lines and not self._has_status:
            write_to_error("\n")
        self._has_status = True
        line = shown_on("stderr", f"{self._doing} … {elapsed_s:.0f} s")
        write_to_error(_ERASE_LINE + _head(line, _size("stderr")[0] - 1))
        return True

    def _erase_status(self) -> None:
        if self._has_status:
            self._has_status = False
            up = f"\x1b[A\x1b[{max(1, columns_of(self._lines[-1], at_most=True) + 1)}G" if self._lines else ""
            write_to_error(_ERASE_LINE + up)


def _size(name: str) -> tuple[int, int]:
    """Columns and rows of the terminal, as they are now."""
    try:
        columns, rows = os.get_terminal_size(getattr(sys, name).fileno())
    except (OSError, ValueError, AttributeError):
        columns, rows = 0, 0
    return columns or 80, rows or 24


def _head(text: str, room: int) -> str:
    """As much of the beginning as fits `room` columns."""
    width = 0
    for at, character in enumerate(text):
        width += columns_of(character, at_most=True)
        if width > room:
            return text[:at]
    return text
