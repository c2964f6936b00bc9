"""The text as it is written: on a terminal whose screen is looked at, and on everything else not at all."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest

import localalt
from localalt.cli import watching

pty = pytest.importorskip("pty", reason="pseudo-terminals are not on this platform")
import fcntl  # noqa: E402
import struct  # noqa: E402
import termios  # noqa: E402

pytestmark = pytest.mark.slow

LIVE = """
import sys, time
from localalt.console import live as module, print_draft
module.DELAY_S = {delay}
pieces, final = {pieces!r}, {final!r}
with module.LiveText() as live:
    {before}
    for piece in pieces:
        live.add(piece)
    {between}
    live.check()
    {after}
print_draft("", final)
"""


class Screen:
    """What a terminal shows of what was written to it: lines, breaks at the width, and the codes that are used."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.cells = [[]]
        self.row = self.column = 0

    def feed(self, text):
        for code, number, letter, character in re.findall(r"(\x1b\[(\d*)([A-Za-z]))|([\s\S])", text):
            n = int(number or 1)
            if code:
                assert letter in "AGJK", code
                if letter == "A":
                    self.row = max(0, len(self.cells) - self.rows, self.row - n)
                elif letter == "G":
                    self.column = n - 1
                else:
                    self.cells[self.row] = self.cells[self.row][: self.column]
                    if letter == "J":
                        del self.cells[self.row + 1 :]
            elif character == "\r":
                self.column = 0
            elif character == "\n":
                self._down()
            else:
                self._put(character)
        return self

    def _down(self):
        self.row += 1
        if self.row == len(self.cells):
            self.cells.append([])

    def _put(self, character):
        if self.column == self.columns:
            self._down()
            self.column = 0
        line = self.cells[self.row]
        line += " " * (self.column - len(line))
        line[self.column : self.column + 1] = character
        self.column += 1

    @property
    def text(self):
        return "\n".join("".join(line).rstrip() for line in self.cells).rstrip("\n")


