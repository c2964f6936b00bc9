"""Results -> what a report says of them, as blocks of words and tables, and these as Markdown.

The blocks are what Markdown and the page (`page.py`) have in common: every table, every warning, every word. What
others wrote, such as names and texts, is `Given`, and each rendering defends itself against it. A table that rests on
a judge that is not validated says so in its caption. Computes nothing: what is not in the results is "–".
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from localalt.console import markdown_escaped
from localalt.evaluation.judging.criteria import FOUR, LETTERS
from localalt.evaluation.reporting.summary import sentences
from localalt.evaluation.reporting.words import NOTHING, Given, Text
from localalt.evaluation.reporting.words import count as _count
from localalt.evaluation.reporting.words import ends as _ends
from localalt.evaluation.reporting.words import figures as _figures
from localalt.evaluation.reporting.words import p_value as _p
from localalt.evaluation.statistics.intervals import LEVEL

__all__ = [
    "TITLE",
    "Block",
    "Example",
    "Facts",
    "Given",
    "Heading",
    "Paragraph",
    "Points",
    "Table",
    "Text",
    "blocks",
    "markdown",
    "to_json",
]

TITLE = "Evaluation of alt texts"
NOT_VALIDATED = "judge not validated"
INTERVAL = f"{100 * LEVEL:.0f} % interval"
SAYS_A_JUDGE = "says the judge"
"""What the reasons of `worst` that come from a judge end with."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows."""

    level: int
    text: Text


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences."""

    text: Text


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences that each stand alone."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Values under their names."""

    pairs: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A picture, and what was written about it."""

    case: str
    picture: str
    text: str
    reference: str
    against: tuple[str, ...]
    language: str = ""
    """Of both texts; empty where it is not known."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as long as `columns`, of which the first `n_headers` cells say what the row is about."""

    caption: Text
    columns: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    n_headers: int = 1


Block: TypeAlias = "Heading | Paragraph | Points | Facts | Example | Table"


def blocks(results: Mapping[str, Any]) -> Iterator[Block]:
    """All that there is to say, below the title."""
    yield Heading(2, ("Summary",))
    yield Paragraph(tuple(part for sentence in sentences(results) for part in (*sentence, " "))[:-1])
    yield Heading(2, ("The run",))
    yield _run(results)
    yield Heading(2, ("Arms",))
    yield _arms(results["arms"])
    yield Heading(2, ("Measures without a judge",))
    for measure in results["measures"]:
        yield _compared(measure, (), results["baseline"])
    if not results["measures"]:
        yield Paragraph(("No measure applies to any text.",))
    yield Heading(2, ("Consistency",))
    yield _consistency(results["consistency"])
    for judge in results["judges"]:
        yield from _judge(judge, results["baseline"])
    if not results["judges"]:
        yield Heading(2, ("Judges",))
        yield Paragraph(("No judge was asked, or none was examined.",))
    yield from _strata(results)
    yield Heading(2, ("Sign test",))
    yield Paragraph((_sign_test(results["sign_test"]),))
    yield from _worst(results)
    yield Heading(2, ("How to read this",))
    yield _legend(results)


def markdown(results: Mapping[str, Any]) -> str:
    """The report as Markdown, with the tables that GitHub has added to it."""
    return "\n\n".join([f"# {TITLE}", *map(_markdown, blocks(results))]) + "\n"


def to_json(results: Mapping[str, Any]) -> str:
    """The results for programs: numbers or null, never NaN, and in ASCII, which every terminal and file takes."""
    return json.dumps(_finite(results), indent=2, allow_nan=False)


# --- what is said ---


def _run(results: Mapping[str, Any]) -> Facts:
    types = ", ".join(f"{kind} {n}" for kind, n in results["types"].items())
    half: Text = ("both halves",) if results["split"] == "all" else ("the half ", Given(str(results["split"])))
    return Facts(
        (
            ("Made", (Given(f"{results['created']}, localalt {results['localalt']}"),)),
            ("Pictures", (_count(results["n_cases"]), ", ", *half)),
            ("Types of pictures", (Given(types),)),
            ("Baseline", (Given(results["baseline"]),)),
            ("Seed", (_count(results["seed"]),)),
        )
    )


