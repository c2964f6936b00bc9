"""`localalt describe`: the alt text of pictures, files, folders, globs or standard input.

Texts go to standard output, all else to standard error.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from localalt.cli import signals
from localalt.cli.pictures import Pictures
from localalt.cli.streams import show_log
from localalt.cli.tally import Tally
from localalt.cli.terminal import NO_MODEL, OK, SOME_FAILED, USAGE, add_model_options, model_of, say
from localalt.cli.watching import is_watched, watched
from localalt.console import OutputError, check_output, is_terminal, json_text, print_draft
from localalt.console.output import write_to_output
from localalt.errors import ImageError, LocalAltError, OptionError
from localalt.files.folder import Problem

if TYPE_CHECKING:
    from localalt.describer import Describer
    from localalt.types import AltText, DescribeOptions, Notice, ProgressCallback

__all__ = ["add_parser"]

EPILOG = """\
examples:
  localalt describe photo.jpg
  localalt describe holiday/ --model qwen3.5-4b --jsonl > drafts.jsonl
  localalt describe chart.png --also long,text
  localalt describe dog.jpg --fact people=Ada --fact place=Lisbon --platform bluesky
  localalt describe photo.jpg --model weights.gguf --mmproj mmproj.gguf
  curl -s https://example.org/a.png | localalt describe - --model selftest

exit status:
  0    every picture has its text
  1    at least one picture failed; the others have their texts
  2    wrong usage: an option, or no picture found
  3    the model could not be found, downloaded or loaded
  4    the texts could not be written: the disk is full, for example, or standard output is closed
  130  stopped by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP; what was done is printed

