"""What a way to describe pictures is given, and what it gives back. Knows no way, no clock and no process."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

__all__ = [
    "N_AHEAD",
    "N_BATCH",
    "N_CTX_SEQ",
    "Describe",
    "Loaded",
    "Tokens",
    "Way",
    "Workload",
    "instructions",
    "messages",
]

N_CTX_SEQ = 2048
"""Cells of one sequence of a peer: prompts here have 200 to 1,400 tokens."""
N_BATCH = 2048
"""As localalt's plan has it, and llama.cpp by default."""
N_AHEAD = 2
"""Requests in flight beyond a server's slots, so that a slot never waits for a file to be read: as many
as localalt has threads that read ahead."""


@dataclass(frozen=True, slots=True)
class Workload:
    """What a way has to do, the same for all of them."""

    weights: Path
    mmproj: Path
    opening: str
    """The prompt: this, the picture, the instruction, and the closing."""
    instruction: str
    closing: str
    n_tokens: int
    """Tokens to generate for each picture, whatever they say."""
    n_slots: int
    """Pictures at a time; ways that can do only one ignore it."""
    n_threads: int
    image_tokens: tuple[int, int] | None
    """Least and most image tokens of a picture, where the projector leaves a choice."""
    peer_image_tokens: tuple[int, int] | None
    """What makes llama.cpp's own rule come to as many."""
    native: Path | None
    """A folder with an xllamacpp that was built for this machine, for the way of that name."""

    @property
    def template(self) -> str:
        """A chat template that writes the same prompt. Each text is a literal, which jinja does not trim."""
        opening, closing = json.dumps(self.opening), json.dumps(self.closing)
        return (
            "{% for message in messages %}{{ " + opening + " }}"
            "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
            "{% for part in message['content'] %}{{ part['text'] }}{% endfor %}{% endif %}"
            "{% endfor %}{{ " + closing + " }}"
        )


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one picture took: tokens of its prompt, the picture's among them, and of its answer."""

    prompt: int
    output: int


Describe: TypeAlias = Callable[[Sequence[Path]], "list[Tokens]"]


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Loaded:
    """A way with its model loaded."""

    describe: Describe
    pid: int | None = None
    """Of the process that does the work, where that is another one."""
    close: Callable[[], None] = _nothing
    """Ends such a process. What lies in this one goes with it."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to describe pictures."""

    load: Callable[[Workload], Loaded]
    kernels: Callable[[], str]
    """The processor's instructions that its own copy of llama.cpp was built for, as it says itself."""
    batched: bool
    """Works on several pictures at a time."""


def instructions(system_info: str) -> str:
    """The processor's instructions in llama.cpp's line about the system: "SSE3 = 1 | AVX2 = 1" is "AVX2 SSE3"."""
    parts = system_info.rpartition("CPU :")[2].split("|")
    return " ".join(sorted(part.split("=")[0].strip() for part in parts if "=" in part))


def messages(path: Path, instruction: str) -> list[dict[str, Any]]:
    """One user's turn: the file as it is, in a data URL, and then the words."""
    kind = "png" if path.suffix == ".png" else "jpeg"
    url = f"data:image/{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
    content = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": instruction}]
    return [{"role": "user", "content": content}]
