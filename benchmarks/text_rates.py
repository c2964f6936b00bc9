"""How often texts are treated as a careful reader would treat them: cleaning, rules, claims, a person's texts.

    pip install '.[eval,markdown]'
    python benchmarks/text_rates.py FILE.jsonl … [--show] [--markdown] [--json FILE]

Each line of a file is one case; its keys say of which kind. A file may hold several kinds.

    raw, want, text     what a model answered, and what must come of it: "text" (this text, without a second try),
                        "again" (a second try), "warn" (a warning or a second try)
    raw, want           a transcription, and the words that must come of it
    text alone          cleaning must leave it as it is; in a file that has "keep" in its name
    text, expected      what the rules must say: "error", "warning", "none" (no error), "either"; with `language`
    html or markdown, expected    the same of a page with one picture, or several
    draft, flag         the claims of a draft, as [kind, text], that nothing else supports; with context, facts, proof
    claim, source, want whether a source supports a claim
    text alone          else: a text that a person wrote with care, in which every error is false

An answer goes through a dialogue as a picture's answer does, and the second try gets the same answer. It is *silently
wrong* where its text is not the one that is wanted, and neither a second try nor a warning comes of it. Rates have
their 95 % interval (Wilson).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, cast

from localalt import lint
from localalt.cli.lint_file import check_document
from localalt.documents import Document, Form
from localalt.drafting.dialogue import ALT, Dialogue
from localalt.drafting.options import DescribeOptions
from localalt.drafting.task import make_task
from localalt.evaluation.statistics.comparison import rate_interval
from localalt.lint.settings import LintSettings
from localalt.prompting.builtin import NO_TEXT
from localalt.text.claims import Claim, Sources, claims
from localalt.text.cleaning import clean, clean_copy

__all__ = ["Rate", "Tally", "judged", "main"]

Case: TypeAlias = Mapping[str, Any]
REFUSALS = frozenset(("refusal",))
"""Rules that take a text for an answer that refuses."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of some cases."""

    n: int
    of: int

    @property
    def range_95(self) -> tuple[float, float]:
        """Wilson's interval for the share, 0 to 1."""
        found = rate_interval(self.n, self.of)
        assert found.low is not None
        assert found.high is not None
        return found.low, found.high

    def __str__(self) -> str:
        if not self.of:
            return "0 of 0"
        low, high = self.range_95
        return f"{self.n} of {self.of}: {self.n / self.of:.1%} ({low:.1%} to {high:.1%})"


@dataclass
class Tally:
    """What came of cases: counts of each figure, and the cases that are wrong."""

    counts: dict[str, list[int]] = field(default_factory=dict)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    """Figure, case, and what came of it."""
    rules: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By rule: texts that are "meant" for it or for another that is right, too; those of them that any rule "found";
    faulty texts of which it "said" so; and good ones that it called wrong, adversarial ("false") or "published"."""
    kinds: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By kind of fault: how many texts it has, "of", and how many of them a rule "found"."""

    def add(self, figure: str, is_it: bool, case: str = "", said: str = "", *, is_good: bool = True) -> None:
        """Count a case for a figure; where it is not as it should be, remember it."""
        count = self.counts.setdefault(figure, [0, 0])
        count[0] += is_it
        count[1] += 1
        if is_it != is_good:
            self.wrong.append((figure, case, said))

    @property
    def rates(self) -> dict[str, Rate]:
        """By figure."""
        return {figure: Rate(*count) for figure, count in self.counts.items()}


# --- one case of each kind ---


def judged(cases: Iterable[tuple[str, Case]]) -> Tally:
    """What comes of cases, each with the name of its file."""
    tally = Tally()
    for name, case in cases:
        if "raw" in case:
            (_answer if "options" in case else _transcription)(tally, case)
        elif "draft" in case:
            _claims(tally, case)
        elif "claim" in case:
            _support(tally, case)
        elif "html" in case or "markdown" in case:
            _page(tally, case)
        elif "expected" in case:
            _rules(tally, case)
        elif "keep" in name:
            text = case["text"]
            cleaned = clean(text, finish_reason="stop").text
            tally.add("cleaning: texts that stay as they are", cleaned == " ".join(text.split()), text, cleaned)
        else:
            _published(tally, case)
    return tally


