"""Names of files and addresses in place of a text, or in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from localalt.lint import file_name_words as words
from localalt.lint.finders.nearby import stem
from localalt.lint.finders.patterns import compiled, excerpt
from localalt.lint.subject import Fault, Subject
from localalt.text.word_lists import any_of

__all__ = ["file_name", "url"]

_LONGEST = 250
"""Characters of the name of a file, which systems limit to 255."""
_MOST_WORDS = 8
"""Of a name with a suffix: what is longer is a sentence that ends in one."""


_SUFFIXED = compiled(
    rf"(?!(?:an?|the|how|where|ein|eine|une?|una?)\s)(?=\S)[^\n,;:!?]{{1,120}}\.(?:{words.SUFFIXES})"
    rf"(?:[?#]\S*|\s?\(\d+\))?"
)
_PATH = compiled(rf"(?:[a-z]:\\|\\\\|~/)[^\n]{{1,200}}\.(?:{words.SUFFIXES})")
_SCREENSHOT = compiled(rf"(?:{any_of(words.SCREENSHOTS)})")
_LETTERS = re.compile(r"[^\W\d_]+")
_BY_PHONES = re.compile(r"[-_]\d{4}[\d_-]{4,20}\S{0,100}")
_WHOLE = compiled(
    rf"(?:{words.CAMERAS})|(?:{words.LIBRARIES})"
    rf"|(?:{any_of(words.UNNAMED)})(?:[-_ ]?\(?\d{{1,14}}\)?)?"
    rf"|(?:{any_of(words.NUMBERED)})[-_ ]{{0,2}}(?:no\.? ?|nr\.? ?|n° ?"
    rf"|№ ?)?\(?\d{{1,14}}\)?(?:[-_.]\d{{1,6}}){{0,4}}[a-z]?"
    r"|(?:image|img|photo|pic|picture|foto|imagen|bild)-\d{6,}-?[0-9a-f]{0,40}"
    r"|(?:images?|files?|index|default|main|downloads?|t[ée]l[ée]chargement|descarga|scarica|baixados|unduhan|indir"
    r"|pobrane|下载|下載|ダウンロード|다운로드|загружено|без названия)(?:[-_ ]?\(\d{1,4}\))"
    r"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-f]{0,15}\d)[0-9a-f]{16,}"
    r"|\d{4}-\d\d-\d\d[ _T]\d\d[.:-]\d\d(?:[.:-]\d\d)?(?:\.\d+)?|mmexport\d{8,20}"
    r"|\d{4,}(?:[-_]\d{1,14}){0,8}|\d{1,3}(?:[-_]\d{1,14}){2,8}|\d{2,5} ?[x×] ?\d{2,5}(?: ?px)?"
    r"|(?:copy of|kopie von|copie de|copia d[ei]|cópia de|kopi av|kopi af|kopia av|копия) ?(?:img|dsc|image|untitled"
    r"|unbenannt"
    r"|screenshot|bild|imagen|photo|foto)[\w ().-]{0,60}"
)
_COPY = compiled(rf"(?:{words.COPIES})$")
_LONGEST_COPY = 20
_CAMERA = re.compile(
    r"\b(?:IMG|DSC[NF]?|PXL|MVIMG|VID|GOPR|DJI|_MG|FB_IMG|IMAG|SAM|WP|received)[-_]?\d{4,}\w*"
    r"|\b(?:Screenshot|Screen Shot|Bildschirmfoto|CleanShot|WhatsApp Image)[-_ ](?:\w+ )?\d{4}-\d\d-\d\d[\w.: -]*"
)
_JOINED = re.compile(r"[^\W_]{1,40}(?:[-_]{1,2}[^\W_]{1,40}){1,20}")
_MOST_OF_A_NAME = 4
"""Words with capitals that hyphens join in names of places."""
_BETWEEN = re.compile(r"[-_]+")
_ESCAPED = re.compile(r"\S{0,100}%(?:20|[23C-F][0-9A-F])\S{0,200}")
_RANDOM = re.compile(r"[A-Za-z0-9_-]{20,100}")
_CHANGE = re.compile(r"[a-z](?=[A-Z0-9])|[A-Z](?=[0-9])|[0-9](?=[A-Za-z])")
_LEAST_CHANGES = 6
"""Between small letters, capitals and digits, from which a word was drawn by a program."""
_SEPARATED = re.compile(r"[-_]|\d")
"""In the name of a file that no person would write as a text: "dog" may be both."""
_SIZE = compiled(r"\d{2,5}(?:px|x\d{2,5}|w)|v\d{1,2}")
_COMMON = frozenset(("tic tac toe", "rock paper scissors", "merry go round", "rough and tumble", "bric a brac"))
_JOINTS = frozenset(
    ("a", "an", "and", "at", "by", "de", "for", "in", "la", "me", "n", "of", "on", "or", "the", "to", "up")
)


def file_name(subject: Subject) -> Iterator[Fault]:
    """The name of a file in place of a text, or the name that a camera gave a picture anywhere in it."""
    message = "“{}” is a file name (WCAG failure F30): describe the picture."
    stripped = subject.text.strip()
    name = stem(subject.source_name)
    if len(stripped) <= _LONGEST and (_is_file_name(stripped) or (stripped == name and _SEPARATED.search(name))):
        yield Fault(0, len(subject.text), message.format(" ".join(stripped.split())))
        return
    if is_url(stripped):
        said = f"“{excerpt(stripped)}” is an address in place of a text (WCAG failure F30): describe the picture."
        yield Fault(0, len(subject.text), said)
        return
    for match in _CAMERA.finditer(subject.outside):
        yield Fault(*match.span(), message.format(match[0].strip()))


def _is_file_name(text: str) -> bool:
    core = text
    for _ in range(3):
        copy = _COPY.search(core, max(0, len(core) - _LONGEST_COPY))
        if _is_a_name(core):
            return True
        if copy is None or copy.start() == 0:
            return False
        core = core[: copy.start()]
    return False


def _is_a_name(text: str) -> bool:
    if _SUFFIXED.fullmatch(text) and len(text.split()) <= _MOST_WORDS:
        return True
    if _WHOLE.fullmatch(text) or _PATH.fullmatch(text) or _is_screenshot(text):
        return True
    if " " in text:
        return False
    is_drawn = _RANDOM.fullmatch(text) is not None and len(_CHANGE.findall(text)) >= _LEAST_CHANGES
    return is_drawn or _ESCAPED.fullmatch(text) is not None or _is_joined(text)


def _is_screenshot(text: str) -> bool:
    """What a system calls a screenshot, with a time behind it or alone."""
    match = _SCREENSHOT.match(text)
    if match is None:
        return False
    rest = text[match.end() :]
    if not rest or _BY_PHONES.fullmatch(rest):
        return True
    has_number = any(c.isdigit() for c in rest)
    return has_number and all(word.lower() in words.TIMES for word in _LETTERS.findall(rest))


def _is_joined(text: str) -> bool:
    """Words joined by hyphens and underscores, as in the name of a file and nowhere else."""
    if not _JOINED.fullmatch(text):
        return False
    parts = [part.lower() for part in _BETWEEN.split(text)]
    spelt = [part for part in parts if len(part) > 1 and part.isalpha() and part not in _JOINTS]
    if " ".join(parts) in _COMMON:
        return False
    if "_" in text and len(spelt) >= 2:
        return True
    n_known = sum(part in words.PARTS or bool(_SIZE.fullmatch(part)) for part in parts)
    is_lower = text == text.lower()
    if n_known:
        return n_known > 1 or (is_lower and len(parts) > 2) or parts[-1].isdigit() or "_" in text
    if len(spelt) > _MOST_OF_A_NAME:
        return True
    return is_lower and len(parts) > 2 and (len(spelt) > 2 or (len(spelt) == 2 and parts[-1].isdigit()))


_SCHEME = re.compile(
    r"(?i)(?:https?|ftp|file|blob|content|chrome|about)://?\S{1,2000}"
    r"|data:[\w/+.-]{3,60}[;,]\S{0,2000}"
)
_BARE_ADDRESS = re.compile(
    r"(?i)(?:www\.)?(?:[a-z0-9-]{1,63}\.){1,4}(?:com|org|net|io|edu|gov|co|de|fr|uk|info|jp"
    r"|eu)/\S{1,2000}"
)
_PAGE = re.compile(r"(?i)[\w./-]{1,200}\.(?:php|aspx?|jsp|cgi|ashx)(?:\?\S{0,1000})?")
_WITHIN = re.compile(r"(?i)\b(?:https?://|www\.)[^\s<>]{3,2000}")


def is_url(text: str) -> bool:
    """Whether a text is an address, and nothing else."""
    return any(pattern.fullmatch(text) for pattern in (_SCHEME, _BARE_ADDRESS, _PAGE))


def url(subject: Subject) -> Iterator[Fault]:
    """An address in a text, outside quotations."""
    if is_url(subject.text.strip()):
        return
    for match in _WITHIN.finditer(subject.outside):
        said = match[0].rstrip(".,;:!?)")
        message = (
            f"“{excerpt(said)}” is read aloud letter by letter: say where it leads, or put it in quotation marks if it "
            "is in the picture."
        )
        yield Fault(match.start(), match.start() + len(said), message)
