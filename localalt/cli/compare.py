"""`localalt compare`: what several models or prompts write about the same pictures, side by side."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt.cli.loading import check_device, check_readable, child_of, distinct_models, load_model
from localalt.cli.pictures import PictureSearch
from localalt.cli.signals import held_back
from localalt.cli.terminal import (
    NO_MODEL,
    OK,
    SOME_FAILED,
    USAGE,
    add_device_option,
    add_isolation_option,
    names_in,
    say,
)
from localalt.console import Forecast, check_output, markdown_escaped, print_document, print_json
from localalt.errors import ImageError, LocalAltError, OptionError
from localalt.text.language_tag import check_language

if TYPE_CHECKING:
    from localalt.describer.describer import Describer
    from localalt.evaluation.arms import Arm
    from localalt.evaluation.cases import Case
    from localalt.isolation.early import EarlyChild

__all__ = ["add_parser"]

EPILOG = """\
examples:
  localalt compare photo.jpg chart.png --models qwen3.5-2b,gemma-4-e4b
  localalt compare holiday/ --models qwen3.5-4b --prompts plain,typed --format html > side-by-side.html

exit status: as "localalt describe". All models are found before the first one runs. When a run ends early, the texts
written so far are printed. A crash at a picture costs this one text; a model that crashes while it loads, or at every
picture, has none, and the others have theirs.

