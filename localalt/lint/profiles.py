"""Profiles: which rules count where, and how much. Style guides contradict each other; a profile follows one.

"Screenshot of" is required by one style guide and banned by a linter, and so is the full stop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from localalt import suggest
from localalt.errors import OptionError

__all__ = ["PROFILES", "Level", "Profile", "find_profile"]

Level: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Profile:
    """How rules are applied.

    `levels` replaces a rule's own level; None switches it off. `shortest` to `longest` is the band of characters
    that is aimed for, `longest_detailed` its end for pictures of text and for charts.
    """

    name: str
    purpose: str
    levels: Mapping[str, Level | None] = field(default_factory=dict)
    shortest: int = 40
    longest: int = 250
    longest_detailed: int = 500
    without_text: Level | None = "error"
    """Level of the finding "missing" for a Markdown image without a text; Markdown has no way to mark decoration."""
    bans_screenshot: bool = False
    """Whether "Screenshot of" is a redundant opening: it names the medium, which may matter (W3C WAI)."""


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            Profile("default", "drafts, and what people are going to publish: every rule"),
            Profile(
                "web",
                "alt attributes of web pages, where short ones are common and a full stop is a matter of style",
                levels={"end-punctuation": None, "unsupplied-name": None},
                shortest=1,
            ),
            Profile(
                "wcag",
                "only what fails WCAG 2.2 (1.1.1) or is broken",
                levels={
                    "redundant-opening": "warning",
                    "end-punctuation": None,
                    "emoji": None,
                    "hedge": None,
                    "length": None,
                    "guessed-trait": None,
                    "unsupplied-name": None,
                    "unquoted": None,
                },
                shortest=1,
                without_text="warning",  # it becomes alt="", which declares an image decorative
            ),
            Profile(
                "social",
                "posts on social networks, where people describe at length and with names that they know",
                levels={"unsupplied-name": None},
                longest=500,
                longest_detailed=1000,
            ),
            Profile(
                "strict",
                "as default, and without the word screenshot at the beginning",
                bans_screenshot=True,
            ),
        )
    }
)


def find_profile(profile: str | Profile) -> Profile:
    """The profile of a name, or the one that is passed.

    Raises:
        OptionError: there is no such profile.
    """
    if isinstance(profile, Profile):
        return profile
    if not isinstance(profile, str) or profile not in PROFILES:
        raise OptionError(f"There is no profile {profile!r:.60}: {suggest.advice(profile, PROFILES)}")
    return PROFILES[profile]
