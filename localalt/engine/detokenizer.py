"""The bytes of an answer's tokens -> its text, piece by piece. Knows no tokens and no engine."""

from __future__ import annotations

import codecs
from collections.abc import Callable

from localalt.limits import MAX_ANSWER_CHARS

__all__ = ["Detokenizer"]


class Detokenizer:
    """Turns an answer's bytes into text: whole characters only, and nothing of a stop text.

    Args:
        stop: texts that end the answer; they are left out of it.
        on_text: called with each piece of text that is certain to stay.
        n_sent: characters that it was called with before, where the answer is begun again.
    """

    def __init__(self, stop: tuple[str, ...], on_text: Callable[[str], None] | None, *, n_sent: int = 0) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._stop = stop
        self._held_back = max((len(text) for text in stop), default=1) - 1
        self._on_text = on_text
        self._text = ""
        self.n_sent = n_sent

    @property
    def is_full(self) -> bool:
        """Whether it is as long as an answer may be: a vocabulary may have tokens of any length."""
        return len(self._text) >= MAX_ANSWER_CHARS

    def feed(self, piece: bytes) -> bool:
        """Take a token's bytes. True once a stop text is complete. What exceeds the greatest length is left out."""
        piece = piece[: 4 * MAX_ANSWER_CHARS]
        searched = max(0, len(self._text) - self._held_back)
        self._text = (self._text + self._decoder.decode(piece))[:MAX_ANSWER_CHARS]
        found = [at for text in self._stop if (at := self._text.find(text, searched)) >= 0]
        if found:
            self._text = self._text[: min(found)]
            self._decoder.reset()  # half a character after the stop text does not belong to the answer
            return True
        self._send(len(self._text) - self._held_back)
        return False

    def end(self) -> str:
        """The whole text, once no more bytes come."""
        self._text = (self._text + self._decoder.decode(b"", final=True))[:MAX_ANSWER_CHARS]
        self._send(len(self._text))
        return self._text

    def _send(self, end: int) -> None:
        if end <= self.n_sent:
            return
        piece = self._text[self.n_sent : end]
        self.n_sent = end
        if self._on_text is not None:
            self._on_text(piece)
