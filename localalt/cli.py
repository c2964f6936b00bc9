"""The `localalt` command: parse, call, print.

Texts go to standard output, all else to standard error.
"""

from __future__ import annotations

import argparse
import contextlib
import glob
import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt import __version__
from localalt.errors import LocalAltError, OptionError

if TYPE_CHECKING:
    from localalt.describer import Describer
    from localalt.types import AltText, DescribeOptions, ModelSource, ProgressCallback

__all__ = ["main"]

OK, SOME_FAILED, USAGE, NO_MODEL, NO_OUTPUT, INTERRUPTED = 0, 1, 2, 3, 4, 130

EPILOG = """\
exit status:
  0    every picture has its text
  1    at least one picture failed; the others have their texts
  2    wrong usage: an option, or no picture found
  3    the model could not be loaded
  4    the texts could not be written: the disk is full, for example
  130  stopped by Ctrl-C; what was done is printed
"""

EXAMPLES = """\
examples:
  localalt describe photo.jpg --model weights.gguf --mmproj mmproj.gguf
  localalt describe holiday/ --model weights.gguf --mmproj mmproj.gguf --jsonl > drafts.jsonl
  curl -s https://example.org/a.png | localalt describe - --model selftest

"""

# What a folder is searched for; a file named outright is tried whatever its name.
SUFFIXES = frozenset(
    [".avif", ".bmp", ".gif", ".heic", ".heif", ".jfif", ".jp2", ".jpeg", ".jpg"]
    + [".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"]
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with `argv` (by default the process's arguments). Returns the exit status."""
    _never_fail_to_print()
    arguments = _parser().parse_args(argv)
    try:
        return _describe(arguments)
    except KeyboardInterrupt:
        _say("Stopped.")
        return _leave_now(INTERRUPTED)
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _leave_now(SOME_FAILED)
    except OSError as error:  # what is read is the library's concern: this is our output
        _say(f"The texts cannot be written ({error.strerror}): free some space, or write them elsewhere.")
        return _leave_now(NO_OUTPUT)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="localalt",
        description="Draft alt text for pictures on this machine. No picture leaves it.",
        epilog="Run 'localalt describe --help' for its options.",
    )
    parser.add_argument("--version", action="version", version=f"localalt {__version__}")
    commands = parser.add_subparsers(metavar="command", required=True)
    describe = commands.add_parser(
        "describe",
        help="draft the alt text of pictures",
        description="Draft the alt text of pictures: files, folders and all in them, globs, or - for standard input.",
        epilog=EXAMPLES + EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    describe.add_argument("paths", nargs="+", metavar="PATH", help="picture, folder, glob, or - for standard input")
    model = describe.add_argument_group("model")
    model.add_argument("--model", default="auto", help='weights, a GGUF file; or "selftest" to try the installation')
    model.add_argument("--mmproj", metavar="FILE", help="the projector that belongs to the weights, a GGUF file")
    model.add_argument(
        "--device", choices=("auto", "cpu", "gpu"), default="auto", help="where to compute (default: %(default)s)"
    )
    text = describe.add_argument_group("text")
    text.add_argument("--context", metavar="TEXT", help="what you know about the picture: who, where, when, why")
    text.add_argument("--language", metavar="TAG", help='language of the text, such as "en" or "pt-BR"')
    text.add_argument("--max-chars", type=int, metavar="N", help="the text's greatest length in characters")
    output = describe.add_argument_group("output")
    form = output.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON array, with warnings, timings and the model")
    form.add_argument("--jsonl", action="store_true", help="the same, one JSON object a line as each text is done")
    output.add_argument("-q", "--quiet", action="store_true", help="no progress bar and no warnings, only errors")
    output.add_argument("-v", "--verbose", action="store_true", help="timings, and llama.cpp's log")
    return parser


def _describe(arguments: argparse.Namespace) -> int:
    if arguments.verbose:
        import logging

        logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(name)s: %(message)s")
    try:
        paths = list(_expand(arguments.paths))
        model = _model(arguments)
    except OptionError as error:
        _say(str(error))
        return USAGE
    from localalt.describer import load

    try:
        with _loading_bar(arguments) as progress:
            describer = load(model, device=arguments.device, progress=progress)
    except LocalAltError as error:
        _say(str(error))
        return USAGE if isinstance(error, OptionError) else NO_MODEL
    try:
        status = _print_all(describer, paths, arguments)
    except OptionError as error:
        _say(str(error))
        status = USAGE
    # Not by `with`: Ctrl-C must not wait for the step that the engine is in, which may take seconds.
    describer.close()
    return status


def _model(arguments: argparse.Namespace) -> ModelSource:
    if arguments.mmproj is None:
        model: str = arguments.model
        return model
    if not arguments.model.endswith(".gguf"):
        raise OptionError(
            "--mmproj belongs to weights in a local file: write --model weights.gguf --mmproj mmproj.gguf."
        )
    return arguments.model, arguments.mmproj


def _print_all(describer: Describer, paths: list[str], arguments: argparse.Namespace) -> int:
    options: DescribeOptions = {
        "context": arguments.context,
        "language": arguments.language,
        "max_chars": arguments.max_chars,
    }
    sources = (sys.stdin.buffer if path == "-" else path for path in paths)
    outcomes = describer.describe_many(sources, on_error="return", **options)
    if not arguments.quiet:
        for notice in describer.notices:
            _say(notice.message)
    n_failed = 0
    with _Writer(arguments, several=len(paths) > 1) as writer, _picture_bar(arguments, len(paths)) as bar:
        for path, outcome in zip(paths, outcomes, strict=True):
            with bar.external_write_mode() if bar else contextlib.nullcontext():
                if isinstance(outcome, LocalAltError):
                    n_failed += 1
                    writer.error(path, outcome)
                else:
                    writer.text(path, outcome, notices=outcome.warnings[len(describer.notices) :])
            if bar:
                bar.update()
    if n_failed and len(paths) > 1:
        _say(f"{n_failed} of {len(paths)} pictures failed.")
    return SOME_FAILED if n_failed else OK


class _Writer:
    """Prints results as they come; a JSON array is closed even when Ctrl-C ends it early."""

    def __init__(self, arguments: argparse.Namespace, *, several: bool) -> None:
        self._arguments = arguments
        self._several = several
        self._n_printed = 0

    def __enter__(self) -> _Writer:
        if self._arguments.json:
            print("[", end="", flush=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._arguments.json and kind is not BrokenPipeError:
            print("\n]", flush=True)

    def text(self, path: str, alt: AltText, *, notices: Iterable[object]) -> None:
        if self._arguments.json or self._arguments.jsonl:
            self._object(alt.to_dict())
        else:
            self._print(f"{path}: {alt.text}\n" if self._several else f"{alt.text}\n")
        if not self._arguments.quiet:
            for notice in notices:
                _say(f"{path}: {notice}")
        if self._arguments.verbose:
            times = alt.timings
            _say(
                f"{path}: {times.total_s:.2f} s, encode {times.encode_s:.2f} s, "
                f"prefill {times.prefill_tps:.0f} tokens/s, decode {times.decode_tps:.0f} tokens/s, "
                f"{times.n_image_tokens} image tokens, {times.n_output_tokens} tokens out"
            )

    def error(self, path: str, error: LocalAltError) -> None:
        if self._arguments.json or self._arguments.jsonl:
            self._object({"source": path, "error": {"type": type(error).__name__, "message": str(error)}})
        _say(str(error) if path in str(error) else f"{path}: {error}")

    def _object(self, value: dict[str, Any]) -> None:
        # A terminal or file that cannot hold every character still gets valid JSON.
        ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
        line = json.dumps(value, ensure_ascii=ascii_only)
        if self._arguments.json:
            self._print((",\n" if self._n_printed else "\n") + line)
        else:
            self._print(f"{line}\n")
        self._n_printed += 1

    def _print(self, text: str) -> None:
        with _ctrl_c_held_back():
            print(text, end="", flush=True)


def _expand(patterns: Iterable[str]) -> Iterator[str]:
    """The pictures that paths, folders and globs stand for, folders in alphabetical order.

    Raises:
        OptionError: a folder or glob holds no picture, or standard input is named twice.
    """
    seen_stdin = False
    for pattern in patterns:
        if pattern == "-":
            if seen_stdin:
                raise OptionError("Standard input (-) can be read once only: name it once.")
            if sys.stdin is None:
                raise OptionError("Standard input (-) is closed: name a file, or pipe a picture in.")
            seen_stdin = True
            yield pattern
        elif Path(pattern).is_dir():
            found = [str(path) for path in sorted(Path(pattern).rglob("*")) if _is_picture(path)]
            if not found:
                raise OptionError(f"There is no picture in the folder {pattern}: name the files themselves.")
            yield from found
        elif glob.has_magic(pattern) and not Path(pattern).exists():
            found = sorted(name for name in glob.iglob(pattern, recursive=True) if Path(name).is_file())
            if not found:
                raise OptionError(f"Nothing matches {pattern}: check the path.")
            yield from found
        else:
            yield pattern


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()


def _bars_wanted(arguments: argparse.Namespace) -> bool:
    return not arguments.quiet and not arguments.verbose and sys.stderr.isatty()


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
def _picture_bar(arguments: argparse.Namespace, total: int) -> Iterator[Any]:
    if total < 2 or not _bars_wanted(arguments):
        yield None
        return
    from tqdm import tqdm

    with tqdm(total=total, unit="picture", leave=False, dynamic_ncols=True) as bar:
        yield bar


@contextlib.contextmanager
def _ctrl_c_held_back() -> Iterator[None]:
    """Let a result be written whole before Ctrl-C ends the command; a second Ctrl-C gets through."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    pressed = False

    def note(*_: object) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if pressed:
        raise KeyboardInterrupt


def _never_fail_to_print() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _say(message: str) -> None:
    print(f"localalt: {message}", file=sys.stderr, flush=True)


def _leave_now(status: int) -> int:
    """End the process without waiting for the engine's thread, which may be seconds deep in native code."""
    with contextlib.suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)