JSON fields: docs/json.md
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the parser."""
    compare = commands.add_parser(
        "compare",
        help="show what several models or prompts write about the same pictures",
        description="Describe the same pictures with several models and prompts, one after the other.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    compare.set_defaults(run=_compare)
    compare.add_argument("paths", nargs="+", metavar="IMAGE", help="picture, folder or glob")
    compare.add_argument(
        "--models", required=True, metavar="A,B", help='models as "localalt describe" takes them, separated by commas'
    )
    compare.add_argument(
        "--prompts",
        default="plain",
        metavar="A,B",
        help="names of prompts, or files, separated by commas (default: %(default)s)",
    )
    compare.add_argument("--context", metavar="TEXT", help="what you know about the pictures")
    compare.add_argument("--language", default="en", metavar="TAG", help="language of the texts (default: %(default)s)")
    add_device_option(compare)
    add_isolation_option(compare)
    compare.add_argument(
        "--offline", action="store_true", help="do not connect to the network: use only downloaded models"
    )
    compare.add_argument(
        "--format",
        choices=("json", "markdown", "html"),
        default="json",
        help="format of the output (default: %(default)s)",
    )
    compare.add_argument("-q", "--quiet", action="store_true", help="show no progress")


def _compare(arguments: argparse.Namespace) -> int:
    check_output()
    with child_of(arguments) as child:
        return _compare_by(child, arguments)


def _compare_by(child: EarlyChild | None, arguments: argparse.Namespace) -> int:
    from localalt.drafting.task import make_task
    from localalt.evaluation.arms import arms_of

    try:
        check_language(arguments.language)
        make_task({"language": arguments.language, "context": arguments.context})
        named, prompts = names_in(arguments.models), names_in(arguments.prompts)
        arms_of(named, prompts)
        pictures = PictureSearch(arguments.paths)
        check_device(child, arguments)
    except LocalAltError as error:
        say(error.in_command)
        return USAGE if isinstance(error, OptionError) else NO_MODEL
    cases, n_problems = _cases(pictures)
    if pictures.skipped and not arguments.quiet:
        say(f"Skipped: {pictures.skipped}.")
    if not cases:
        return USAGE
    reasons = _all_refused(cases, child)
    if reasons is not None:
        for reason in reasons:
            say(reason)
        return SOME_FAILED
    stop: BaseException | None = None
    rows: list[dict[str, Any]] = []
    try:
        arms = arms_of(distinct_models(named, child, arguments), prompts)
        rows, stop = _described(cases, arms, child, arguments)
    except LocalAltError as error:
        stop = error
    with held_back():  # what there is, whatever ended it
        if rows or stop is None:
            _print(rows, arguments.format)
    if isinstance(stop, LocalAltError):
        say(stop.in_command)
        return USAGE if isinstance(stop, OptionError) else NO_MODEL
    if stop is not None:
        raise stop
    errors = [(row["image"], words) for row in rows for words in row["errors"].values() if words]
    for image, words in dict.fromkeys(errors):  # once, where several models fail at it alike
        say(words if image in words else f"{image}: {words}")
    if rows and all(row["crashed"] for row in rows):
        return NO_MODEL
    return SOME_FAILED if errors or n_problems else OK


def _print(rows: Sequence[dict[str, Any]], form: str) -> None:
    if form == "json":
        shown = [{"image": row["image"], "captions": row["captions"], "warnings": row["warnings"]} for row in rows]
        print_json(shown, indent=2)
    else:
        print_document(_rendered(rows, form))


def _all_refused(cases: Sequence[Case], child: EarlyChild | None) -> list[str] | None:
    """Why each picture cannot be read, where none can; else None, as soon as one can."""
    reasons = []
    for case in cases:
        try:
            check_readable(case.picture, child)
        except ImageError as error:
            reasons.append(error.in_command)
        else:
            return None
    return reasons


def _cases(pictures: PictureSearch) -> tuple[list[Case], int]:
    """The pictures that can be read, and how many paths cannot: each of those is reported, and the rest go on."""
    from localalt.evaluation.cases import pictures_as_cases

    cases: list[Case] = []
    n_problems = 0
    for found in pictures:
        try:
            if not isinstance(found, str):
                raise OptionError(found.message)
            cases += pictures_as_cases([Path(found)])
        except OptionError as error:
            say(error.in_command)
            n_problems += 1
    return cases, n_problems


def _described(
    cases: Sequence[Case], arms: Sequence[Arm], child: EarlyChild | None, arguments: argparse.Namespace
) -> tuple[list[dict[str, Any]], BaseException | None]:
    """The rows that there are, and what ended it early."""
    import dataclasses
    import tempfile

    from localalt.evaluation.records import Records, read_records
    from localalt.evaluation.runner import Pictures, run

    several_prompts = len({arm.prompt.identity for arm in arms}) > 1
    names = {arm.name: f"{arm.model_name} {arm.prompt.name}" if several_prompts else arm.model_name for arm in arms}
    about = [dataclasses.replace(each, language=arguments.language, context=arguments.context) for each in cases]

    def loaded(arm: Arm) -> Describer:
        if not arguments.quiet:
            say(f"{arm.model_name} …")
        return load_model(arm.model, child, arguments)

    with tempfile.TemporaryDirectory(prefix="localalt-") as folder:
        records = Records(Path(folder) / "outputs.jsonl")
        report = (lambda _: None) if arguments.quiet else say
        forecast = Forecast(len(about) * len(arms), "texts", report, counts_start=False)
        forecast.begin()
        stop: BaseException | None = None
        try:
            pictures = Pictures() if arguments.in_process else None  # a child decodes them itself
            run(about, arms, records, load=loaded, pictures=pictures, on_done=lambda *_: forecast.done())
        except (KeyboardInterrupt, LocalAltError) as error:
            stop = error
        found = list(read_records(records.path))
    rows = []
    for case in cases:
        own = {names[each["arm"]]: each for each in found if each["case"] == case.id}
        if stop is not None and not own:
            continue
        rows.append(
            {
                "image": str(case.picture),
                "language": arguments.language,
                "captions": {name: own[name]["text"] for name in names.values() if name in own},
                "warnings": {name: own[name].get("warnings", []) for name in names.values() if name in own},
                "errors": {name: own[name].get("error", "") for name in names.values() if name in own},
                "crashed": all("key" not in each for each in own.values()),
            }
        )
    return rows, stop


def _rendered(rows: Sequence[dict[str, Any]], form: str) -> str:
    if form == "html":
        from localalt.evaluation.reporting.html import comparison_page

        return comparison_page(rows)
    return "\n".join(_markdown(row) for row in rows)


def _markdown(row: dict[str, Any]) -> str:
    lines = [f"## {markdown_escaped(row['image'])}", ""]
    for name, text in row["captions"].items():
        warnings = f" ({', '.join(row['warnings'][name])})" if row["warnings"][name] else ""
        said = markdown_escaped(text or row["errors"][name], nothing="–")
        lines.append(f"- **{markdown_escaped(name)}**: {said}{warnings}")
    return "\n".join([*lines, ""])
