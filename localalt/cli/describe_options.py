"""The options of `localalt describe`, and what they ask of every picture."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from localalt.cli.terminal import add_isolation_option, add_model_options
from localalt.errors import OptionError

if TYPE_CHECKING:
    from localalt.drafting.options import DescribeOptions

__all__ = ["add_arguments", "options_of"]


def add_arguments(describe: argparse.ArgumentParser) -> None:
    """Add all options to the command's parser."""
    describe.add_argument("paths", nargs="+", metavar="PATH", help="picture, folder, glob, or - for standard input")
    model = describe.add_argument_group("model")
    model.add_argument(
        "--model",
        metavar="MODEL",
        default="auto",
        help='a name from "localalt models", owner/repository:QUANT on the hub, a GGUF file of weights, a folder with '
        'weights and projector, "selftest" to try the installation, or "auto" for what suits this machine '
        "(default: %(default)s)",
    )
    add_model_options(model)
    add_isolation_option(model)
    model.add_argument(
        "--offline", action="store_true", help="do not connect to the network: use only downloaded models"
    )
    text = describe.add_argument_group("text")
    text.add_argument("--context", metavar="TEXT", help="what you know about the picture: who, where, when, why")
    text.add_argument(
        "--fact",
        metavar="NAME=TEXT",
        action="append",
        default=[],
        help="what you know, by kind: people, place, event, date, keywords, caption (printed beside the "
        "picture), target (where a link leads); separate several people or keywords by commas; repeatable",
    )
    text.add_argument(
        "--metadata",
        action="store_true",
        help="use what files and sidecars say about their pictures (EXIF, IPTC, XMP)",
    )
    text.add_argument(
        "--purpose",
        metavar="NAME",
        default="informative",
        help="why the picture is there: informative, link, button, logo, figure, or decorative, which gets no text "
        "(default: %(default)s)",
    )
    text.add_argument(
        "--existing",
        metavar="TEXT",
        help="alt text that a person wrote; it stays unless it is empty, a placeholder or the name of a file",
    )
    text.add_argument(
        "--check-existing",
        action="store_true",
        help="leave that text as it is in any case, and report what the model does not see of it",
    )
    text.add_argument("--language", metavar="TAG", help='language of the text, such as "en" or "pt-BR"')
    text.add_argument("--max-chars", type=int, metavar="N", help="greatest length of the text in characters")
    text.add_argument(
        "--platform", metavar="NAME", help='where the text will be published, such as "bluesky", "mastodon" or "iptc"'
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
        "--prompt",
        metavar="NAME",
        default="plain",
        help='how the model is asked: a name from "localalt prompts", or a file',
    )
    asking.add_argument(
        "--detail",
        metavar="TIER",
        default="auto",
        help="how many image tokens a picture gets: low, high, max or auto (default: %(default)s)",
    )
    asking.add_argument(
        "--checks",
        metavar="NAME",
        help="what is done about faults. full: apply the rules, ask again once, and check names, numbers and "
        "quotations against a transcription of the picture; lint: the same without the transcription; off: nothing "
        "(default: full)",
    )
    asking.add_argument(
        "--ocr",
        metavar="NAME",
        default="auto",
        help="what the OCR engine of localalt[ocr] is for. check: with full checks, look names, numbers and quotations "
        "up in what it reads, before the model is asked for a transcription; assist: also show the model what it "
        "reads; off: nothing; auto: check where it is installed (default: %(default)s)",
    )
    asking.add_argument(
        "--candidates",
        type=int,
        default=1,
        metavar="N",
        help="write N texts, take the best, and report what they disagree on (default: %(default)s)",
    )
    asking.add_argument(
        "--timeout",
        type=float,
        metavar="SECONDS",
        help="stop after so long with a picture, which then has no text (default: no limit)",
    )
    output = describe.add_argument_group("output")
    form = output.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON array, with warnings, timings and the model")
    form.add_argument(
        "--jsonl",
        action="store_true",
        help="print the same as JSON Lines: an object for each picture as soon as it is done",
    )
    output.add_argument("-q", "--quiet", action="store_true", help="show no progress bar and no warnings, only errors")
    output.add_argument(
        "-v",
        "--verbose",
        action="count",
        default=0,
        help="log the model, the plan and the times of each picture; -vv also shows llama.cpp's log",
    )


def options_of(arguments: argparse.Namespace) -> DescribeOptions:
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
        "ocr": arguments.ocr,
        "candidates": arguments.candidates,
        "also": arguments.also,
        "timeout_s": arguments.timeout,
    }
    if arguments.checks is not None:
        options["checks"] = arguments.checks
    return options


def _facts(pairs: Iterable[str]) -> dict[str, str | list[str]]:
    """Facts by their names.

    Raises:
        OptionError: one has no name.
    """
    facts: dict[str, str | list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise OptionError(f"--fact {pair!r:.60} has no name: write NAME=TEXT, such as place=Lisbon.")
        facts[name.strip()] = _names(value) if name.strip() in ("people", "keywords") else value
    return facts


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]