def on_terminal(arguments, *, columns=30, rows=12, streams=(0, 1, 2), out=None, stop_after=None, **environment):
    """(all that was written to the terminal, exit status) of a process whose `streams` are a terminal."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    given = {
        name: child if n in streams else subprocess.DEVNULL for n, name in enumerate(("stdin", "stdout", "stderr"))
    }
    if out is not None:
        given["stdout"] = out
    process = subprocess.Popen(
        [sys.executable, *arguments], env={**os.environ, "TERM": "xterm", **environment}, **given
    )
    os.close(child)
    data = b""
    while True:
        try:
            found = os.read(parent, 65536)
        except OSError:  # Linux reports the end so
            break
        if not found:
            break
        data += found
        if stop_after is not None and stop_after in data:
            stop_after = None
            process.send_signal(signal.SIGINT)
    os.close(parent)
    return data.decode(), process.wait()


def live(pieces, final, *, before="", between="", after="", delay=100.0, **options):
    code = LIVE.format(pieces=pieces, final=final, before=before, between=between, after=after, delay=delay)
    return on_terminal(["-c", code], **options)


WORDS = re.findall(r" ?\S+", "A dog with a red collar asleep on the steps of a house in the sun, and a cat beside it")


@pytest.mark.parametrize(
    "pieces",
    [
        ["A dog"],
        WORDS,
        ["x" * 30],
        ["x" * 95],
        ["日本語の文字列は" * 8],
        ["one\ntwo\n\nthree"],
        ["\n"],
        [],
        ["👩", "\u200d", "👩", "\u200d👧 family"],
        ["\x1b[2J\x1b[31m\u202e"],
        WORDS * 30,
    ],
    ids=lambda pieces: f"{''.join(pieces)[:20]!a}",
)
def test_nothing_is_left_of_the_text_but_the_checked_one(pieces):
    written, status = live(pieces, "The end.")
    assert status == 0
    assert Screen(30, 12).feed(f"$ command\r\n{written}").text == "$ command\nThe end."
    assert "\x1b[2J" not in written
    assert "\x1b[31m" not in written
    assert "\u202e" not in written


def test_the_text_is_seen_as_it_is_written_in_whole_words():
    written, _ = live(WORDS, "")
    shown = Screen(30, 12).feed(written.partition("\x1b[J")[0].rpartition("\r\x1b[")[0]).text
    assert shown.replace("\n", " ") == "".join(WORDS)
    assert "👩\u200d👧" in live(["👩", "\u200d", "👧", "."], "")[0]


def test_a_text_higher_than_the_screen_never_scrolls_what_must_be_erased():
    written, _ = live(WORDS * 30, "")
    assert written.count("\n") < 12


def test_what_is_being_done_is_said_with_its_time_until_the_text_begins():
    wait = "time.sleep(0.3)"
    written, _ = live(["A dog"], "The end.", before=wait, delay=0.05)
    assert "Looking at the picture … 0 s" in written
    assert Screen(30, 12).feed(written).text == "The end."
    written, _ = live(WORDS, "The end.", after=wait, delay=0.05)
    assert "Checking the text … 0 s" in written
    assert Screen(30, 12).feed(f"$ command\r\n{written}").text == "$ command\nThe end."


def test_ctrl_c_in_the_middle_leaves_a_clean_line():
    code = LIVE.format(
        pieces=WORDS,
        final="",
        before="",
        between="print('', end='', flush=True); time.sleep(60)",
        after="",
        delay=100.0,
    )
    written, _ = on_terminal(["-c", f"import sys; sys.excepthook = lambda *_: None\n{code}"], stop_after=b"beside")
    assert Screen(30, 12).feed(f"$ command\r\n{written.replace('^C', '')}").text == "$ command"


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_without_a_cursor_gets_a_line_and_the_checked_text(term):
    written, _ = live(WORDS, "The end.", before="time.sleep(0.3)", delay=0.05, TERM=term)
    assert written == "localalt: Looking at the picture …\r\nThe end.\r\n"


def test_without_a_terminal_for_the_text_only_what_is_being_done_is_shown():
    written, _ = live(WORDS, "The end.", before="time.sleep(0.3)", delay=0.05, streams=(2,))
    assert "Looking at the picture" in written
    assert "dog" not in written
    assert Screen(30, 12).feed(written).text == ""


# --- the command ---


def describe(path, *arguments, **options):
    command = ["-m", "localalt", "describe", str(path), "--model", "selftest", *arguments]
    return on_terminal(command, columns=200, **options)


def test_one_picture_at_a_terminal_is_written_as_it_comes_and_then_checked(expected):
    path, text = next(iter(expected.items()))
    written, status = describe(path, "--also", "text")
    assert status == 0
    assert written.count(text) == 3  # as it came, checked, and the further text
    screen = Screen(200, 12).feed(written).text.splitlines()
    assert screen[-3:] == [text, "  text:", f"    {text}"]
    assert screen[0].startswith("localalt: The selftest model")


@pytest.mark.parametrize("option", ["--jsonl", "-q"])
def test_nothing_is_shown_early_with_json_or_quiet(expected, option):
    path, text = next(iter(expected.items()))
    written, _ = describe(path, option, streams=(0, 1))
    assert "\x1b" not in written
    assert written == f"{text}\r\n" if option == "-q" else json.loads(written)["text"] == text


def test_a_pipe_gets_the_checked_text_alone_though_messages_go_to_a_terminal(expected, tmp_path):
    path, text = next(iter(expected.items()))
    with (tmp_path / "out").open("wb") as out:
        describe(path, out=out)
    assert (tmp_path / "out").read_text(encoding="utf-8") == f"{text}\n"


def test_a_picture_that_fails_is_reported_as_without_a_terminal(tmp_path):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"not a picture")
    written, status = describe(bad)
    assert status == 1
    assert "bad.png" in written


def test_wrong_options_are_wrong_before_any_picture_is_read(describer):
    with pytest.raises(localalt.OptionError):
        watching.watched(describer, iter(()), {"max_chars": 0})
    assert list(watching.watched(describer, iter(()), {})) == []
