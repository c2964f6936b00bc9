"""Results -> what a report says of them, as blocks: every table, every warning, every word.

A table that rests on a judge that is not validated says so in its caption. Computes nothing, and knows no way of
rendering: what is not in the results is a dash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from localalt.evaluation.judging.criteria import FOUR, LETTERS
from localalt.evaluation.judging.sheets import is_by_hand
from localalt.evaluation.numbers import NOTHING, count, estimate_texts, figures, interval_text, p_value
from localalt.evaluation.recipes.recipe import Recipe
from localalt.evaluation.reporting.blocks import (
    Block,
    DefinitionList,
    Example,
    Heading,
    Paragraph,
    Points,
    Table,
)
from localalt.evaluation.reporting.published import published, published_cells
from localalt.evaluation.reporting.results import (
    ArmInterval,
    ArmSummary,
    BaselineComparison,
    ControlResult,
    CriteriaAverages,
    JudgeResult,
    Results,
    ScoreTable,
    SignTest,
)
from localalt.evaluation.reporting.words import Given, Text
from localalt.evaluation.statistics.intervals import LEVEL, Interval

__all__ = ["TITLE", "blocks"]

TITLE = "Evaluation of alt texts"
NOT_VALIDATED = "judge not validated"
MOST_GRADES = 60
"""Letters of single pictures that a report shows: those of five pictures by twelve systems."""
INTERVAL = f"{100 * LEVEL:.0f} % interval"


def blocks(results: Results) -> Iterator[Block]:
    """All that there is to say, below the title."""
    yield Heading(2, ("Summary",))
    yield Paragraph(tuple(part for sentence in results.summary for part in (*sentence, " "))[:-1])
    yield Heading(2, ("The run",))
    yield _run(results)
    yield Heading(2, ("Arms",))
    yield _arms(results.arms)
    yield Heading(2, ("Measures without a judge",))
    for measure in results.measures:
        yield _compared(measure, (), results.baseline)
    if not results.measures:
        yield Paragraph(("No measure applies to any text.",))
    yield Heading(2, ("Consistency",))
    yield _consistency(results.consistency)
    for judge in results.judges:
        yield from _judge(judge, results.baseline, results.recipe)
    if not results.judges:
        yield Heading(2, ("Judges",))
        yield Paragraph(("No judge was asked, or none was examined.",))
    if results.recipe is not None:
        yield from published(results.recipe, results.n_cases)
    yield from _strata(results)
    yield Heading(2, ("Sign test",))
    yield Paragraph((_sign_test(results.sign_test),))
    yield from _worst(results)
    yield Heading(2, ("How to read this",))
    yield _legend(results)


def _run(results: Results) -> DefinitionList:
    types = ", ".join(f"{kind} {n}" for kind, n in results.types.items())
    half: Text = ("both halves",) if results.split == "all" else ("the half ", Given(str(results.split)))
    return DefinitionList(
        (
            ("Made", (Given(f"{results.created}, localalt {results.localalt}"),)),
            ("Pictures", (count(results.n_cases), ", ", *half)),
            ("Types of pictures", (Given(types),)),
            ("Baseline", (Given(results.baseline),)),
            ("Seed", (count(results.seed),)),
        )
    )


def _arms(arms: Sequence[ArmSummary]) -> Table:
    known = [(name, title) for name, title in _DETAILS if any(arm.details.get(name) for arm in arms)]
    rows: list[tuple[Text, ...]] = []
    for arm in arms:
        details = [_detail(name, arm.details.get(name)) for name, _ in known]
        rows.append(((Given(arm.arm),), (count(arm.n),), (count(arm.n_failed),), *details))
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


def _compared(table: ScoreTable, said_by: Text, baseline: str) -> Table:
    """One measure or criterion; without comparisons, the columns for them are left out."""
    better = table.higher_is_better
    direction = "neither more nor less is better" if better is None else f"{'more' if better else 'less'} is better"
    is_compared = any(row.against_baseline for row in table.rows)
    rows: list[tuple[Text, ...]] = []
    for row in table.rows:
        cells: list[Text] = [(Given(row.arm),), *_mean(row.interval)]
        if is_compared:
            cells += _against(row.against_baseline, is_baseline=row.arm == baseline)
        rows.append(tuple(cells))
    columns = ("Arm", "Mean", INTERVAL, "n", *(_AGAINST if is_compared else ()))
    return Table((Given(table.title), f" ({direction})", *said_by), columns, tuple(rows))


_AGAINST = (
    *("Against the baseline", "Difference", f"{INTERVAL} of the difference", "n of both", "p (Holm)"),
    *("Smallest detectable difference", "Won, tied, lost"),
)


def _against(against: BaselineComparison | None, *, is_baseline: bool) -> list[Text]:
    if against is None:
        return [("baseline" if is_baseline else NOTHING,), *[(NOTHING,)] * (len(_AGAINST) - 1)]
    difference, low, high = figures(against.difference, against.low, against.high, signed=True)
    return [
        (Given(against.verdict),),
        (difference,),
        (interval_text(low, high),),
        (count(against.n),),
        (p_value(against.p_holm),),
        (figures(against.detectable)[0],),
        (", ".join(map(count, (against.wins, against.ties, against.losses))),),
    ]


def _consistency(rows: Sequence[ArmInterval]) -> Block:
    if not rows:
        return Paragraph(("No arm wrote several texts about one picture.",))
    caption = ("How far the texts of several seeds agree, as the share of characters that none disputes",)
    cells = tuple(((Given(row.arm),), *_mean(row.interval)) for row in rows)
    return Table(caption, ("Arm", "Mean", INTERVAL, "n"), cells)


def _judge(judge: JudgeResult, baseline: str, recipe: Recipe | None) -> Iterator[Block]:
    if is_by_hand(judge.judge):
        yield Heading(2, ("Graded ", Given(judge.judge)))
        yield Paragraph(
            (
                "A person gave these grades, in a sheet that does not name who wrote a text. They are the view of one "
                "person: whether others agree was not measured.",
            )
        )
        yield from _said(judge, (", graded ", Given(judge.judge)), baseline, recipe)
        return
    mark = "" if judge.validated else f" ({NOT_VALIDATED})"
    said_by: Text = (", says ", Given(judge.judge), mark)
    yield Heading(2, ("Judge: ", Given(judge.judge), mark))
    reasons: Text = (": ", Given("; ".join(judge.reasons))) if judge.reasons else ()
    yield Paragraph(("Judge validated",) if judge.validated else ("Judge not validated", *reasons))
    controls = tuple(_control(each) for each in judge.controls)
    columns = ("Control", "Share", INTERVAL, "n", "Lower end wanted", "Outcome")
    yield Table(("Controls, what a good judge gets right: ", Given(judge.judge), mark), columns, controls)
    arms = judge.same_family
    yield DefinitionList(
        (
            ("Agreement with people beyond chance (Cohen's kappa)", (_in_one_cell(judge.kappa),)),
            ("Rank correlation of its scores with the lengths of the texts", (_in_one_cell(judge.length_correlation),)),
            ("Arms of its own family, which judges prefer", (Given(", ".join(arms)),) if arms else ("none",)),
            ("Questions that it did not answer", (count(judge.n_unanswered),)),
        )
    )
    yield from _said(judge, said_by, baseline, recipe)


def _said(judge: JudgeResult, said_by: Text, baseline: str, recipe: Recipe | None) -> Iterator[Block]:
    for table in judge.criteria:
        yield _compared(table, said_by, baseline)
    if judge.strengths:
        title = "Strength by verdicts on pairs (Bradley-Terry; 0 is the average, 1 wins 73 % against it)"
        rows = tuple(((Given(row.arm),), *_mean(row.interval)) for row in judge.strengths)
        yield Table((title, *said_by), ("Arm", "Strength", INTERVAL, "n"), rows)
    if judge.four:
        yield _together(judge.four, FOUR, "Four criteria, 1 to 5", said_by, recipe, letters=False)
    if judge.letters:
        yield _together(judge.letters, LETTERS, "Three criteria, 0 to 5, and a letter", said_by, recipe, letters=True)
    if 0 < len(judge.grades) <= MOST_GRADES:
        grades = tuple(((Given(each.case),), (Given(each.arm),), (Given(each.letter),)) for each in judge.grades)
        yield Table(("The letter of each text", *said_by), ("Picture", "Arm", "Letter"), grades, n_headers=2)


def _control(control: ControlResult) -> tuple[Text, ...]:
    outcome = "passed" if control.passed else "failed" if control.interval.n else "not tried"
    least = (figures(control.least)[0],)
    return ((Given(control.name),), *_mean(control.interval), least, (outcome,))


def _together(
    rows: Sequence[CriteriaAverages],
    names: Sequence[str],
    title: str,
    said_by: Text,
    recipe: Recipe | None,
    *,
    letters: bool,
) -> Table:
    cells: list[tuple[Text, ...]] = []
    for row in rows:
        letter: list[Text] = [(Given(row.letter or NOTHING),)] if letters else []
        intervals = (*(row.scores[name] for name in names), row.overall)
        means: list[Text] = [(_in_one_cell(each, with_n=False),) for each in intervals]
        cells.append(((Given(row.arm),), *means, *letter, (count(row.overall.n),)))
    if recipe is not None and recipe.criteria == tuple(names):
        cells += published_cells(recipe, letters=letters)
    last = ("Average", "Letter") if letters else ("Overall",)
    columns = ("Arm", *(name.capitalize() for name in names), *last, "n")
    return Table((f"{title}, each with its {INTERVAL}", *said_by), columns, tuple(cells))


def _strata(results: Results) -> Iterator[Block]:
    strata = results.strata
    is_judged = strata.judge is not None
    mark = f" ({NOT_VALIDATED})" if is_judged and not _is_validated(results) else ""
    yield Heading(2, (f"By the type of picture{mark}",))
    if not strata.rows:
        yield Paragraph(("Nothing was measured that can be shown by type.",))
        return
    title = "Accuracy, say the judges" if is_judged else "Must be mentioned, and is"
    rows = tuple(((Given(row.type),), (Given(row.arm),), *_mean(row.interval)) for row in strata.rows)
    yield Table((f"{title}, by type{mark}",), ("Type", "Arm", "Mean", INTERVAL, "n"), rows, n_headers=2)


def _worst(results: Results) -> Iterator[Block]:
    worst = results.worst
    is_judged = any(objection.is_judged for each in worst for objection in each.against)
    yield Heading(2, (f"Worst cases{f' ({NOT_VALIDATED})' if is_judged and not _is_validated(results) else ''}",))
    if not worst:
        yield Paragraph(("Nothing was found against any text.",))
    for number, each in enumerate(worst, start=1):
        yield Heading(3, (f"{number}. ", Given(each.arm), " about ", Given(each.case)))
        against = tuple(objection.title for objection in each.against)
        yield Example(each.case, each.text, each.reference, against, language=each.language)


def _is_validated(results: Results) -> bool:
    """Whether all judges are: tables in which their verdicts are mixed are as good as the worst of them."""
    return bool(results.judges) and all(judge.validated for judge in results.judges)


def _sign_test(test: SignTest) -> str:
    n, needed = test.n, test.wins_needed
    if needed is None:
        return f"With {count(n)} pictures a sign test shows nothing, even where an arm wins all of them."
    return f"An arm must win {needed} of {n} pictures, without ties, for a sign test to show it (two-sided, 5 %)."


def _legend(results: Results) -> Points:
    return Points(
        (
            ("An arm is what wrote the texts: a model with its prompt and settings, another system, or people.",),
            (
                f"A mean is over pictures, and n counts them. Its {INTERVAL} is a bootstrap that draws pictures "
                "anew; that of a control's share is Wilson's. It is too narrow where n is below about 20.",
            ),
            (
                "Arms are compared with the baseline, ",
                Given(results.baseline),
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
            ("– stands for what was not measured, or cannot be estimated from so few pictures.",),
        )
    )


def _mean(interval: Interval) -> tuple[Text, Text, Text]:
    estimate, ends = estimate_texts(interval)
    return ((estimate,), (ends,), (count(interval.n),))


def _in_one_cell(interval: Interval | None, *, with_n: bool = True) -> str:
    if interval is None or interval.estimate is None:
        return NOTHING
    estimate, ends = estimate_texts(interval)
    n = f", n {count(interval.n)}" if with_n else ""
    return estimate + ("" if ends == NOTHING else f" ({ends})") + n
