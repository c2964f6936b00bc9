"""Thinking that no marker sets apart: "The user wants …", "Got it, let's look at this image".

A text thinks aloud where it begins like that and soon speaks of the task: "Let me go" alone may be on a poster.
"""

from __future__ import annotations

import re

from localalt.text.sentences import sentences
from localalt.text.thinking_words import ALT_TEXT, PLANS, TASK_WORDS

__all__ = ["conclusion", "is_thinking"]

_LOOKED_AT = 300
"""Characters in which it speaks of the task."""
_PLAN = re.compile(PLANS)
_TASK = re.compile(rf"(?<![a-z])(?:{TASK_WORDS})")
_SO = re.compile(
    rf"(?<!\w)(?:{ALT_TEXT}|final answer|answer)(?: \w{{1,10}}){{0,3}}\W{{0,3}}[:：]\W{{0,3}}|</think>", re.IGNORECASE
)


def is_thinking(text: str) -> bool:
    """Whether a text says how it comes to an answer, in place of one."""
    first = " ".join(each.plain for each in sentences(text[: 2 * _LOOKED_AT]))[:_LOOKED_AT]
    plan = _PLAN.match(first)
    return plan is not None and _TASK.search(first, max(0, plan.end() - 24)) is not None


def conclusion(text: str) -> str:
    """What such a text comes to behind a last label, "so the alt text is: …"; "" where there is no label."""
    found = list(_SO.finditer(text))
    return text[found[-1].end() :].strip(" \n\"'“”*") if found else ""