def _arms(arms: Sequence[Mapping[str, Any]]) -> Table:
    known = [(name, title) for name, title in _DETAILS if any(arm.get(name) for arm in arms)]
    rows: list[tuple[Text, ...]] = []
    for arm in arms:
        details = [_detail(name, arm.get(name)) for name, _ in known]
        rows.append(((Given(arm["arm"]),), (_count(arm["n"]),), (_count(arm["n_failed"]),), *details))
    columns = ("Arm", "Pictures with a text", "Failures", *(title for _, title in known))
    return Table(("What wrote the texts",), columns, tuple(rows))


_DETAILS = (
    ("architecture", "Architecture"),
    ("model", "Model"),
    ("prompt", "Prompt"),
    ("model_digest", "Weights, start of sha256"),
    ("versions", "Versions"),
)


def _detail(name: str, value: Any) -> Text:  # noqa: ANN401 (whatever a record of another system says)
    if isinstance(value, Mapping):
        value = ", ".join(f"{key} {NOTHING if each is None else each}" for key, each in value.items())
    if value is None or value == "":
        return (NOTHING,)
    return (Given(str(value)[:12] if name == "model_digest" else str(value)),)


def _compared(table: Mapping[str, Any], said_by: Text, baseline: str) -> Table:
    """One measure or criterion; without comparisons, the columns for them are left out."""
    better = table["higher_is_better"]
    direction = "neither more nor less is better" if better is None else f"{'more' if better else 'less'} is better"
    is_compared = any(row["against_baseline"] for row in table["rows"])
    rows: list[tuple[Text, ...]] = []
    for row in table["rows"]:
        cells: list[Text] = [(Given(row["arm"]),), *_mean(row["interval"])]
        if is_compared:
            cells += _against(row["against_baseline"], is_baseline=row["arm"] == baseline)
        rows.append(tuple(cells))
    columns = ("Arm", "Mean", INTERVAL, "n", *(_AGAINST if is_compared else ()))
    return Table((Given(table["title"]), f" ({direction})", *said_by), columns, tuple(rows))


_AGAINST = (
    *("Against the baseline", "Difference", f"{INTERVAL} of the difference", "n of both", "p (Holm)"),
    *("Smallest detectable difference", "Won, tied, lost"),
)


def _against(against: Mapping[str, Any] | None, *, is_baseline: bool) -> list[Text]:
    if against is None:
        return [("baseline" if is_baseline else NOTHING,), *[(NOTHING,)] * (len(_AGAINST) - 1)]
    difference, low, high = _figures(against["difference"], against["low"], against["high"], signed=True)
    return [
        (Given(against["verdict"]),),
        (difference,),
        (_ends(low, high),),
        (_count(against["n"]),),
        (_p(against["p_holm"]),),
        (_figures(against["detectable"])[0],),
        (", ".join(_count(against[name]) for name in ("wins", "ties", "losses")),),
    ]


def _consistency(rows: Sequence[Mapping[str, Any]]) -> Block:
    if not rows:
        return Paragraph(("No arm wrote several texts about one picture.",))
    caption = ("How far the texts of several seeds agree, as the share of characters that none disputes",)
    cells = tuple(((Given(row["arm"]),), *_mean(row["interval"])) for row in rows)
    return Table(caption, ("Arm", "Mean", INTERVAL, "n"), cells)