JSON fields: docs/json.md
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the parser."""
    describe = commands.add_parser(
        "describe",
        help="draft the alt text of pictures",
        description="Draft the alt text of pictures: files, folders and all in them, globs, or - for standard input. "
        "In folders, hidden, ignored (.gitignore), generated, package and thumbnail folders are passed over and "
        "counted: name one to describe what is in it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    describe.set_defaults(run=_describe)
    describe.add_argument("paths", nargs="+", metavar="PATH", help="picture, folder, glob, or - for standard input")
    model = describe.add_argument_group("model")
    model.add_argument(
        "--model",
        metavar="MODEL",
        default="auto",
        help='a name from "localalt models", owner/repository:QUANT on the hub, a GGUF file of weights, a folder with '
        'a pair, "selftest" to try the installation, or "auto": what suits this machine (default: %(default)s)',
    )
    add_model_options(model)
    model.add_argument("--offline", action="store_true", help="open no connection: use what is downloaded, or fail")
    text = describe.add_argument_group("text")
    text.add_argument("--context", metavar="TEXT", help="what you know about the picture: who, where, when, why")
    text.add_argument(
        "--fact",
        metavar="NAME=TEXT",
        action="append",
        default=[],
        help="what you know, by kind: people, place, event, date, keywords, caption (stands beside the picture), "
        "target (where a link leads); several people or keywords by commas",
    )
    text.add_argument(
        "--metadata", action="store_true", help="use what the files say of their pictures: EXIF, IPTC and XMP"
    )
    text.add_argument(
        "--purpose",
        metavar="NAME",
        default="informative",
        help="what the picture is there for: informative, link, button, logo, figure, or decorative, which gets no "
        "text (default: %(default)s)",
    )
    text.add_argument("--existing", metavar="TEXT", help="alt text that a person wrote: kept unless it breaks a rule")
    text.add_argument(
        "--check-existing", action="store_true", help="keep it in any case, and tell what the model cannot see of it"
    )
    text.add_argument("--language", metavar="TAG", help='language of the text, such as "en" or "pt-BR"')
    text.add_argument("--max-chars", type=int, metavar="N", help="the text's greatest length in characters")
    text.add_argument(
        "--platform", metavar="NAME", help='where it will be published, such as "bluesky", "mastodon" or "iptc"'
    )
    text.add_argument(
        "--also",
        metavar="NAMES",
        type=_names,
        action="extend",
        default=[],
        help='further texts about the same picture: "long" for a long description, "text" for the text in it, '
        "or both: long,text",
    )
    asking = describe.add_argument_group("asking")
    asking.add_argument(
        "--prompt", metavar="NAME", default="plain", help='how it is asked: a name from "localalt prompts", or a file'
    )
    asking.add_argument(
        "--detail", metavar="TIER", default="auto", help="image tokens: low, high, or auto (default: %(default)s)"
    )
    asking.add_argument(
        "--checks",
        metavar="NAME",
        help="what is done about faults. full: rules, one more try, and a transcription to bear out names, numbers and "
        "quotations; lint: the same without it; off (default: full)",
    )
    asking.add_argument(
        "--candidates",
        type=int,
        default=1,
        metavar="N",
        help="texts of which the best is taken; what they disagree on is told",
    )
    asking.add_argument(
        "--timeout", type=float, metavar="SECONDS", help="give up a picture that takes longer (default: no limit)"
    )
    output = describe.add_argument_group("output")
    form = output.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON array, with warnings, timings and the model")
    form.add_argument("--jsonl", action="store_true", help="the same, one JSON object a line as each text is done")
    output.add_argument("-q", "--quiet", action="store_true", help="no progress bar and no warnings, only errors")
    output.add_argument(
        "-v",
        "--verbose",
        action="count",
        default=0,
        help="what is logged: the model, the plan, each picture's times; -vv with llama.cpp's own log",
    )


def _describe(arguments: argparse.Namespace) -> int:
    check_output()
    if arguments.verbose:
        show_log(logging.INFO if arguments.verbose == 1 else logging.DEBUG)
    from localalt.assignment import assign

    try:
        pictures = Pictures(arguments.paths)
        model = model_of(arguments)
        options = _options(arguments)
        assign(options)
    except OptionError as error:
        say(error.in_command)
        return USAGE
    if not pictures.has_any:
        for problem in pictures.problems_ahead:
            say(problem.message)
        return USAGE
    if not pictures.find_readable():  # all there is to say is known without a model
        return _print_refused(pictures, arguments)
    from localalt.shared import load

    try:
        with _loading_bar(arguments) as progress:
            describer = load(
                model,
                device=arguments.device,
                offline=arguments.offline,
                progress=progress,
                on_download=(lambda _: None) if arguments.quiet else None,
            )
    except LocalAltError as error:
        say(error.in_command)
        return USAGE if isinstance(error, OptionError) else NO_MODEL
    try:
        status = _print_all(describer, pictures, options, arguments)
    except OptionError as error:
        say(error.in_command)
        status = USAGE
    # Not by `with`: Ctrl-C must not wait for the step that the engine is in, which may take seconds.
    describer.close()
    return status


def _options(arguments: argparse.Namespace) -> DescribeOptions:
    """What is asked of every picture.

    Raises:
        OptionError: a fact has no name.
    """
    options: DescribeOptions = {
        "context": arguments.context,
        "facts": _facts(arguments.fact),
        "metadata": arguments.metadata,
        "purpose": arguments.purpose,
        "existing": arguments.existing,
        "on_existing": "check" if arguments.check_existing else "keep",
        "language": arguments.language,
        "max_chars": arguments.max_chars,
        "platform": arguments.platform,
        "prompt": arguments.prompt,
        "detail": arguments.detail,
        "candidates": arguments.candidates,
        "also": arguments.also,
        "timeout_s": arguments.timeout,
    }
    if arguments.checks is not None:
        options["checks"] = arguments.checks
    return options


def _print_refused(pictures: Pictures, arguments: argparse.Namespace) -> int:
    """Report pictures of which none can be read."""
    with _Writer(arguments, several=pictures.are_several) as writer:
        for found in pictures:
            if isinstance(found, Problem):
                writer.error(found.path, ImageError(found.message))
            else:
                writer.error(found, pictures.unreadable[found])
    if pictures.are_several:
        say("No picture can be read.")
    if pictures.skipped and not arguments.quiet:
        say(f"Skipped: {pictures.skipped}.")
    return SOME_FAILED


def _print_all(
    describer: Describer, pictures: Pictures, options: DescribeOptions, arguments: argparse.Namespace
) -> int:
    waiting: deque[str | Problem] = deque()
    """What was given to the describer and has no outcome yet, with the problems in between."""

    def sources() -> Iterator[Any]:
        for found in pictures:
            waiting.append(found)
            if isinstance(found, str):
                yield (pictures.standard_input or sys.stdin.buffer) if found == "-" else found

    is_plain = not (arguments.json or arguments.jsonl or arguments.quiet or arguments.verbose)
    outcomes: Iterator[AltText | LocalAltError]
    if is_plain and not pictures.are_several and is_watched():
        outcomes = watched(describer, sources(), options)
    else:
        outcomes = describer.describe_many(sources(), on_error="return", **options)
    if not arguments.quiet:
        for notice in describer.notices:
            say(notice.in_command)
    tally, n_problems = Tally(), 0
    with (
        _told_at_the_end(tally, arguments),
        _Writer(arguments, several=pictures.are_several) as writer,
        _picture_bar(arguments, pictures) as bar,
    ):

        def tell_problems() -> int:
            n_told = 0
            while waiting and isinstance(problem := waiting[0], Problem):
                waiting.popleft()
                writer.error(problem.path, ImageError(problem.message))
                n_told += 1
            return n_told

        for outcome in outcomes:
            with bar.external_write_mode() if bar else contextlib.nullcontext():
                n_problems += tell_problems()
                path = str(waiting.popleft())
                if isinstance(outcome, LocalAltError):
                    tally.fail()
                    writer.error(path, outcome)
                else:
                    notices = outcome.warnings[len(describer.notices) :]
                    tally.add(notices)
                    writer.text(path, outcome, notices=notices)
            if bar:
                bar.update()
        n_problems += tell_problems()
    if pictures.skipped and not arguments.quiet:
        say(f"Skipped: {pictures.skipped}.")
    return SOME_FAILED if tally.n_failed or n_problems else OK


@contextlib.contextmanager
def _told_at_the_end(tally: Tally, arguments: argparse.Namespace) -> Iterator[None]:
    """Say what the run came to, also where Ctrl-C ends it: nobody counts the lines that went by."""
    try:
        yield
    except OutputError:
        raise
    except BaseException:
        _say_tally(tally, arguments)
        raise
    _say_tally(tally, arguments)


def _say_tally(tally: Tally, arguments: argparse.Namespace) -> None:
    sentence = tally.sentence()
    if sentence and (tally.n_failed or not arguments.quiet):
        say(sentence)


class _Writer:
    """Prints results as they come; a JSON array is closed even when Ctrl-C ends it early."""

    def __init__(self, arguments: argparse.Namespace, *, several: bool) -> None:
        self._arguments = arguments
        self._several = several
        self._n_printed = 0

    def __enter__(self) -> _Writer:
        if self._arguments.json:
            write_to_output("[")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._arguments.json and kind is not OutputError:
            write_to_output("\n]\n")

    def text(self, path: str, alt: AltText, *, notices: Iterable[Notice]) -> None:
        if self._arguments.json or self._arguments.jsonl:
            self._object(_as_json(alt))
        else:
            with signals.held_back():
                print_draft(path if self._several else "", alt.text)
                for name, further in alt.also.items():
                    print_draft("", _indented(name, further.text), end="")
        if not self._arguments.quiet:
            for notice in notices:
                say(f"{path}: {notice.name}: {notice.in_command}")

    def error(self, path: str, error: LocalAltError) -> None:
        if self._arguments.json or self._arguments.jsonl:
            self._object({"source": path, "error": {"type": type(error).__name__, "message": error.in_command}})
        say(error.in_command if path in error.in_command else f"{path}: {error.in_command}")

    def _object(self, value: dict[str, Any]) -> None:
        line = json_text(value)
        with signals.held_back():
            if self._arguments.json:
                write_to_output((",\n" if self._n_printed else "\n") + line)
            else:
                write_to_output(f"{line}\n")
        self._n_printed += 1


def _as_json(alt: AltText) -> dict[str, Any]:
    """`AltText.to_dict`, its warnings in the words of the command."""
    value = alt.to_dict()
    for warning, notice in zip(value["warnings"], alt.warnings, strict=True):
        warning["message"] = notice.in_command
    return {**value, "also": {name: _as_json(text) for name, text in alt.also.items()}}


def _facts(pairs: Iterable[str]) -> dict[str, str | list[str]]:
    """Facts by their names.

    Raises:
        OptionError: one has no name.
    """
    facts: dict[str, str | list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise OptionError(f"--fact {pair!r:.60} has no name: write it as place=Lisbon.")
        facts[name.strip()] = _names(value) if name.strip() in ("people", "keywords") else value
    return facts


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _indented(name: str, text: str) -> str:
    """A further text under its picture's line: its name, and its own lines further in."""
    lines = "\n".join(f"    {line}" if line else "" for line in text.splitlines())
    return f"  {name}:\n{lines}\n" if lines else f"  {name}: -\n"


def _bars_wanted(arguments: argparse.Namespace) -> bool:
    return not arguments.quiet and not arguments.verbose and is_terminal("stderr")


@contextlib.contextmanager
def _loading_bar(arguments: argparse.Namespace) -> Iterator[ProgressCallback | None]:
    if not _bars_wanted(arguments):
        yield None
        return
    from tqdm import tqdm

    form = "{desc} {percentage:3.0f}% |{bar:30}|"
    # The selftest model loads in no time: the bar appears only where there is something to wait for.
    with tqdm(total=1.0, desc="Loading the model", bar_format=form, leave=False, delay=0.5) as bar:
        yield lambda share: bar.update(share - bar.n) and None


@contextlib.contextmanager
def _picture_bar(arguments: argparse.Namespace, pictures: Pictures) -> Iterator[Any]:
    if not pictures.are_several or not _bars_wanted(arguments):
        yield None
        return
    from tqdm import tqdm

    with tqdm(total=pictures.count(), unit="picture", leave=False, dynamic_ncols=True) as bar:
        yield bar
