"""The alt text that a person wrote: whether a draft may take its place, and how it could read.

It is replaced only where it says nothing: where it is empty, a placeholder or the name of a file. Whatever else is
wrong with it, its author knew more than a model sees: findings are reported, fixes are proposed, the text stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localalt.text.word_lists import words
from localalt.types import Notice

if TYPE_CHECKING:
    import localalt.lint as lint  # imported once there is a text to look at

__all__ = ["ExistingText"]

_SAYS_NOTHING = frozenset(("empty", "placeholder", "file-name"))
"""Rules that find no description in a text, where they are about all of it."""
_KINDS = words(
    "avatar background banner blank chart diagram divider drawing figure graph graphic hero icon illustration",
    "line logo map meme painting pixel preview profile screen screenshot sketch table test thumbnail transparent",
    "video",
    "abbildung diagramm grafik karte zeichnung carte schéma dessin gráfico mapa dibujo grafico disegno kaart",
)
"""Last words of a text that is a placeholder to the rules, and says what is shown all the same: "Our logo"."""
_NUMBER = re.compile(r"\W*\d{1,4}\W*")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ExistingText:
    """A text that a person wrote, and what the rules say of it."""

    text: str
    findings: tuple[lint.Finding, ...]
    fixed: str
    """The text with all fixed that is safe to fix."""
    is_brief: bool = False
    """Whether it names a link, a button or a logo: then a word such as "Photos" may be the name."""
    faults: tuple[lint.Finding, ...] = field(init=False)
    """Why a draft may take its place; none where it stays."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "faults", tuple(filter(self._says_nothing, self.findings)))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What its author should know of it: the findings, and how it could read."""
        found = [Notice(each.rule, each.message, (each.start, each.end)) for each in self.findings]
        if self.fixed != self.text:
            found.append(Notice("existing-fix", f"Your text was left as it is. It could read “{self.fixed}”"))
        return tuple(found)

    def _says_nothing(self, finding: lint.Finding) -> bool:
        rest = self.text[: finding.start] + self.text[finding.end :]
        if finding.rule not in _SAYS_NOTHING or finding.level != "error" or rest.strip():
            return False
        if finding.rule == "placeholder":
            return not self.is_brief and _KINDS.isdisjoint(_WORD.findall(self.text.casefold())[-1:])
        # A number may be what the picture shows: a year, a step, a shirt.
        return finding.rule == "empty" or not (_NUMBER.fullmatch(self.text) or _is_phrase(self.text))


def _is_phrase(text: str) -> bool:
    """Whether a text that ends as file names do has words that say something: "The contents of logo.svg"."""
    has_digits = any(character.isdigit() for character in text)  # "Screen Shot 2020-01-01 at 10.00.00.png"
    return len(text.split()) > 2 and not has_digits
