"""A format around an answer -> the text that it holds: JSON, HTML, an answer's tags, brackets, a code fence.

Only where it is around the whole, and where it is clear which part is the text: what is not clear stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from localalt.text.json_answers import without_json
from localalt.text.label_words import ALT_TEXT, DESCRIPTIONS
from localalt.text.openers import describes
from localalt.text.word_lists import any_of

__all__ = ["without_fence", "without_wrapper"]

_FENCE = re.compile(r"\s*```[\w+-]*[ \t]*\n")
_LONGEST_LEAD = 160
"""Characters of a line before a fence that says what is in it."""


def without_fence(text: str) -> str:
    """The text in a code fence: one around the whole, or after a line that ends with a colon."""
    lead = text.partition("\n```")[0]
    if len(lead) < len(text) and len(lead) <= _LONGEST_LEAD and lead.rstrip().endswith((":", "：")):
        text = text[len(lead) + 1 :] if text.count("```") == 2 and text.rstrip().endswith("```") else text
    opening = _FENCE.match(text)
    if opening is None:
        return text
    inner = text[opening.end() :].rstrip()
    before = inner[:-3].rstrip(" \t")
    return before[:-1] if inner.endswith("```") and before.endswith("\n") else inner


def without_wrapper(text: str) -> str:
    """The text without a format around the whole of it."""
    inner = text.strip()
    for unwrap in _UNWRAP:
        found = unwrap(inner)
        if found != inner:
            return found
    return text


# --- HTML ---

_HTML = re.compile(
    r"<(?:img|figure|figcaption|picture|a|p|div|span|html|!doctype|body|section|blockquote)\b", re.IGNORECASE
)
_ALT = re.compile(r"\balt\s{0,3}=\s{0,3}(?:\"([^\"]*)\"|'([^']*)'|“([^”]*)”)", re.IGNORECASE)
_ELEMENT = re.compile(r"<[^<>]*>")
_CAPTION = re.compile(r"<figcaption[^<>]*>([^<>]+)</figcaption>", re.IGNORECASE)


def _in_html(text: str) -> str:
    """The alt text of the only picture of a page, or else its only caption, or else all that its elements hold."""
    if not _HTML.match(text):
        return text
    if not text.endswith(">"):
        return _in_a_cut_image(text)
    alts = ["".join(match.groups("")) for match in _ALT.finditer(text)]
    alts = [alt for alt in alts if alt.strip()]
    captions = _CAPTION.findall(text)
    said = " ".join(_ELEMENT.sub(" ", text).split())
    if len(alts) == 1:
        # What stands beside the picture is another text, unless it is its caption.
        is_alone = not said or (len(captions) == 1 and said == " ".join(captions[0].split()))
        return alts[0] if is_alone else text
    if not alts and len(captions) == 1:
        return str(captions[0])
    return said if not alts and said and "<img" not in text.lower() and describes(said) else text


def _in_a_cut_image(text: str) -> str:
    """The alt text of a tag that was cut off in it."""
    before, mark, rest = text.partition('alt="')
    return rest if mark and '"' not in rest and ">" not in before and rest.strip() else text


_ALTS = any_of(ALT_TEXT)
_ATTRIBUTE = re.compile(
    rf"(?:(?:const|let|var)\s)?[\"'`]?(?P<name>{_ALTS}|alt|aria-label|:alt|description|caption)[\"'`]?\s{{0,2}}"
    r"(?:=|:(?=\s?[\"'“‘`]))\s{0,2}\{?(?=[\"'“‘`])",
    re.IGNORECASE,
)
_CLOSING = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`"}


def _in_an_attribute(text: str) -> str:
    """What `alt="…"` holds."""
    name = _ATTRIBUTE.match(text)
    if name is None:
        return text
    rest = text[name.end() :].rstrip(";,/>} \t\n")
    inner = rest[1:-1]
    closing = _CLOSING[rest[0]]
    if len(rest) < 3 or rest[-1] != closing or (closing == '"' and '"' in inner.replace('\\"', "")):
        return text
    return inner


# --- an answer's own marks ---

_TAG = re.compile(
    r"<(answer|final_answer|alt|alt[ _-]?text|alternative_text|caption|image_caption|output|response|result|description"
    r"|image_description|text|final|summary|assistant|reply|content)>",
    re.IGNORECASE,
)
_STRONG = ("answer", "final_answer", "alt", "alttext", "alt_text", "alt-text", "alt text", "alternative_text", "output")


def _in_tags(text: str) -> str:
    """What the tags of an answer hold, where there are no others of their name."""
    opening = _TAG.search(text)
    if opening is None:
        last = text[text.rfind("</") :]
        return text[: -len(last)] if last[2:-1].lower() in _STRONG and last.endswith(">") else text
    name = opening[1].lower()
    rest = text[opening.end() :]
    inner, closing, after = _partition(rest, f"</{name}>")
    if f"<{name}>" in rest.lower():
        return text
    if not closing:
        return rest if opening.start() == 0 and describes(rest) else text
    is_whole = opening.start() == 0 and not after.strip()
    return inner if is_whole or (name in _STRONG and describes(inner) and not after.strip()) else text


def _partition(text: str, mark: str) -> tuple[str, str, str]:
    at = text.lower().find(mark)
    return (text[:at], mark, text[at + len(mark) :]) if at >= 0 else (text, "", "")


_COMMANDS = ("\\boxed{", "\\fbox{", "\\text{", "\\textbf{", "\\textit{", "\\mathrm{", "\\mathbf{")


def _in_a_command(text: str) -> str:
    """What a command of LaTeX holds: around the whole, or `\\boxed` at the end of an answer."""
    core = text.strip("$ \n").removesuffix(".").strip("$ \n")
    if core.endswith("}"):
        for command in _COMMANDS:
            if core.startswith(command):
                return core[len(command) : -1]
        before, command, rest = core.partition("\\boxed{")
        inner = rest[:-1].removeprefix("\\text{").removesuffix("}")
        if command and "\\boxed{" not in rest and describes(inner) and before.count("\n") < 50:
            return inner
    return text


_BRACKETS = {"[": "]", "(": ")", "{": "}", "【": "】", "（": "）"}
_LABEL = re.compile(
    rf"(?:{_ALTS}|alt|id|{'|'.join(DESCRIPTIONS.values())}|image|photo|picture|start id"
    rf"|begin id)\s?[:：]\s*",
    re.IGNORECASE,
)
_ID = re.compile(r"(?:(?:start|begin) )?(?:image )?id\s?[:：]\s*", re.IGNORECASE)
_END_ID = re.compile(r"[.\s]{0,3}\bend (?:of )?(?:id|(?:image )?description)\.?$", re.IGNORECASE)


def _in_brackets(text: str) -> str:
    """What brackets around the whole hold: after a label, or a description."""
    closing = _BRACKETS.get(text[:1])
    inner = text[1:-1].strip()
    if closing is None or len(text) < 3 or text[-1] != closing or text[0] in inner or closing in inner:
        return text
    if named := _ID.match(inner):
        said = inner[named.end() :]
        end = _END_ID.search(said, max(0, len(said) - 40))
        if end is not None:
            return said[: end.start()] + ("." if end[0].startswith(".") else "")
        return said if describes(said) else text
    if named := _LABEL.match(inner):
        return inner if describes(inner[named.end() :]) or "alt" in named[0].lower() else text
    return inner if describes(inner) else text


_IMAGE_WITHOUT_ADDRESS = re.compile(r"!\[([^\[\]\n]+)\](?:\([^()\n]*\))?")
_FIELD = re.compile(r"(?:\.\. (?:image|figure)::[^\n]{0,200}\n\s*)?:alt:[ \t]*(?=\S)")


def _in_a_picture(text: str) -> str:
    """The alt text of a picture of Markdown or of reStructuredText."""
    if picture := _IMAGE_WITHOUT_ADDRESS.fullmatch(text):
        return picture[1]
    field = _FIELD.match(text)
    return text[field.end() :] if field else text


_UNWRAP: tuple[Callable[[str], str], ...] = (
    without_json,
    _in_html,
    _in_an_attribute,
    _in_tags,
    _in_a_command,
    _in_brackets,
    _in_a_picture,
)