def _answer(tally: Tally, case: Case) -> None:
    task = make_task(cast("DescribeOptions", case["options"]))
    dialogue = Dialogue(task)
    dialogue.begin()
    more = dialogue.take(ALT, case["raw"], "stop")
    is_again = any(question.key == ALT.retry for question in more)
    if is_again:
        dialogue.take(ALT.retry, case["raw"], "stop")
    outcome = dialogue.alt()
    warned = [notice.name for notice in outcome.notices]
    wanted, raw = case["want"], case["raw"]
    said = f"{outcome.text!r} again={is_again} {warned}"
    if wanted == "text":
        is_right = outcome.text == case["text"] and not is_again
        is_silent = outcome.text != case["text"] and not is_again and not warned
    else:
        is_right = is_again or (wanted == "warn" and bool(warned))
        is_silent = not is_again and not warned
    tally.add(f"answers: as wanted ({wanted})", is_right, raw, said)
    tally.add("answers: as wanted", is_right)
    tally.add("answers: silently wrong", is_silent, raw, said, is_good=False)
    if "refusal" in case.get("name", ""):
        tally.add("refusals: noticed", is_again, raw, said)


def _transcription(tally: Tally, case: Case) -> None:
    found = clean_copy(case["raw"], finish_reason="stop", nothing=NO_TEXT).text
    tally.add("transcriptions: as wanted", found == case["want"], case["raw"], repr(found))


def _claims(tally: Tally, case: Case) -> None:
    facts = case["facts"] or {}
    task = make_task({"context": case["context"] or "", "facts": facts, "language": case["language"]})
    copy = clean_copy(case["proof"] or NO_TEXT, finish_reason="stop", nothing=NO_TEXT).text
    sources = Sources([*task.sources(None), *filter(None, [copy])])
    found = [claim for claim in claims(case["draft"], language=case["language"]) if not sources.support(claim)]
    wanted = [(kind, text) for kind, text in case["flag"]]
    for kind, text in wanted:
        is_found = any(claim.kind == kind and _same(claim.text, text) for claim in found)
        tally.add("claims: missed", not is_found, case["draft"], f"{kind} {text!r}", is_good=False)
    for claim in found:
        is_false = not any(claim.kind == kind and _same(claim.text, text) for kind, text in wanted)
        tally.add("claims: reported falsely", is_false, case["draft"], f"{claim.kind} {claim.text!r}", is_good=False)


def _same(found: str, wanted: str) -> bool:
    """Whether two spellings of a claim overlap: "Eiffel" and "tour Eiffel" are one."""
    found, wanted = found.casefold(), wanted.casefold()
    return found in wanted or wanted in found


def _support(tally: Tally, case: Case) -> None:
    claim = Claim(case["kind"], case["claim"], 0, len(case["claim"]))
    is_right = Sources([case["source"]]).support(claim) is case["want"]
    tally.add("claims: support as wanted", is_right, f"{case['claim']!r} in {case['source']!r}", f"want {case['want']}")


def _page(tally: Tally, case: Case) -> None:
    form: Form = "html" if "html" in case else "markdown"
    checked = check_document(Document(case[form].encode(), form), LintSettings(), frozenset(), is_fixed=False)
    levels = {each.finding.level for each in checked.reported}
    said = " ".join(sorted({each.finding.rule for each in checked.reported}))
    tally.add(f"pages: {form} as wanted", _agrees(case["expected"], levels), case[form], f"{case['expected']}: {said}")


def _agrees(expected: str, levels: Set[str]) -> bool:
    if expected in ("none", "none/warning", "warning/none"):
        return "error" not in levels
    return bool(levels) if expected == "warning" else expected in levels or expected == "either"


