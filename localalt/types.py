"""The value objects that pass between modules and out to callers.

Everything here is frozen, compares by value and uses the standard library alone. Knows
nothing of files, models or llama.cpp.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TypeAlias, Union

from localalt.errors.wording import Message

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import PIL.Image

__all__ = [
    "FUNCTIONAL_PURPOSES",
    "AltText",
    "Candidate",
    "Checks",
    "Detail",
    "DownloadCallback",
    "DownloadProgress",
    "Facts",
    "FinishReason",
    "ImageGeometry",
    "ImageSource",
    "Isolation",
    "ModelIdentity",
    "ModelSource",
    "Notice",
    "Ocr",
    "OnError",
    "OnExisting",
    "ProgressCallback",
    "Purpose",
    "SpecialTokens",
    "Supported",
    "TextVerdict",
    "Timings",
]

# Not quoted as a whole: `ImageSource | None` is an expression that others' code evaluates.
ImageSource: TypeAlias = Union[
    str, os.PathLike[str], bytes, bytearray, memoryview, BinaryIO, "PIL.Image.Image", "npt.NDArray[np.uint8]"
]
"""A path, the bytes of a picture file, an open binary file, a PIL image, or a uint8 array
of shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4)."""

ModelSource: TypeAlias = str | os.PathLike[str] | tuple[str | os.PathLike[str], str | os.PathLike[str]]
"""A name of the catalog such as `"qwen3.5-4b"`, `"owner/repository:QUANT"` on the hub, a pair of local
GGUF files (weights, mmproj) under any names, the path of a folder with one such pair, `"auto"` for what suits the
machine, or `"selftest"`."""

ProgressCallback: TypeAlias = Callable[[float], None]
"""Called with the share of the work that is done, 0.0 to 1.0."""


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far the download of a model is, all its files together."""

    repository: str
    """Where it comes from on the hub: "owner/name"."""
    file: str
    """The file that is being downloaded or checked."""
    done_bytes: int
    total_bytes: int


DownloadCallback: TypeAlias = Callable[[DownloadProgress], None]
"""Called as bytes arrive; what it raises ends the download, which can be resumed."""


Purpose: TypeAlias = Literal["informative", "link", "button", "logo", "figure", "decorative"]
"""What a picture is there for, by the decision tree of W3C's Web Accessibility Initiative."""

FUNCTIONAL_PURPOSES: tuple[Purpose, ...] = ("link", "button", "logo")
"""Purposes for which a picture is used rather than looked at, so that a few words are enough."""

Detail: TypeAlias = Literal["auto", "low", "high", "max"]
"""How many image tokens a picture gets: "low" is enough for most photographs, "high" is for writing and charts, "max"
is all that the model's plan has room for; "auto" looks at the picture."""

Checks: TypeAlias = Literal["full", "lint", "off"]
"""What is done about a draft's faults. "lint": rules, and one more try where one of level error is broken. "full":
also a transcription, where a draft quotes, names or counts what the author did not supply. "off": nothing."""

Ocr: TypeAlias = Literal["auto", "check", "assist", "off"]
"""What the OCR engine of the extra `ocr` is for. "check": with `checks="full"`, what a draft quotes, names or counts is
looked up in what it reads. "assist": what it reads is shown to the model, too. "auto": "check" where it is installed.
"off": nothing."""

OnExisting: TypeAlias = Literal["keep", "check"]
"""What becomes of a person's own alt text. "keep": it stays, unless a rule of level error is broken. "check": it
stays, and the model says what it cannot see of it."""


Isolation: TypeAlias = Literal["none", "process"]
"""Where a model runs: in this process, or in a child, which a crash of llama.cpp or of a driver ends in its place."""

OnError: TypeAlias = Literal["raise", "return"]
"""What becomes of a picture's error among many. "raise": it ends them. "return": it takes the place of its text, and
the others go on."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the author knows about a picture, by kind. Each text is of one line and at most 4,000 characters.

    Attributes:
        people: who is in it, at most 50 names of 500 characters.
        place: where it is.
        event: what it is from.
        date: when it is from.
        keywords: what it is about, at most 50 of 500 characters.
        caption: what stands beside the picture, and is read anyway.
        target: where a link leads, or what a button does.
    """

    people: Sequence[str] = ()
    place: str = ""
    event: str = ""
    date: str = ""
    keywords: Sequence[str] = ()
    caption: str = ""
    target: str = ""


FinishReason: TypeAlias = Literal["stop", "length", "loop", "unasked"]
"""`"stop"`: the model ended its answer. `"length"`: the token limit cut it off.
`"loop"`: it began to repeat itself and was stopped. `"unasked"`: no model was asked."""


TextVerdict: TypeAlias = Literal["draft", "none", "decorative", "kept"]
"""`"draft"`: a model wrote it. `"none"`: a model was asked and described nothing, so that the text is empty and still
to be written. `"decorative"`: the picture was declared so, and nothing is its text. `"kept"`: it is the text that a
person wrote. An empty text is right for `"decorative"` alone."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a reader of the text should know, by a stable name in kebab-case."""

    name: str
    message: str = field(compare=False)
    span: tuple[int, int] | None = None
    """Where in the text, from one character to before another, if it is about a place in it."""

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"

    @property
    def in_command(self) -> str:
        """The message in the words of the `localalt` command: with `--fact` in place of `facts`."""
        return self.message.in_command if isinstance(self.message, Message) else self.message


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """What a chat template needs to know of a vocabulary."""

    bos: str
    """The token that begins a sequence, as the vocabulary spells it; "" where it has none."""
    eos: str
    """The token that ends one; "" where it has none."""
    adds_bos: bool = True
    """Whether the vocabulary wants `bos` in front of every prompt, so that a template need not write it."""


