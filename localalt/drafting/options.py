"""The options of describing and of loading, with their defaults: what callers may write, as typed dicts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TypedDict

from localalt.planning.tuning import Tuning
from localalt.prompting.prompt import Prompt
from localalt.types import (
    Checks,
    Detail,
    DownloadCallback,
    Facts,
    Isolation,
    Ocr,
    OnExisting,
    ProgressCallback,
    Purpose,
)

__all__ = ["DESCRIBE_DEFAULTS", "LOAD_DEFAULTS", "DescribeOptions", "LoadOptions", "isolation_of"]


class DescribeOptions(TypedDict, total=False):
    """Keyword options of everything that describes a picture.

    Options:
        context: what the author writes about the picture, such as the post that it is in; used where the picture
            supports it. At most 20,000 characters.
        facts: what the author knows, by kind: a `Facts`, or a dict with the same names (people, place, event, date,
            keywords, caption, target). At most 4,000 characters each, 50 people and keywords of 500.
        metadata: whether to use what the file says about its picture: EXIF, IPTC, XMP, the texts of a PNG and an XMP
            sidecar beside it (title, caption, people, place …).
        purpose: what the picture is there for: "informative", "link", "button", "logo", "figure" or "decorative".
            A decorative one gets no text, and no model is asked.
        existing: the alt text that a person wrote for it. At most 10,000 characters.
        on_existing: what becomes of that. "keep": it stays, unless it is empty, a placeholder or the name of a file.
            "check": it stays, and the model says what it cannot see of it.
        language: language of the text, as a BCP 47 tag such as "pt-BR", or in words; None leaves it to the model.
        max_chars: the alt text's greatest length in characters, 20 to 1,000,000; None sets no limit.
        platform: where it will be published, such as "bluesky", "mastodon" or "iptc": its limit holds, in its own
            unit. None is nowhere in particular.
        prompt: how it is asked: "plain", "typed", "informed" or "brief", the path of a file of one's own, or a
            `Prompt`.
        detail: image tokens, which cost time and show more: "low", "high", "max", all that the plan has room for, or
            "auto", which looks at the picture.
        checks: what is done about a draft's faults. "lint": rules, and one more try where one of level error is
            broken. "full": also a transcription, where a draft quotes, names or counts what the author did not
            supply. "off": nothing.
        ocr: what the OCR engine of localalt[ocr] is for. "check": with checks="full", what a draft quotes, names or
            counts is looked up in what it reads, before the model is asked for a transcription. "assist": what it
            reads is shown to the model, too. "off": nothing. "auto": "check" where it is installed, else "off".
        candidates: texts of which the best is taken, 1 to 8. Where they disagree, one of them has invented something.
        also: further texts about the same picture, which is encoded once for all: "long", a description of up to a
            few paragraphs, and "text", the text that can be read in it, word for word. They are in `AltText.also`.
        timeout_s: seconds that one picture may take, reading and waiting included; then TimedOutError. Above 0; None
            sets no limit.

    An option that is unknown, of the wrong type or out of range raises `OptionError` before any work begins.
    """

    context: str | None
    facts: Facts | Mapping[str, str | Sequence[str]] | None
    metadata: bool
    purpose: Purpose
    existing: str | None
    on_existing: OnExisting
    language: str | None
    max_chars: int | None
    platform: str | None
    prompt: str | os.PathLike[str] | Prompt
    detail: Detail
    checks: Checks
    ocr: Ocr
    candidates: int
    also: Sequence[str]
    timeout_s: float | None


DESCRIBE_DEFAULTS: DescribeOptions = {
    "context": None,
    "facts": None,
    "metadata": False,
    "purpose": "informative",
    "existing": None,
    "on_existing": "keep",
    "language": None,
    "max_chars": None,
    "platform": None,
    "prompt": "plain",
    "detail": "auto",
    "checks": "full",
    "ocr": "auto",
    "candidates": 1,
    "also": (),
    "timeout_s": None,
}
"""What an option is that nobody passes."""


class LoadOptions(TypedDict, total=False):
    """Keyword options of everything that loads a model.

    Options:
        device: "auto" takes a GPU where the installed llama-cpp-python can use one; "cpu", "gpu", or a GPU's name as
            `localalt devices` has it, such as "Vulkan0". "all" loads the model on every GPU, and a list of names on
            each of those, in a process for each: pictures go to whichever is free.
        n_seq_max: slots: the most pictures that are worked on at the same time, 1 to 64; fewer where memory is
            short. None leaves it to the plan, which measures here what is fastest.
        offline: do not connect to the network: use what is downloaded, or fail.
        progress: called with the share that is loaded, 0.0 to 1.0, from another thread.
        on_download: called with a `DownloadProgress` as a download goes on. Without it, the size and a bar are shown
            on standard error.
        tuning: settings that were measured to be good here, in place of a plan's own: a `Tuning`.
        exact_tokens: for benchmarks: every answer has exactly this many tokens, 1 to 4096, whatever they say, and
            nothing is reused.
        reuse: whether what one picture cost may spare the next one work: the embeddings of the latest pictures, the
            tokens and the cache of the words before a picture. False is for measuring, so that a picture seen before
            costs what it cost the first time, and is the default with `exact_tokens`.
        isolation: "process" loads the model in a child process, where pictures are decoded, too: what crashes or hangs
            there costs one picture, and not this process. "none" loads it here. With several devices or workers,
            "process" is the default.
        workers: processes on each device, 1 to 64. All of them share the cores and the RAM, those on a GPU its memory.
        python: the Python interpreter that runs the child, with localalt installed; needed in a frozen application.
            None is this one.

    An option that is unknown, of the wrong type or out of range raises `OptionError` before any work begins.
    """

    device: str | Sequence[str]
    n_seq_max: int | None
    offline: bool
    progress: ProgressCallback | None
    on_download: DownloadCallback | None
    tuning: Tuning | None
    exact_tokens: int | None
    reuse: bool
    isolation: Isolation
    workers: int
    python: str | os.PathLike[str] | None


LOAD_DEFAULTS: LoadOptions = {
    "device": "auto",
    "n_seq_max": None,
    "offline": False,
    "progress": None,
    "on_download": None,
    "tuning": None,
    "exact_tokens": None,
    "reuse": True,
    "isolation": "none",
    "workers": 1,
    "python": None,
}
"""What an option is that nobody passes."""


def isolation_of(options: LoadOptions) -> Isolation:
    """Where the model is loaded: several devices and several workers need processes of their own."""
    device = options.get("device", "auto")
    is_pool = not isinstance(device, str) or device.lower() == "all" or options.get("workers", 1) > 1
    return options.get("isolation", "process" if is_pool else "none")