def _judge(judge: Mapping[str, Any], baseline: str) -> Iterator[Block]:
    mark = "" if judge["validated"] else f" ({NOT_VALIDATED})"
    said_by: Text = (", says ", Given(judge["judge"]), mark)
    yield Heading(2, ("Judge: ", Given(judge["judge"]), mark))
    reasons: Text = (": ", Given("; ".join(judge["reasons"]))) if judge["reasons"] else ()
    yield Paragraph(("Judge validated",) if judge["validated"] else ("Judge not validated", *reasons))
    controls = tuple(_control(each) for each in judge["controls"])
    columns = ("Control", "Share", INTERVAL, "n", "Wanted for certain", "Outcome")
    yield Table(("Controls, what a good judge gets right: ", Given(judge["judge"]), mark), columns, controls)
    arms = judge["same_family"]
    yield Facts(
        (
            ("Agreement with people beyond chance (Cohen's kappa)", (_told(judge["kappa"]),)),
            ("Rank correlation of its scores with the lengths of the texts", (_told(judge["length_correlation"]),)),
            ("Arms of its own family, which judges prefer", (Given(", ".join(arms)),) if arms else ("none",)),
            ("Questions that it did not answer", (_count(judge["n_unanswered"]),)),
        )
    )
    for table in judge["criteria"]:
        yield _compared(table, said_by, baseline)
    if judge.get("strengths"):
        title = "Strength by verdicts on pairs (Bradley-Terry; 0 is the average, 1 wins 73 % against it)"
        rows = tuple(((Given(row["arm"]),), *_mean(row["interval"])) for row in judge["strengths"])
        yield Table((title, *said_by), ("Arm", "Strength", INTERVAL, "n"), rows)
    if judge["four"]:
        yield _together(judge["four"], FOUR, "Four criteria, 1 to 5", said_by, letters=False)
    if judge["letters"]:
        yield _together(judge["letters"], LETTERS, "Three criteria, 0 to 5, and a letter", said_by, letters=True)


def _control(control: Mapping[str, Any]) -> tuple[Text, ...]:
    outcome = "passed" if control["passed"] else "failed" if control["interval"]["n"] else "not tried"
    least = (_figures(control["least"])[0],)
    return ((Given(control["name"]),), *_mean(control["interval"]), least, (outcome,))


def _together(
    rows: Sequence[Mapping[str, Any]], names: Sequence[str], title: str, said_by: Text, *, letters: bool
) -> Table:
    cells = []
    for row in rows:
        letter: list[Text] = [(Given(row.get("letter", NOTHING)),)] if letters else []
        means: list[Text] = [(_told(row[name], with_n=False),) for name in (*names, "overall")]
        cells.append(((Given(row["arm"]),), *means, *letter, (_count(row["overall"]["n"]),)))
    last = ("Average", "Letter") if letters else ("Overall",)
    columns = ("Arm", *(name.capitalize() for name in names), *last, "n")
    return Table((f"{title}, each with its {INTERVAL}", *said_by), columns, tuple(cells))


def _strata(results: Mapping[str, Any]) -> Iterator[Block]:
    strata = results["strata"]
    is_judged = strata["measure"] != "mentioned"
    mark = f" ({NOT_VALIDATED})" if is_judged and not _is_validated(results) else ""
    yield Heading(2, (f"By the type of picture{mark}",))
    if not strata["rows"]:
        yield Paragraph(("Nothing was measured that could be told by type.",))
        return
    title = "Accuracy, say the judges" if is_judged else "Must be mentioned, and is"
    rows = tuple(((Given(row["type"]),), (Given(row["arm"]),), *_mean(row["interval"])) for row in strata["rows"])
    yield Table((f"{title}, by type{mark}",), ("Type", "Arm", "Mean", INTERVAL, "n"), rows, n_headers=2)


def _worst(results: Mapping[str, Any]) -> Iterator[Block]:
    worst = results["worst"]
    is_judged = any(SAYS_A_JUDGE in reason for each in worst for reason in each["against"])
    yield Heading(2, (f"Worst cases{f' ({NOT_VALIDATED})' if is_judged and not _is_validated(results) else ''}",))
    if not worst:
        yield Paragraph(("Nothing was found against any text.",))
    for number, each in enumerate(worst, start=1):
        yield Heading(3, (f"{number}. ", Given(each["arm"]), " about ", Given(each["case"])))
        language = str(each.get("language", ""))
        yield Example(
            each["case"], each["picture"], each["text"], each["reference"], tuple(each["against"]), language=language
        )


def _is_validated(results: Mapping[str, Any]) -> bool:
    """Whether all judges are: tables in which their verdicts are mixed are as good as the worst of them."""
    return bool(results["judges"]) and all(judge["validated"] for judge in results["judges"])


