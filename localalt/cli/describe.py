"""`localalt describe`: the alt text of pictures, files, folders, globs or standard input.

Texts go to standard output, all else to standard error.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import logging
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from localalt.cli.describe_options import add_arguments, options_of
from localalt.cli.loading import check_readable, child_of, load_model, load_options
from localalt.cli.output import DraftWriter, Form
from localalt.cli.pictures import PictureSearch
from localalt.cli.streams import show_log
from localalt.cli.tally import Tally
from localalt.cli.terminal import NO_MODEL, OK, SOME_FAILED, USAGE, model_of, say
from localalt.cli.watching import is_watched, watched
from localalt.console import CountBar, OutputError, check_output, counting_bar, is_terminal, loading_bar
from localalt.errors import ImageError, LocalAltError, OptionError, WorkerCrashedError
from localalt.files.search import Problem

if TYPE_CHECKING:
    from localalt.describer.describer import Describer
    from localalt.drafting.options import DescribeOptions
    from localalt.isolation.early import EarlyChild
    from localalt.types import AltText, ImageSource, Notice

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
  1    at least one picture failed, or its model described nothing (an empty text); the others have their texts
  2    wrong usage: an option, or no picture found
  3    the model could not be found, downloaded or loaded, or its process crashes at every picture
  4    the texts could not be written: for example, the disk is full or standard output is closed
  130  stopped by Ctrl-C (143 by SIGTERM, 129 by SIGHUP); the texts written before are printed

The model runs in a process of its own: if that crashes at a picture, this picture fails, and the others have their
texts. --in-process does without it.

JSON fields: docs/json.md
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the parser."""
    describe = commands.add_parser(
        "describe",
        help="draft the alt text of pictures",
        description="Draft the alt text of pictures: files, folders with all that is in them, globs, or - for "
        "standard input. "
        "Inside a folder, these folders are skipped and counted: hidden ones, ignored ones (.gitignore), and those for "
        "generated files, packages and thumbnails. To describe what is in one of them, name it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    describe.set_defaults(run=_describe)
    add_arguments(describe)


def _describe(arguments: argparse.Namespace) -> int:
    check_output()
    if arguments.verbose:
        show_log(logging.INFO if arguments.verbose == 1 else logging.DEBUG)
    try:
        pictures = PictureSearch(arguments.paths)
    except OptionError as error:
        say(error.in_command)
        return USAGE
    if not pictures.has_any:
        for problem in pictures.problems_ahead:
            say(problem.message)
        return USAGE
    with child_of(arguments) as child:  # it starts while this process imports what it needs
        return _describe_pictures(pictures, child, arguments)


def _describe_pictures(pictures: PictureSearch, child: EarlyChild | None, arguments: argparse.Namespace) -> int:
    from localalt.drafting.task import read_options

    try:
        model = model_of(arguments)
        load_options(arguments)
        task, options = read_options(options_of(arguments))
    except OptionError as error:
        say(error.in_command)
        return USAGE
    if not pictures.find_readable(lambda image: check_readable(image, child)):
        return _print_refused(pictures, arguments)  # all there is to say is known without a model
    if task.verdict_without_model is not None:  # the same for every picture, and no model need be loaded to know it
        from localalt.api import describe_many

        return _print_all(lambda images: describe_many(images, on_error="return", **options), (), pictures, arguments)
    try:
        with loading_bar() if _are_bars_wanted(arguments) else contextlib.nullcontext() as progress:
            describer = load_model(
                model,
                child,
                arguments,
                progress=progress,
                on_download=(lambda _: None) if arguments.quiet else None,
            )
    except LocalAltError as error:
        say(error.in_command)
        return USAGE if isinstance(error, OptionError) else NO_MODEL
    try:
        outcomes = functools.partial(_outcomes, describer, options, pictures, arguments)
        status = _print_all(outcomes, describer.notices, pictures, arguments)
    except (OptionError, WorkerCrashedError) as error:  # a crash that is not one picture's
        say(error.in_command)
        status = USAGE if isinstance(error, OptionError) else NO_MODEL
    # Not by `with`: Ctrl-C must not wait for the step that the engine is in, which may take seconds.
    describer.close()
    return status


def _print_refused(pictures: PictureSearch, arguments: argparse.Namespace) -> int:
    """Report pictures of which none can be read."""
    with _writer(arguments, pictures) as writer:
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


def _outcomes(
    describer: Describer,
    options: DescribeOptions,
    pictures: PictureSearch,
    arguments: argparse.Namespace,
    images: Iterable[ImageSource],
) -> Iterator[AltText | LocalAltError]:
    """A text or an error for each picture, in their order; one that somebody watches as it is written, live.

    Raises:
        OptionError: see `Describer.describe_many`.
    """
    is_plain = not (arguments.json or arguments.jsonl or arguments.quiet or arguments.verbose)
    if is_plain and not pictures.are_several and is_watched():
        return watched(describer, images, options)
    return describer.describe_many(images, on_error="return", **options)


def _print_all(
    describe: Callable[[Iterable[ImageSource]], Iterator[AltText | LocalAltError]],
    shared: Sequence[Notice],
    pictures: PictureSearch,
    arguments: argparse.Namespace,
) -> int:
    """Print what `describe` makes of the pictures. Warnings that are `shared` by all results are printed once."""
    waiting: deque[str | Problem] = deque()
    """What was given to the describer and has no outcome yet, with the problems in between."""

    def sources() -> Iterator[Any]:
        for found in pictures:
            waiting.append(found)
            if isinstance(found, str):
                yield (pictures.standard_input or sys.stdin.buffer) if found == "-" else found

    outcomes = describe(sources())
    if not arguments.quiet:
        for notice in shared:
            say(notice.in_command)
    tally, n_problems = Tally(), 0
    with (
        _summary_at_the_end(tally, arguments),
        _writer(arguments, pictures) as writer,
        _picture_bar(arguments, pictures) as bar,
    ):

        def report_problems() -> int:
            n_reported = 0
            while waiting and isinstance(problem := waiting[0], Problem):
                waiting.popleft()
                writer.error(problem.path, ImageError(problem.message))
                n_reported += 1
            return n_reported

        for outcome in outcomes:
            with bar.above() if bar else contextlib.nullcontext():
                n_problems += report_problems()
                path = str(waiting.popleft())
                if isinstance(outcome, LocalAltError):
                    tally.fail()
                    writer.error(path, outcome)
                else:
                    notices = own_warnings(outcome.warnings, shared)
                    if outcome.verdict == "none":
                        tally.fail()
                    else:
                        tally.add(notices)
                    writer.text(path, outcome, notices=notices)
            if bar:
                bar.advance()
        n_problems += report_problems()
    if pictures.skipped and not arguments.quiet:
        say(f"Skipped: {pictures.skipped}.")
    return SOME_FAILED if tally.n_failed or n_problems else OK


def own_warnings(warnings: Iterable[Notice], shared: Iterable[Notice]) -> list[Notice]:
    """The warnings of one result, without those that all results of its model carry.

    Distinguished by their words: a result that no model was asked for carries none of the shared ones, and one of its
    own may have the same name.
    """
    of_all = {(notice.name, notice.message) for notice in shared}
    return [warning for warning in warnings if (warning.name, warning.message) not in of_all]


@contextlib.contextmanager
def _summary_at_the_end(tally: Tally, arguments: argparse.Namespace) -> Iterator[None]:
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


def _writer(arguments: argparse.Namespace, pictures: PictureSearch) -> DraftWriter:
    form: Form = "json" if arguments.json else "jsonl" if arguments.jsonl else "text"
    return DraftWriter(form, are_several=pictures.are_several, is_quiet=arguments.quiet)


def _are_bars_wanted(arguments: argparse.Namespace) -> bool:
    return not arguments.quiet and not arguments.verbose and is_terminal("stderr")


def _picture_bar(
    arguments: argparse.Namespace, pictures: PictureSearch
) -> contextlib.AbstractContextManager[CountBar | None]:
    if pictures.are_several and _are_bars_wanted(arguments):
        return counting_bar(pictures.count(), "picture")
    return contextlib.nullcontext()
