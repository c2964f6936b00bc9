"""What `localalt lint` prints: findings, notes, statistics, the last line, and the list of rules."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any, Literal

from localalt.cli.layout import print_table
from localalt.cli.lint_file import Checked, Reported
from localalt.cli.terminal import say
from localalt.console import json_text, print_bytes, print_line, visible
from localalt.console.output import is_terminal, print_lines, write_to_error, write_to_output
from localalt.files.skipped import Skipped

__all__ = ["LintReport", "print_difference", "print_rules"]

_SHOWN = 40
"""Characters of a text that is shown in place of a file's name."""


class LintReport:
    """Findings as they come, and what there is to say at the end.

    Args:
        is_json: one JSON object for each finding in place of a line.
        fixes: "done", so that findings are what is left; "shown" alone; or "" for none.
        is_quiet: whether notes and the last line are left out.
    """

    def __init__(self, *, is_json: bool, fixes: Literal["", "done", "shown"], is_quiet: bool) -> None:
        self._is_json, self._fixes, self._is_quiet = is_json, fixes, is_quiet
        self.levels: Counter[str] = Counter()
        self._rules: Counter[str] = Counter()
        self.n_texts = self.n_fixed = 0

    def add(self, name: str, checked: Checked, *, is_silent: bool = False, to_error: bool = False) -> None:
        """Count what came out of a file, and print it unless that is not wanted.

        `to_error` is for files and texts that leave by standard output themselves.
        """
        self.n_texts += checked.n_texts
        self.n_fixed += checked.n_fixed
        for reported in checked.reported:
            self.levels[reported.finding.level] += 1
            self._rules[reported.finding.rule] += 1
            if not is_silent:
                (write_to_error if to_error else write_to_output)(f"{self._line(name, reported)}\n")
        if not self._is_quiet:
            for line, rule in checked.unknown:
                say(f"{name}:{line}: the comment names {rule!r:.60}, which is not a rule: see localalt lint --rules.")
            unused = [comment for comment in checked.unused if not comment.unknown]
            for comment in unused:
                say(f"{name}:{comment.first_line}: the comment ignores no finding: remove it.")

    def _line(self, name: str, reported: Reported) -> str:
        reference, finding = reported.reference, reported.finding
        if self._is_json:
            value: dict[str, Any] = {"path": name, "line": reference.line, "picture": reference.src}
            return json_text({**value, "text": reference.text, **dataclasses.asdict(finding)})
        return visible(f"{name}:{reference.line}: {finding.level} {finding.rule}: {finding.message}")

    def print_statistics(self) -> None:
        """Findings by rule, the most frequent first."""
        counts = sorted(self._rules.items(), key=lambda each: (-each[1], each[0]))
        if self._is_json:
            print_line(json_text({"statistics": dict(counts)}))
        elif counts:
            print_table([(f"{n:,}", rule) for rule, n in counts], right=(0,))

    def say_summary(self, skipped: Skipped) -> None:
        """The last line."""
        found = f"{_several(self.levels['error'], 'error')} and {_several(self.levels['warning'], 'warning')}"
        what = {"": "", "done": "fixed", "shown": "would be fixed"}[self._fixes]
        fixed = f", {_several(self.n_fixed, 'text')} {what}" if what else ""
        left = " left" if what else ""
        passed = f"; skipped: {skipped}" if skipped else ""
        say(f"{_several(self.n_texts, 'text')} checked{fixed}: {found}{left}{passed}.")


def shown(text: str) -> str:
    """A text, shown in place of a file's name."""
    return "“" + (text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…") + "”"


def print_difference(text: str, encoded: bytes) -> None:
    """A diff: in the file's own encoding, so that it can be applied, unless a person is looking."""
    if is_terminal("stdout"):
        print_lines(text.removesuffix("\n"))
    else:
        print_bytes(encoded)


def print_rules() -> None:
    """The rules and profiles."""
    from localalt.lint import PROFILES, RULES
    from localalt.lint.codes import OF_FILES

    lines = [("", "RULE", "LEVEL", "FIX", "WHAT IT FINDS")]
    lines += [("", name, level, "", summary) for name, (level, summary) in OF_FILES.items()]
    lines += [(str(r.number), r.name, r.level, "yes" if r.is_fixable else "", r.summary) for r in RULES]
    print_table(lines, right=(0,))
    print_line(f"{len(RULES)} rules for texts, and {len(OF_FILES)} for files.")
    print_line()
    changes = [("PROFILE", "FOR")]
    changes += [(profile.name, profile.purpose) for profile in PROFILES.values()]
    print_table(changes)


def _several(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