def _sign_test(test: Mapping[str, Any]) -> str:
    n, needed = test["n"], test["wins_needed"]
    if needed is None:
        return f"With {_count(n)} pictures a sign test shows nothing, even where an arm wins all of them."
    return f"An arm must win {needed} of {n} pictures, without ties, for a sign test to show it (two-sided, 5 %)."


def _legend(results: Mapping[str, Any]) -> Points:
    return Points(
        (
            ("An arm is what wrote the texts: a model with its prompt and settings, another system, or people.",),
            (
                f"A mean is over pictures, and n counts them. Its {INTERVAL} is a bootstrap that draws pictures "
                "anew; that of a control's share is Wilson's. It is too narrow where n is below some 20.",
            ),
            (
                "Arms are compared with the baseline, ",
                Given(results["baseline"]),
                ", on the pictures that both have. A difference is the arm less the baseline.",
            ),
            (
                "p is a permutation test's, corrected by Holm for the number of arms in one table. The interval of a "
                "difference is not corrected, so p decides. Nor is p for the number of tables: of many, some show a "
                "difference by chance.",
            ),
            ('"better" and "worse" mean that p (Holm) is 0.05 or less.',),
            (
                '"no difference shown" is not "equal": the smallest detectable difference is what so many pictures '
                "would show in four of five experiments, and a smaller one may well be there.",
            ),
            (
                'A judge is validated if it passes its controls and agrees with people. Where it says "judge not '
                'validated", the figures may reward style or length, and nothing should be decided by them.',
            ),
            ("A prompt that was chosen on these same pictures looks better than it is: look at the held-out half.",),
            ("– stands for what was not measured, or cannot be told from so few pictures.",),
        )
    )


# --- numbers ---


def _mean(interval: Mapping[str, Any]) -> tuple[Text, Text, Text]:
    estimate, low, high = _figures(interval["estimate"], interval["low"], interval["high"])
    return ((estimate,), (_ends(low, high),), (_count(interval["n"]),))


def _told(interval: Mapping[str, Any] | None, *, with_n: bool = True) -> str:
    if interval is None or interval["estimate"] is None:
        return NOTHING
    estimate, low, high = _figures(interval["estimate"], interval["low"], interval["high"])
    ends = "" if NOTHING in (low, high) else f" ({_ends(low, high)})"
    n = f", n {_count(interval['n'])}" if with_n else ""
    return estimate + ends + n


def _finite(value: Any) -> Any:  # noqa: ANN401 (whatever JSON can say)
    if isinstance(value, Mapping):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    if isinstance(value, Path):
        return str(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


# --- Markdown ---

_STARTS_A_NUMBER = re.compile(f"[{NOTHING}+\N{MINUS SIGN}]?[0-9]|{NOTHING}$")


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_inline(block.text)}"
    if isinstance(block, Paragraph):
        return _inline(block.text)
    if isinstance(block, Points):
        return "\n".join(f"- {_inline(item)}" for item in block.items)
    if isinstance(block, Facts):
        return "\n".join(f"- {name}: {_inline(value)}" for name, value in block.pairs)
    if isinstance(block, Example):
        pairs = {"Text": block.text, "Reference": block.reference, "Against it": "; ".join(block.against)}
        return "\n".join(f"- {name}: {_inline((Given(value),))}" for name, value in pairs.items())
    rows = [[_inline(cell) for cell in row] for row in block.rows]
    lines = [f"| {' | '.join(row)} |" for row in (block.columns, *rows)]
    is_numeric = [all(_STARTS_A_NUMBER.match(row[column]) for row in rows) for column in range(len(block.columns))]
    ruler = "|" + "".join("---:|" if each else "---|" for each in is_numeric)
    return "\n".join([f"**{_inline(block.caption)}**", "", lines[0], ruler, *lines[1:]])


def _inline(text: Text) -> str:
    return "".join(part if isinstance(part, str) else markdown_escaped(part.text, nothing=NOTHING) for part in text)