def _rules(tally: Tally, case: Case) -> None:
    expected, text = case["expected"], case["text"]
    found = lint.check(text, profile="web", language=case["language"] or None, **case["options"])
    errors = {finding.rule for finding in found if finding.level == "error"}
    shown = f"[{case['language']}, {case['kind']}] {text}"
    said = f"{expected} {'/'.join(case['rules'])}: {' '.join(finding.rule for finding in found) or '-'}"
    if expected == "error":
        tally.add("rules: errors found", bool(errors), shown, said)
        kind = tally.kinds[case["kind"]]
        kind["found"] += bool(errors)
        kind["of"] += 1
        for rule in case["rules"]:
            tally.rules[rule]["meant"] += 1
            tally.rules[rule]["found"] += bool(errors)
        for rule in errors:
            tally.rules[rule]["said"] += 1
    elif expected == "warning":
        tally.add("rules: warnings found", bool(found), shown, said)
    elif expected == "none":
        tally.add("rules: false errors, adversarial texts", bool(errors), shown, said, is_good=False)
        for rule in errors:
            tally.rules[rule]["false"] += 1


def _published(tally: Tally, case: Case) -> None:
    text, language = case["text"], case.get("language")
    found = lint.check(text, profile="web", language=None if language in (None, "und") else language)
    errors = sorted({finding.rule for finding in found if finding.level == "error"})
    tally.add("published: false errors", bool(errors), text, " ".join(errors), is_good=False)
    tally.add("published: called a refusal", bool(REFUSALS & set(errors)), text, " ".join(errors), is_good=False)
    for rule in errors:
        tally.rules[rule]["published"] += 1
    cleaned = clean(text, finish_reason="stop").text
    tally.add("published: changed by cleaning", cleaned != " ".join(text.split()), text, cleaned, is_good=False)
    is_replaced = make_task({"existing": text, "language": None}).verdict_without_model != "kept"
    tally.add("published: replaced as existing", is_replaced, text, " ".join(errors), is_good=False)


# --- the command ---


def _cases(paths: Sequence[Path]) -> Iterator[tuple[str, Case]]:
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield path.stem, json.loads(line)


def _print_tables(tally: Tally) -> None:
    n_good = sum(rate.of for figure, rate in tally.rates.items() if figure.startswith("rules: false errors"))
    n_published = sum(rate.of for figure, rate in tally.rates.items() if figure == "published: false errors")
    if tally.rules:
        print(
            f"\n| rule | found of its texts | said of faulty texts | false of {n_good} | of {n_published} published |"
        )
        print("|---|---|---|---|---|")
    for rule, counts in sorted(tally.rules.items()):
        meant = str(Rate(counts["found"], counts["meant"])) if counts["meant"] else "-"
        print(f"| {rule} | {meant} | {counts['said']} | {counts['false']} | {counts['published']} |")
    if tally.kinds:
        print("\n| kind of fault | found |\n|---|---|")
    for kind, counts in sorted(tally.kinds.items()):
        print(f"| {kind} | {counts['found']} of {counts['of']} |")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--show", action="store_true", help="list the cases that are wrong")
    parser.add_argument("--markdown", action="store_true", help="print tables")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    options = parser.parse_args(arguments)
    tally = judged(_cases(options.files))
    if options.show:
        for figure, case, said in sorted(tally.wrong):
            if case:
                print(f"{figure}\n    {case[:300]!r}\n    {said[:300]}")
    rows = [(figure, str(rate)) for figure, rate in sorted(tally.rates.items())]
    if options.markdown:
        print("| figure | cases (95 % interval) |\n|---|---|", *(f"| {a} | {b} |" for a, b in rows), sep="\n")
    else:
        print(*(f"{figure:44} {rate}" for figure, rate in rows), sep="\n")
    _print_tables(tally)
    if options.json:
        figures = {figure: asdict(rate) for figure, rate in tally.rates.items()}
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
