"""The command `eval`: its steps, and what each of them does."""

from __future__ import annotations

import argparse
import contextlib
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt.cli.terminal import NO_MODEL, OK, SOME_FAILED, USAGE, distinct_models, names_in, print_columns, say
from localalt.console import Forecast, counting_bar, is_terminal, print_document, print_line
from localalt.errors import LocalAltError, OptionError

if TYPE_CHECKING:
    from localalt.describer import Describer
    from localalt.evaluation.arms import Arm
    from localalt.evaluation.cases import Case
    from localalt.evaluation.judging.judge import Judge
    from localalt.evaluation.outputs import Output

__all__ = ["add_parser"]

EPILOG = """\
one evening, in five commands (pip install 'localalt[eval]'):
  localalt eval run --models qwen3.5-2b,gemma-4-e4b --prompts plain,typed --out outputs.jsonl
  localalt eval lint outputs.jsonl
  localalt eval judge outputs.jsonl --judge qwen3-8b.gguf --pairs labelled.jsonl --out verdicts.jsonl
  localalt eval report outputs.jsonl --verdicts verdicts.jsonl --format html > report.html
  localalt eval tune --models qwen3.5-2b --prompts plain,typed,brief --budget 300 --out tuning.jsonl

Cases of your own: JSON lines with id, picture, references, must_mention, must_not, text, questions (--cases).
Texts of other systems: JSON lines with a case's id and "text", named beside the outputs.
A run that was stopped goes on where it stopped.
Fields: docs/cases.md, docs/pairs.md, docs/verdicts.md
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the parser."""
    evaluate = commands.add_parser(
        "eval",
        help="measure which model and prompt writes the best alt text",
        description="Measure the texts of models, prompts and people on pictures with references.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    steps = evaluate.add_subparsers(metavar="STEP", required=True)
    for name, about, run in (
        ("run", "describe all cases with models and prompts", _run),
        ("lint", "what can be said without a model: rules, wording, transcription, lengths", _lint),
        ("judge", "have a local model judge the texts, and find out whether it is to be believed", _judge),
        ("compare", "which of two arms is better, by a judge's verdicts on pairs", _compare),
        ("report", "all tables: Markdown, JSON, or one HTML page", _report),
        ("tune", "try prompts, drawing and image budgets with a fixed number of texts", _tune),
    ):
        step = steps.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
        step.set_defaults(run=lambda arguments, run=run: _guarded(run, arguments))
        _add_case_options(step)
        if name in ("run", "tune"):
            _add_arm_options(step)
        else:
            step.add_argument("outputs", nargs="+", metavar="FILE", help="outputs, ours or those of other systems")
            step.add_argument(
                "--with-author", action="store_true", help="take the first reference as a system of its own"
            )
        if name in ("run", "tune", "judge", "compare"):
            step.add_argument("--out", required=True, metavar="FILE", help="where what is found is kept, to go on from")
        if name in ("judge", "compare"):
            _add_judge_options(step)
        if name == "judge":
            step.add_argument("--pairs", metavar="FILE", help="pairs that people labelled, to compare the judge with")
            step.add_argument("--criteria", metavar="A,B", help="what is judged (default: all)")
        if name == "compare":
            step.add_argument("--arms", metavar="A|B", help="two arms, parted by | (default: all pairs)")
        if name == "report":
            step.add_argument("--verdicts", nargs="*", default=[], metavar="FILE", help="what judges said")
            step.add_argument("--format", choices=("markdown", "json", "html"), default="markdown")
        if name in ("lint", "report"):
            step.add_argument("--baseline", metavar="ARM", help="what others are compared with (default: the first)")
        if name == "tune":
            step.add_argument(
                "--budget", type=int, default=200, metavar="N", help="texts to write (default: %(default)s)"
            )


def _add_case_options(step: argparse.ArgumentParser) -> None:
    step.add_argument("--cases", metavar="FILE", help="cases of your own (default: the project's)")
    step.add_argument(
        "--split", choices=("dev", "held-out", "all"), default="all", help="which half (default: %(default)s)"
    )
    step.add_argument("--limit", type=int, metavar="N", help="the first cases alone")
    step.add_argument("--seed", type=int, default=0, help="of intervals and tests (default: %(default)s)")
    step.add_argument("-q", "--quiet", action="store_true", help="say nothing of how far it is")


def _add_arm_options(step: argparse.ArgumentParser) -> None:
    step.add_argument("--models", required=True, metavar="A,B", help='names from "localalt models", and so on')
    step.add_argument("--prompts", default="plain", metavar="A,B", help="prompts, or files (default: %(default)s)")
    step.add_argument("--sampling", default="greedy", metavar="A,B", help="greedy, card (default: %(default)s)")
    step.add_argument(
        "--details", default="auto", metavar="A,B", help="image tokens: auto, low, high (default: %(default)s)"
    )
    step.add_argument("--checks", default="full", metavar="NAME", help="full, lint or off (default: %(default)s)")
    step.add_argument("--seeds", type=int, default=1, metavar="N", help="texts of each case, with card sampling")
    step.add_argument("--no-context", action="store_true", help="without what the cases' authors supply")
    step.add_argument("--transcribe", action="store_true", help="ask for the text in the pictures, too")
    step.add_argument("--device", default="auto", metavar="NAME", help="where to compute (default: %(default)s)")
    step.add_argument("--offline", action="store_true", help="open no connection")


def _add_judge_options(step: argparse.ArgumentParser) -> None:
    step.add_argument("--judge", metavar="GGUF", help="a file of text weights, which judges by the references")
    step.add_argument("--vision-judge", metavar="MODEL", help="a model that describes pictures, which judges by them")


def _guarded(run: Any, arguments: argparse.Namespace) -> int:  # noqa: ANN401 (one of the steps)
    arguments.n_problems = 0
    try:
        status = int(run(arguments))
        return SOME_FAILED if status == OK and arguments.n_problems else status
    except KeyboardInterrupt:
        if getattr(arguments, "out", None):
            say(f"What is done is in {arguments.out}: the same command goes on from there.")
        raise
    except OptionError as error:
        # Of several values, which is what these steps take.
        say(re.sub(r"^--detail\b", "--details", error.in_command))
        return USAGE
    except LocalAltError as error:
        say(error.in_command)
        return NO_MODEL


def _problem(arguments: argparse.Namespace) -> Callable[[str], None]:
    """Says what cannot be read, so that the rest goes on and the exit status tells of it."""

    def tell(message: str) -> None:
        say(message)
        arguments.n_problems += 1

    return tell


def _cases(arguments: argparse.Namespace) -> list[Case]:
    from localalt.evaluation.cases import SHIPPED, read_cases

    path = SHIPPED if arguments.cases is None else Path(arguments.cases)
    cases = read_cases(path, split=arguments.split, unreadable=_problem(arguments))[: arguments.limit]
    if not cases:
        raise OptionError(f"There are no {arguments.split} cases in {path}: name others with --cases.")
    return cases


def _outputs(arguments: argparse.Namespace, cases: Sequence[Case]) -> list[Output]:
    from localalt.evaluation.outputs import of_authors, read_outputs

    problems: list[OptionError] = []
    found = read_outputs([Path(path) for path in arguments.outputs], cases, unreadable=problems.append)
    for problem in problems if found else problems[:-1]:
        _problem(arguments)(problem.in_command)
    if not found:
        raise problems[-1]
    return [*found, *of_authors(cases)] if arguments.with_author else found


def _arms(arguments: argparse.Namespace, *, resolved: bool = True) -> list[Arm]:
    """The arms that the options name; `resolved` once their models have been looked up."""
    from localalt.evaluation.arms import arms_of
    from localalt.machine import this_machine

    this_machine(device=arguments.device)  # says it where there is no such device, before anything is written
    return arms_of(
        distinct_models(names_in(arguments.models), arguments) if resolved else names_in(arguments.models),
        names_in(arguments.prompts),
        samplings=names_in(arguments.sampling),
        details=names_in(arguments.details),  # type: ignore[arg-type]  # a wrong one is told by describe
        checks=arguments.checks,
        seeds=arguments.seeds,
    )


def _run(arguments: argparse.Namespace) -> int:
    from localalt.evaluation.records import Records
    from localalt.evaluation.runner import check, run

    named, cases = _arms(arguments, resolved=False), _cases(arguments)  # what needs no model first
    check(cases, named, with_context=not arguments.no_context)
    records = Records(Path(arguments.out))
    arms = _arms(arguments)
    total = len(cases) * sum(arm.seeds for arm in arms)
    with _progress(arguments, total, "texts", f" by {_n(len(arms), 'arm')} about {_n(len(cases), 'case')}") as progress:
        run(
            cases,
            arms,
            records,
            load=lambda arm: _loaded(arm, arguments),
            with_context=not arguments.no_context,
            transcribes=arguments.transcribe,
            on_known=progress.skip,
            on_done=lambda *_: progress.done(),
        )
    if not arguments.quiet:
        say(f"{total} texts are in {arguments.out}: `{_report_command(arguments)}` shows them.")
    return OK


def _report_command(arguments: argparse.Namespace) -> str:
    """The command that shows what this one wrote, about the same cases."""
    words = ["localalt", "eval", "report", arguments.out]
    if arguments.cases is not None:
        words += ["--cases", arguments.cases]
    if arguments.split != "all":
        words += ["--split", arguments.split]
    if arguments.limit is not None:
        words += ["--limit", str(arguments.limit)]
    return shlex.join(words)


def _loaded(arm: Arm, arguments: argparse.Namespace) -> Describer:
    from localalt.shared import load

    return load(arm.model, device=arguments.device, offline=arguments.offline, reuse=False)  # outputs have timings


def _lint(arguments: argparse.Namespace) -> int:
    from localalt.evaluation.reporting.results import results_of

    cases = _cases(arguments)
    results = results_of(
        cases, _outputs(arguments, cases), split=arguments.split, baseline=arguments.baseline, seed=arguments.seed
    )
    for table in results["measures"]:
        print_line(f"{table['title']}")
        lines = [("  ARM", "MEAN", "95 % INTERVAL", "N", "AGAINST THE BASELINE")]
        for row in table["rows"]:
            interval, against = row["interval"], row["against_baseline"]
            ends = _ends(interval["low"], interval["high"])
            verdict = "" if against is None else f"{against['verdict']}, {_p(against['p_holm'])}"
            lines.append((f"  {row['arm']}", _figure(interval["estimate"]), ends, str(interval["n"]), verdict))
        print_columns(lines, right=(1, 3))
        print_line()
    return OK


def _judge(arguments: argparse.Namespace) -> int:
    from localalt.evaluation.judging.validation import examine, open_controls, read_pairs, trust_of
    from localalt.evaluation.judging.verdicts import CRITERIA, judge, open_questions
    from localalt.evaluation.records import Records, read_records

    cases = _cases(arguments)
    outputs = _outputs(arguments, cases)
    wanted = names_in(arguments.criteria) if arguments.criteria else CRITERIA
    pairs = read_pairs(Path(arguments.pairs)) if arguments.pairs else []
    records = Records(Path(arguments.out))
    with _judging(arguments) as chosen:
        questions = open_questions(chosen, cases, outputs, records, wanted=wanted)
        n_texts = len(questions)
        questions |= open_controls(chosen, cases, records, pairs=pairs)
        about = f" to the judge {chosen.name}: {n_texts:,} about texts, the others to examine it"
        with _progress(arguments, len(questions), "questions", about, loads=False) as progress:
            judge(chosen, cases, outputs, records, wanted=wanted, on_done=lambda _: progress.done())
            examine(chosen, cases, records, pairs=pairs, on_done=progress.done)
        trust = trust_of(chosen.name, list(read_records(records.path)), outputs, seed=arguments.seed)
    for control in trust.controls:
        share, verdict = control.share, "passed" if control.passed else "failed"
        ends = _ends(share.low, share.high)
        wanted_share = f"at least {control.least} wanted: {verdict}"
        print_line(f"{control.name}: {_figure(share.estimate)} ({ends}, n {share.n}), {wanted_share}")
    print_line(f"Judge {'validated' if trust.is_validated else 'not validated'}: {chosen.name}")
    for reason in trust.reasons:
        print_line(f"  {reason}")
    return OK


def _compare(arguments: argparse.Namespace) -> int:
    import itertools

    from localalt.evaluation.judging.verdicts import judge_pair, keep_pair, open_pair
    from localalt.evaluation.records import Records
    from localalt.evaluation.statistics import comparison, pairwise

    cases = _cases(arguments)
    outputs = _outputs(arguments, cases)
    texts = {(output.arm, output.case): output.text for output in outputs if output.text}
    arms = list(dict.fromkeys(output.arm for output in outputs))
    pairs = list(itertools.combinations(arms, 2))
    if arguments.arms:
        named = tuple(name.strip() for name in arguments.arms.split("|"))
        if len(named) != 2 or not set(named) <= set(arms):
            raise OptionError(f'--arms is {arguments.arms!r}: name two of {", ".join(arms)}, parted by "|".')
        pairs = [(named[0], named[1])]
    if not pairs:
        raise OptionError("There is only one arm: name outputs of another, or pass --with-author.")
    records, verdicts, n_agreed = Records(Path(arguments.out)), [], 0
    compared = [
        (first, second, case)
        for (first, second), case in itertools.product(pairs, cases)
        if (first, case.id) in texts and (second, case.id) in texts
    ]
    with _judging(arguments) as chosen:
        questions: set[str] = set()
        for first, second, case in compared:
            questions |= open_pair(chosen, case, texts[first, case.id], texts[second, case.id], records)
        about = f" to the judge {chosen.name} about {_n(len(compared), 'pair')}, each in both orders"
        with _progress(arguments, len(questions), "questions", about, loads=False) as progress:
            for first, second, case in compared:
                one, other = texts[first, case.id], texts[second, case.id]
                better, agreed = judge_pair(chosen, case, one, other, records, on_done=progress.done)
                keep_pair(chosen, case, "arms", better, agreed, records, first=first, second=second)
                verdicts.append(pairwise.Verdict(case.id, first, second, better))  # type: ignore[arg-type]
                n_agreed += agreed
    if not verdicts:
        raise OptionError("No two arms have a text about one case: run them on the same cases.")
    lines = [("ARM", "STRENGTH", "95 % INTERVAL")]
    for arm, interval in pairwise.strengths(verdicts, seed=arguments.seed).items():
        lines.append((arm, _figure(interval.estimate), _ends(interval.low, interval.high)))
    print_columns(lines, right=(1,))
    order = comparison.rate_interval(n_agreed, len(verdicts))
    ends = _ends(order.low, order.high)
    print_line(f"Both orders agree: {_figure(order.estimate)} ({ends}, n {order.n}); where they do not it is a tie.")
    print_line("Whether the judge is to be believed: localalt eval judge.")
    return OK


def _report(arguments: argparse.Namespace) -> int:
    from localalt.evaluation.judging.validation import trust_of
    from localalt.evaluation.judging.verdicts import read_arm_pairs, read_verdicts
    from localalt.evaluation.records import read_records
    from localalt.evaluation.reporting.blocks import markdown, to_json
    from localalt.evaluation.reporting.html import page
    from localalt.evaluation.reporting.results import results_of

    cases = _cases(arguments)
    outputs = _outputs(arguments, cases)
    records: list[dict[str, Any]] = []
    for path in arguments.verdicts:
        try:
            records += read_records(Path(path))
        except OptionError as error:
            _problem(arguments)(error.in_command)
    judges = list(dict.fromkeys(str(record["judge"]) for record in records if "judge" in record))
    results = results_of(
        cases,
        outputs,
        read_verdicts(records),
        [trust_of(name, records, outputs, seed=arguments.seed) for name in judges],
        read_arm_pairs(records),
        split=arguments.split,
        baseline=arguments.baseline,
        seed=arguments.seed,
    )
    if arguments.format == "json":
        print_document(to_json(results), is_json=True)
    elif arguments.format == "html":
        print_document(page(results, pictures={case.id: case.picture for case in cases}))
    else:
        print_document(markdown(results))
    return OK


def _tune(arguments: argparse.Namespace) -> int:
    from localalt.evaluation.outputs import read_outputs
    from localalt.evaluation.records import Records
    from localalt.evaluation.runner import check, run
    from localalt.evaluation.tuning import n_texts, score_of, tune

    if arguments.split != "all":
        raise OptionError("tune chooses on the dev half and reports on the other: leave out --split.")
    named, cases = _arms(arguments, resolved=False), _cases(arguments)  # what needs no model first
    check(cases, named, with_context=not arguments.no_context)
    records = Records(Path(arguments.out))
    arms = _arms(arguments)
    by_name = {arm.name: arm for arm in arms}
    by_id = {case.id: case for case in cases}

    most, least = n_texts(len(arms), cases, arguments.budget)
    about = f" by {_n(len(arms), 'arm')}, of which {most - least} only if another than the first arm wins"
    stack = contextlib.ExitStack()
    progress = stack.enter_context(_progress(arguments, most, "texts", about, n_least=least))

    def write(names: Sequence[str], about: Sequence[Case]) -> dict[str, dict[str, float]]:
        chosen = [arm for arm in arms if arm.name in names]
        run(
            about,
            chosen,
            records,
            load=lambda arm: _loaded(arm, arguments),
            with_context=not arguments.no_context,
            on_done=lambda *_: progress.done(),
        )
        scores: dict[str, dict[str, float]] = {name: {} for name in names}
        wanted = {case.id for case in about}
        for output in read_outputs([records.path], cases):
            if output.arm in scores and output.case in wanted:
                scores[output.arm][output.case] = score_of(by_id[output.case], output)
        return scores

    def told(rung: Any, means: Any) -> None:  # noqa: ANN401 (a Rung and its scores)
        if not arguments.quiet:
            say(f"{rung.n_arms} arms on {rung.n_cases} dev cases: best {max(means.values()):.3f}")

    with stack:
        tuned = tune(
            list(by_name), arms[0].name, cases, write, budget=arguments.budget, seed=arguments.seed, on_rung=told
        )
    print_line(f"Best on the dev half: {tuned.winner}")
    if tuned.held_out is None:
        print_line("It is the baseline: nothing beat it.")
        return OK
    mean = tuned.held_out.mean
    ends = _ends(mean.low, mean.high)
    told_p = _p(tuned.held_out.p)
    print_line(
        f"On the held-out half, against {tuned.baseline}: {_figure(mean.estimate)} ({ends}, n {mean.n}, {told_p})"
    )
    print_line("It is shown to be better." if tuned.is_better else "It is not shown to be better: keep the baseline.")
    return OK


@contextlib.contextmanager
def _judging(arguments: argparse.Namespace) -> Any:  # noqa: ANN401 (an iterator of a Judge, as a context)
    from localalt.evaluation.judging.judge import TextJudge, VisionJudge

    if (arguments.judge is None) == (arguments.vision_judge is None):
        raise OptionError("Name one judge: --judge weights.gguf, or --vision-judge MODEL.")
    judge: Judge
    if arguments.judge is not None:
        judge = TextJudge(Path(arguments.judge))
    else:
        from localalt.shared import load

        judge = VisionJudge(load(arguments.vision_judge))
    try:
        yield judge
    finally:
        judge.close()


@contextlib.contextmanager
def _progress(
    arguments: argparse.Namespace,
    n_all: int,
    unit: str,
    about: str,
    *,
    n_least: int | None = None,
    loads: bool = True,
) -> Iterator[Forecast]:
    """Says how many there are and how long they take; at a terminal there is a bar below that."""
    tell = (lambda _: None) if arguments.quiet else say
    forecast = Forecast(n_all, unit, tell, n_least=n_least, counts_start=not loads)
    forecast.begin(about)
    if arguments.quiet or not is_terminal("stderr"):
        yield forecast
        return
    with counting_bar(n_all, unit.removesuffix("s")) as bar:

        def above(sentence: str) -> None:
            with bar.above():
                say(sentence)

        forecast.show(tell=above, on_done=bar.advance)
        yield forecast


def _n(count: int, unit: str) -> str:
    return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p {value:.3f}"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def _ends(low: float | None, high: float | None) -> str:
    return f"{_figure(low)} to {_figure(high)}"