@dataclass(frozen=True, slots=True)
class ImageGeometry:
    """How a projector cuts a picture into image tokens.

    `square` is the side in pixels of the only size that the projector takes, or None where
    the size is free; `token_px` is then the side in pixels of one image token, to a
    multiple of which both sides are rounded, and `min_tokens` to `max_tokens` bounds
    (width / token_px) * (height / token_px).
    """

    square: int | None
    token_px: int
    min_tokens: int
    max_tokens: int
    low_tokens: int = 256
    """The most of a picture that is looked at: of the tier "low"."""
    low_tokens_on_gpu: int = 256
    """`low_tokens`, where GPUs do all the work."""
    high_tokens: int = 1024
    """The most of one that is read: of the tier "high". The tier "max" has `max_tokens`."""
    fills: bool = False
    """Whether every picture is enlarged or reduced to as many tokens as its tier grants, whole tokens rounded down.
    Otherwise a picture is enlarged only as far as `min_tokens` demands."""
    max_side_tokens: int = 1 << 16
    """The most tokens a side of a picture that fills its canvas: its projector has no more positions."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Where the time of one answer went. Seconds, and tokens per second (`tps`)."""

    load_s: float
    """Loading the model, once per Describer."""
    prepare_s: float
    """Reading, decoding and resizing the picture."""
    queue_s: float
    """Waiting to be read, and for a free slot."""
    encode_s: float
    """Pixels to image embeddings, in the projector."""
    prefill_s: float
    """Prompt, image embeddings included, into the KV cache."""
    decode_s: float
    """From the first answer token to the last."""
    ttft_s: float
    """From the prepared picture's arrival at the engine to its first answer token."""
    total_s: float
    """From the call to the finished text."""
    n_prompt_tokens: int
    """Tokens of the prompt, image tokens included."""
    n_image_tokens: int
    n_output_tokens: int
    n_answers: int = 1
    """Answers that the text took: the times, but `ttft_s`, and the output tokens are those of all of them."""
    n_tiles: int = 0
    """Of them, those about a tile: a part of the picture that was encoded by itself, since its writing is small."""
    ocr_s: float = 0.0
    """Reading the writing in the picture with the OCR engine; 0.0 where it was not asked."""

    @property
    def prefill_tps(self) -> float:
        """Prompt tokens per second; 0.0 where the time was too short to measure."""
        return self.n_prompt_tokens / self.prefill_s if self.prefill_s > 0 else 0.0

    @property
    def decode_tps(self) -> float:
        """Answer tokens per second after the first of each answer; 0.0 for an answer of one token."""
        steps = self.n_output_tokens - self.n_answers
        return steps / self.decode_s if steps > 0 and self.decode_s > 0 else 0.0


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which files wrote a text."""

    name: str
    family: str
    architecture: str
    projector: str
    """Projector type as the mmproj file names it, such as "gemma3" or "qwen3vl_merger"."""
    weights: str
    """Path of the weights."""
    mmproj: str
    """Path of the projector file."""
    preset: str
    """Prompt and sampling preset with its version, such as "gemma3/1"."""
    repository: str = ""
    """Where on the hub the files came from, "" for files of the caller's."""
    commit: str = ""
    """The repository's commit that they belong to."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several texts about a picture. `str()` gives the text."""

    text: str
    disputed: tuple[tuple[int, int], ...]
    """Places, from one character to before another, that most of the other candidates do not support."""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Supported:
    """A name, a number or a quotation of a text that somebody else has, too."""

    kind: str
    """"name", "number" or "quotation"."""
    text: str
    span: tuple[int, int]
    """Where in the text, from one character to before another."""
    by: tuple[str, ...]
    """Who has it: "author", "ocr", what an OCR engine reads, and "transcription", the model's own, as far as they were
    asked."""


@dataclass(frozen=True, slots=True)
class AltText:
    """A draft for a person to confirm. `str()` gives the text."""

    text: str
    source: str
    """The file's path, or what kind of object the picture was."""
    finish_reason: FinishReason
    warnings: tuple[Notice, ...]
    timings: Timings
    model: ModelIdentity | None
    """Who wrote it; None where no model was asked."""
    raw: str
    """What the model wrote, before cleaning."""
    also: Mapping[str, AltText] = field(default_factory=dict, hash=False)
    """The further texts that were asked for, by name, each with warnings and timings of its own. Where a person's
    text was checked, the model's own is there as "draft"."""
    verdict: TextVerdict = "draft"
    prompt: str = ""
    """Name and version of the prompt, such as "plain/1"."""
    candidates: tuple[Candidate, ...] = ()
    """All of them, the best one's as it came, where several were asked for."""
    supported: tuple[Supported, ...] = ()
    """What it claims and needs no warning, with who has it; of a draft that is checked."""

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """This result as plain dicts, lists, strings and numbers, ready for JSON."""
        result = dataclasses.asdict(self)
        result["timings"]["prefill_tps"] = self.timings.prefill_tps
        result["timings"]["decode_tps"] = self.timings.decode_tps
        result["warnings"] = [{**dataclasses.asdict(each), "message": str(each.message)} for each in self.warnings]
        result["also"] = {name: text.to_dict() for name, text in self.also.items()}
        return result
