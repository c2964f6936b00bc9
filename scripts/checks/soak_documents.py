"""Documents of nasty pieces: any alt text is replaced, reads back, and leaves every other byte as it was."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence

from localalt.documents import Document, Form, ImageReference
from localalt.errors import DocumentError

from .outcome import Outcome

__all__ = ["COUNT", "soak"]

COUNT = 100_000

_SHARED = (
    "A dog", "Image of a cat", "caf&eacute;", " ", "\n", "\r\n", "\r", "\t", "&amp;", "&quot;", "&copy=1", "&lt", "&#8220;",
    "&#x41", "&#0;", "“”", "犬", "😀", "\x00", "\u2028", "\ufeff", "\u00a0", '"', "'", "<", ">", "/", "=", "`", "\\", "]", "[", "|",
    "<!-- <img alt='no'> -->", "<!--", "-->", "--!>", "<!-->", "<?php echo '>' ?>", "<![CDATA[ <img alt=no> ]]>", "<br/>",
    '<img data-alt="Image of x" alt="Image of a bird" src=a.png>', "<img title=\"alt='no'\" alt='A dog'>", "<IMG ALT=dog>",
    "<img\nalt\n=\n'A\ndog'\n>", "<img alt>", "<img alt=>", "<img alt=a/>", "<img alt=a />", "<img src=a.png />", "<img>",
    '<img alt="one" alt="two">', '<img alt="a > b">', "<img alt='don&#39;t'>", '<img alt="say &quot;hi&quot;" src="a b">',
    '<img :alt="x" src="b">', '<img alt="{{ x }}">', "<img {{ x }}>", '<img alt="<?php echo "x" ?>">', "<img alt=a\x00b>",
    '<a href="/"><img alt="Home"></a>', "<a href='x'>", "</a>", "<button>", "</button>", "<p>", "</p>", "<div hidden>", "</div>",
    '<div lang="de">', "<script>", "</script>", "<style>", "</style>", "<textarea>", "</textarea>", "<title>", "</title>",
    "<svg>", "</svg>", '<svg role="img"><title>A logo</title></svg>', "<template>", "</template>", "<figure>", "<figcaption>",
    "</figcaption>", "</figure>", '<input type=image alt="Go">', '<area href="/" alt=b>', "<plaintext>", "<noscript>",
)  # fmt: skip
_MARKDOWN = (
    "![A dog](a.png)", "![A dog][ref]", "![ref]", "![ref][]", "![a *b* c](x)", "![a \\] b](x)", "![a [b] c](x)", "![`a`](x)",
    "![Fish &amp; chips](x)", "![a\nb](x)", "![a  \nb](x)", "[![Home](h.png)](/)", "![](x)", '![A](x "t")', "![x](<a b>)",
    "![a ![b](c) d](e)", "![A dog](a.png) ![A dog](a.png)", "\n\n[ref]: r.png\n\n", "\n\n[^1]: ![A](b)\n", "\n\n", "\n> ", "\n- ",
    "\n  ", "\n    ", "\n1. ", "\n# ", "\n## ", " ##\n", "\n===\n", "\n---\n", "\n```\n", "\n~~~\n", "`", "``", "*", "_", "**", "~",
    "\n\n| a | b |\n|---|---|\n| ![x \\| y](p) | ![z](q) |\n", "\n| ![A](b) | `c \\| d` |", "![[a.png]]", "![[a.png|A dog]]",
    '::img{src=a.png alt="A dog"}', '{{< figure src="a.png" alt="A" >}}', "\n!!! note\n\n    ![A](b)\n", "![A](b){alt=c}", "!",
    "](", "![", "](x)", "[", "\n\t", "\n>\t", "\n> > ", "<span>\n", "<div>\n", "<https://a.b>", "&notanentity;", "$", "#", "\\\n",
)  # fmt: skip
_JSON = (
    '{"text": "A dog", "raw": "A dog"}', '{"alt":"caf\\u00e9 \\ud83d\\ude00"}', '{"text": "a", "text": "b"}', "[", "]", "{", "}", ",",
    '{"source": "a", "text": "Image of a dog", "also": {"long": {"text": "Long"}, "text": {"text": "Verbatim"}}}', "\n", " ",
    '"A fish"', '{"n": 1.0e5, "alt": "x\\/y"}', '{"error": {}}', '{"alt": "犬"}', "\r\n", "\u2028", '{"alt": 1}', "null", "\\",
)  # fmt: skip
_NEW = (
    "A dog.", "", "“A”", 'say "hi"', "it's", "a & b", "a &amp; b", "&lt", "&copy=1", "a < b > c", "<img alt=x>", "[x](y)", "![", "]",
    "]]", "\\", "a\\", "*a*", "_a_", "`a`", "a | b", "犬", "😀", "=", "/", "a/", "a b", "\u00a0", "#", "!", "~a~", "https://a.b",
    "a\u2028b", "1. a", "- a", "&#38;", "AT&T", "\ta\t", "a\nb", "$x$", "{x}", "--> <!--", "</script>", "' onerror='x",
)  # fmt: skip
_ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16")


def soak(count: int, *, seed: int = 0) -> Outcome:
    """Run `count` documents."""
    chance = random.Random(seed)
    failures: list[str] = []
    n_texts = n_refused = 0
    for number in range(count):
        form, content = _document(chance)
        encoding = chance.choice(_ENCODINGS)
        data = content.encode(encoding)
        try:
            document = Document(data, form)
            placed = [each for each in document.references if each.span is not None]
            sets = [[(each, chance.choice(_NEW))] for each in placed[:3]]
            sets += [[(each, chance.choice(_NEW)) for each in placed]] if len(placed) > 1 else []
            for changes in sets:
                n_texts += len(changes)
                problem, is_refused = _problem(document, data, changes)
                n_refused += is_refused
                if problem:
                    failures.append(f"{number}: {problem}: {form} {content!r} {[text for _, text in changes]}")
        except Exception as error:  # anything at all is a fault
            failures.append(f"{number}: {type(error).__name__} {error}: {form} {content!r}")
    share = n_refused / max(1, n_texts)
    return Outcome(count, tuple(failures), (f"{n_texts:,} texts replaced, {n_refused:,} edits refused ({share:.2%})",))


def _document(chance: random.Random) -> tuple[Form, str]:
    form: Form = chance.choice(("html", "html", "markdown", "markdown", "markdown", "jsonl", "text"))
    pieces: Sequence[str] = {
        "html": _SHARED,
        "markdown": _MARKDOWN + _SHARED + _MARKDOWN,
        "jsonl": _JSON,
        "text": _SHARED,
    }[form]
    chosen = [chance.choice(pieces) for _ in range(chance.randint(1, 14))]
    if form == "html" and chance.random() < 0.1:
        chosen.insert(0, '<?xml version="1.0"?>')
    if form == "markdown" and chance.random() < 0.1:
        chosen.insert(0, "---\ntitle: ![no](x)\n---\n")
    return form, "".join(chosen)


def _problem(document: Document, data: bytes, changes: Iterable[tuple[ImageReference, str]]) -> tuple[str, bool]:
    """(what is wrong, whether the edit was refused)."""
    wanted = dict(changes)
    try:
        new = document.with_texts(wanted.items())
    except DocumentError:
        return "", True
    again = Document(new, document.form)
    expected = [wanted.get(each, each.text) for each in document.references]
    if [each.text for each in again.references] != expected:
        return f"read back {[each.text for each in again.references]}", False
    if [each.src for each in again.references] != [each.src for each in document.references]:
        return "another src", False
    if again.encoding != document.encoding or (new[:4] == data[:4]) != (new[:4] == data[:4]):
        return "another encoding", False
    return ("" if _is_same_outside(document, again, wanted) else "bytes outside of the spans changed"), False


def _is_same_outside(document: Document, again: Document, wanted: Iterable[ImageReference]) -> bool:
    """Whether what is between the spans is the same: a pattern of it all matches the new text in order."""
    at, rest = 0, again.text
    spans = sorted((each.span for each in wanted if each.span is not None), key=lambda span: span.start)
    fixed = []
    for span in spans:
        fixed.append(document.text[at : span.start])
        at = span.end if span.label is None else span.label[1]
    fixed.append(document.text[at:])
    if not rest.startswith(fixed[0]) or not rest.endswith(fixed[-1]):
        return False
    position = len(fixed[0])
    for part in itertools.islice(fixed, 1, len(fixed)):
        position = rest.find(part, position)
        if position < 0:
            return False
        position += len(part)
    return True
