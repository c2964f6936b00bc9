"""Words that are not part of a sentence's wording: addresses, names of files, tags, versions, code, emoticons.

A full stop behind one becomes part of it, where it is followed or copied, and a capital letter makes it another one.
"""

from __future__ import annotations

import re

__all__ = ["ends_in_address", "is_address"]

MOST_CHARS = 2_000
"""Of a word that is looked at: browsers take no longer address."""
_OPENING = "([{<\"'“”‘„«‹「『"
_CLOSING = ")]}>\"'“”’»›」』,;"
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}:(?:/\S*|[^\s\d/]\S*[@.=/?]\S*)"  # https://example.org, mailto:a@b.org
    r"|(?:doi|tel|urn|geo|sip|data|magnet):\S+"
    r"|(?:(?:[\w-]{1,63}\.){1,20}[^\W\d_]{2,24}|localhost)(?::\d{1,5})?(?:[/?#]\S*)?"  # example.org/a, photo.jpg
    r"|(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?(?:/\S*)?"  # 192.0.2.1
    r"|[^\s@]{1,64}@[^\s@]{1,255}|[@#][\w.-]{1,100}(?:@[\w.-]{1,255})?"  # a@example.org, @handle, #hashtag
    r"|(?:~|\.{1,2}|[a-z]:)?[/\\][^\s/\\]\S*|[\w.-]{1,255}(?:[/\\][\w.-]{1,255}){2,20}"  # /etc/hosts, C:\a, src/a/b
    r"|v\d{1,9}(?:[.-]\w{1,20}){0,20}|\d{1,9}(?:\.\d{1,9}){2,20}\S{0,40}"  # v2, 3.11.4
    r"|--?[a-z][\w-]{0,60}(?:=\S{0,200})?|\$\w{1,60}|\w{1,60}_\w{1,60}"  # --fix, $HOME, a_b
    r"|[\w.]{1,60}\(\S{0,200}\)"  # f(x)
    r"|[:;=8][o'^-]{0,2}[dpox3sb]|<3+|xd+|[o0]_[o0]",  # :D, <3
    re.IGNORECASE,
)


def is_address(word: str) -> bool:
    """Whether a word, with no quotation marks and brackets around it, is one of these."""
    if len(word) > MOST_CHARS:
        return True
    bare = word.lstrip(_OPENING).rstrip(_CLOSING)
    # What is cut off around it may be its own: "f(x)", "<3".
    return any(_ADDRESS.fullmatch(each) for each in {bare, word, word.lstrip(_OPENING), word.rstrip(_CLOSING)} if each)


def ends_in_address(text: str) -> bool:
    """Whether the last word of a text is one of these."""
    words = text.rsplit(None, 1)
    return bool(words) and is_address(words[-1])
