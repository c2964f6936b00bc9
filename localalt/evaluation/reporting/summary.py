"""The three sentences that a report begins with: which arm is best, whether the judge can be trusted, where to look.

An arm is called best only where it beats every other one beyond chance: each difference's interval leaves out zero, and
its p value holds for all pairs of arms, since the best of several is chosen by looking. A judge that is not validated
decides nothing. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from localalt.evaluation.judging.sheets import is_by_hand
from localalt.evaluation.numbers import count, figures, interval_text, p_value_text
from localalt.evaluation.reporting.results import (
    ArmDifference,
    ArmSummary,
    BestArm,
    JudgeResult,
    ScoreTable,
    WorstText,
)
from localalt.evaluation.reporting.words import Given, Text
from localalt.evaluation.statistics import comparison
from localalt.evaluation.statistics.comparison import Scores

__all__ = ["ALPHA", "best_of", "sentences"]

ALPHA = 0.05
"""What p, times the number of pairs of arms, may be (Bonferroni)."""


def best_of(
    title: str, higher_is_better: bool, scores: Scores, *, judge: str | None, seed: int, n_resamples: int
) -> BestArm:
    """The arm with the best mean by one measure, and its difference to each of the others.

    Args:
        scores: of at least one arm, by case.
        judge: who said so; None for a measure without one.
    """
    signed = {arm: {case: v if higher_is_better else -v for case, v in own.items()} for arm, own in scores.items()}
    means = {arm: sum(own.values()) / len(own) for arm, own in signed.items() if own}
    best = max(means, key=lambda arm: means[arm])
    n_pairs = max(1, len(means) * (len(means) - 1) // 2)
    others = []
    for arm in means:
        if arm == best:
            continue
        found = comparison.paired_difference(signed[best], signed[arm], seed=seed, n_resamples=n_resamples)
        low, p = found.mean.low, min(1.0, found.p * n_pairs)
        is_beaten = low is not None and low > 0 and p <= ALPHA
        others.append(ArmDifference(arm, found.mean.estimate, low, found.mean.high, found.n, p, is_beaten))
    return BestArm(
        arm=best,
        title=title,
        judge=judge,
        mean=means[best] if higher_is_better else 0.0 - means[best],
        others=tuple(others),
        shown=bool(others) and all(each.beaten for each in others),
    )


def sentences(
    *,
    arms: Sequence[ArmSummary],
    measures: Sequence[ScoreTable],
    judges: Sequence[JudgeResult],
    worst: Sequence[WorstText],
    best: BestArm | None,
) -> tuple[Text, Text, Text]:
    """Which arm is best, what is known of the judge, and what to look at first."""
    return _best(arms, best), _judged(judges), _first(arms, measures, worst, best)


def _best(arms: Sequence[ArmSummary], best: BestArm | None) -> Text:
    if len(arms) < 2:
        return ("There is one arm, ", Given(arms[0].arm), ", and nothing to compare it with.")
    if best is None or not best.others:
        return ("No arm is shown to be best: nothing that decides was measured of two of them.",)
    by: Text = (" by ", Given(f"“{best.title}”"))
    if best.judge is not None:
        by = (*by, ", graded " if is_by_hand(best.judge) else ", says the judge ", Given(best.judge))
    missing = len(arms) - len(best.others) - 1
    among = f" of the {len(arms) - missing} arms that it was measured of" if missing else ""
    if best.shown:
        nearest = min(best.others, key=_ahead)
        return (
            Given(best.arm),
            f" is best{among}",
            *by,
            ", beyond chance: the nearest, ",
            Given(nearest.arm),
            f", is behind by {_difference(nearest)}.",
        )
    nearest = min((each for each in best.others if not each.beaten), key=_ahead)
    beaten = [each.arm for each in best.others if each.beaten]
    more: Text = ("; it is better than ", Given(", ".join(beaten)), " beyond chance") if beaten else ()
    return (
        f"No arm is shown to be best{among}",
        *by,
        ": ",
        Given(best.arm),
        " has the best mean, but its difference to ",
        Given(nearest.arm),
        f", {_difference(nearest)}, may be chance",
        *more,
        ".",
    )


def _ahead(other: ArmDifference) -> float:
    return other.difference if other.difference is not None else 0.0


def _difference(other: ArmDifference) -> str:
    difference, low, high = figures(other.difference, other.low, other.high)
    return f"{difference} ({interval_text(low, high)}, {count(other.n)} pictures, {p_value_text(other.p)})"


def _judged(judges: Sequence[JudgeResult]) -> Text:
    if not judges:
        return ("No judge was examined, so this rests on measures without one.",)
    people = [judge.judge for judge in judges if is_by_hand(judge.judge)]
    judges = [judge for judge in judges if not is_by_hand(judge.judge)]
    if not judges:
        return ("A person graded the texts (", Given(", ".join(people)), "), and no judge was examined.")
    bad = [judge for judge in judges if not judge.validated]
    if not bad:
        are = "judge is validated: it" if len(judges) == 1 else "judges are validated: each"
        names = ", ".join(judge.judge for judge in judges)
        return (f"The {are} passed its controls and agrees with people (", Given(names), ").")
    reason: Text = (" (", Given(bad[0].reasons[0]), ")") if bad[0].reasons else ()
    return (
        "The judge ",
        Given(bad[0].judge),
        " is not validated",
        *reason,
        ", so nothing is decided by its figures.",
    )


def _first(
    arms: Sequence[ArmSummary], measures: Sequence[ScoreTable], worst: Sequence[WorstText], best: BestArm | None
) -> Text:
    if best is not None and best.shown:
        worse = [table.title for table in measures if _is_worse(table, best.arm)]
        if worse:
            return (
                "Look first at ",
                Given("; ".join(f"“{title}”" for title in worse)),
                ", by which the best arm is worse than the baseline.",
            )
    failed = max(arms, key=lambda arm: arm.n_failed)
    if failed.n_failed:
        what = "text that " if failed.n_failed == 1 else f"{count(failed.n_failed)} texts that "
        return (f"Look first at the {what}", Given(failed.arm), " failed to write.")
    if worst:
        return (
            "Look first at the worst case, the text of ",
            Given(worst[0].arm),
            " about ",
            Given(worst[0].case),
            ": ",
            Given("; ".join(each.title for each in worst[0].against)),
            ".",
        )
    return ("Nothing was found against any text: look first at the smallest difference that so many pictures show.",)


def _is_worse(table: ScoreTable, arm: str) -> bool:
    against = [row.against_baseline for row in table.rows if row.arm == arm]
    return any(each is not None and each.verdict == "worse" for each in against)
