"""A model in plain Python, to be handed to an engine: its cache is a list, and its answer repeats what it was shown.

It holds the engine to what llama.cpp holds it to: positions without a gap, slots that are empty before they are filled,
a row of logits for each token that is sampled. Freed cells hold on to a NaN, as llama.cpp's do. Every handle can be
bent by a test.
"""

from __future__ import annotations

import contextlib
import dataclasses
import pickle
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from localalt import selftest
from localalt.devices import Machine
from localalt.engine.handles import ModelHandles
from localalt.errors import NotFiniteError
from localalt.models.files import read_files
from localalt.native import Chunk, Context, Model, Projector
from localalt.native.saved_state import SavedState
from localalt.planning import planner
from localalt.request import GREEDY, Question, Request
from localalt.types import ProgressCallback, SpecialTokens

MACHINE = Machine(ram_free_bytes=8_000_000_000, ram_total_bytes=16_000_000_000, n_cores=2)
"""One that has room for the selftest model, whatever this one has."""

END, BOS = 256, 257
N_IMAGE_TOKENS, N_IMAGE_POS = 6, 3
"""Cells and positions of a picture: not the same, as under M-RoPE."""
AFTER_PICTURE = b">"
HEAD = (("<", True),)


def pixels_of(picture: int) -> npt.NDArray[np.uint8]:
    """A picture that answers are about by its number, 0 to 255."""
    return np.full((2, 2, 3), picture, np.uint8)


def request_of(
    picture: int | None = 0,
    words: str = "What?",
    *,
    n_questions: int = 1,
    deadline: float | None = None,
    is_held: bool = False,
    **changes: Any,
) -> Request:
    """A request with the same question `n_questions` times; `picture` None is text alone."""
    question = Question(((words, False),), **({"max_tokens": 64} | changes))
    pixels = None if picture is None else pixels_of(picture)
    return Request(HEAD, pixels, (question,) * n_questions, deadline, is_held)


def answer_to(picture: int | None = 0, words: str = "What?") -> str:
    """What the fake model answers to `request_of` with the same arguments."""
    seen = "no picture" if picture is None else f"picture {picture}"
    return f"I see {seen} and read {words}"


class FakeModel:
    """A vocabulary of bytes."""

    path = Path("fake.gguf")
    special_tokens = SpecialTokens("<bos>", "<eos>", adds_bos=True)
    adds_bos, bos = True, BOS
    adds_eos, eos = False, END

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """See `Model`."""
        return list(text.encode())

    def is_end(self, token: int) -> bool:
        """See `Model`."""
        return token == END

    def piece(self, token: int) -> bytes:
        """See `Model`."""
        return bytes([token]) if token < END else b""


class FakeProjector:
    """Pictures become arrays of their number."""

    non_causal = False

    def __init__(self) -> None:
        self.encoded: list[list[int]] = []
        """The pictures of each call."""

    def tokenize(self, parts: Sequence[Any]) -> list[Chunk]:
        """See `Projector`."""
        *texts, pixels = parts
        head = [BOS, *"".join(text for text, _ in texts).encode()]
        tail = list(AFTER_PICTURE)
        return [
            Chunk(0, head, len(head), len(head)),
            Chunk(int(pixels[0, 0, 0]), None, N_IMAGE_TOKENS, N_IMAGE_POS),
            Chunk(0, tail, len(tail), len(tail)),
        ]

    def encode(self, chunk: Chunk) -> npt.NDArray[np.float32]:
        """See `Projector`."""
        return self.encode_batch([chunk])[0]

    def encode_batch(self, chunks: Sequence[Chunk]) -> list[npt.NDArray[np.float32]]:
        """See `Projector`."""
        self.encoded.append([chunk.pointer for chunk in chunks])
        return [np.full((N_IMAGE_TOKENS, 4), chunk.pointer, np.float32) for chunk in chunks]


@dataclasses.dataclass(slots=True)
class Cells:
    """What the cache holds of one sequence."""

    prompt: list[int | str] = dataclasses.field(default_factory=list)
    """Tokens, and "picture N"."""
    answer: list[int] = dataclasses.field(default_factory=list)
    n_past: int = 0
    has_nan: bool = False
    """Whether one of the numbers is none, so that no token can be drawn."""

    @property
    def next_token(self) -> int:
        """The next byte of the answer, or its end."""
        seen = next((each for each in self.prompt if isinstance(each, str)), "no picture")
        words = bytes(each for each in self.prompt if isinstance(each, int) and each < END).decode()
        text = f"I see {seen} and read {words.lstrip('<').lstrip('>')}".encode()
        return text[len(self.answer)] if len(self.answer) < len(text) else END


class FakeContext:
    """A KV cache that is a list for each slot."""

    def __init__(self, n_slots: int, n_ctx_seq: int) -> None:
        self.n_ctx_seq = n_ctx_seq
        self.slots = [Cells() for _ in range(n_slots)]
        self.n_decoded: list[int] = []
        """Sequences in each batch."""
        self.n_image_decodes = 0
        self.moves: list[tuple[int, int]] = []
        self.saves_cheaply = True
        self.n_saved = {False: 0, True: 0}
        """States for one picture, and lasting ones."""
        self.draws: list[tuple[Any, int, str]] = []
        self.wiped: list[list[int]] = []
        """The slots that each wipe left as they were."""
        self.freed_nans: set[int] = set()
        """The slots whose free cells hold a NaN, which spoils whoever comes next."""
        self._rows: list[int] = []
        """The slots whose logits the last batch left."""

    def draw(self, seq_id: int, sampling: Any, *, seed: int, grammar: str = "") -> None:
        """See `Context`."""
        assert self.slots[seq_id] == Cells()
        self.draws.append((sampling, seed, grammar))

    def decode_text(self, tokens: Sequence[int], pos: int, seq_id: int, *, want_logits: bool) -> None:
        """See `Context`."""
        cells = self.slots[seq_id]
        assert pos == cells.n_past
        cells.prompt += tokens
        cells.n_past += len(tokens)
        self._rows = [seq_id] if want_logits else []

    def decode_image(self, projector: Any, chunk: Chunk, embeddings: Any, pos: int, seq_id: int) -> None:
        """See `Context`."""
        cells = self.slots[seq_id]
        assert pos == cells.n_past
        assert ((embeddings == chunk.pointer) | np.isnan(embeddings)).all()
        cells.has_nan |= bool(np.isnan(embeddings).any())
        cells.prompt.append(f"picture {chunk.pointer}")
        cells.n_past += chunk.n_pos
        self.n_image_decodes += 1
        self._rows = []

    def decode(self, tokens: Sequence[int], positions: Sequence[int], seq_ids: Sequence[int]) -> None:
        """See `Context`."""
        assert len(tokens) == len(positions) == len(set(seq_ids))
        self.n_decoded.append(len(tokens))
        for token, pos, seq_id in zip(tokens, positions, seq_ids, strict=True):
            cells = self.slots[seq_id]
            assert pos == cells.n_past
            cells.answer.append(token)
            cells.n_past += 1
        self._rows = list(seq_ids)

    def sample(self, seq_id: int, row: int) -> int:
        """See `Context`."""
        assert self._rows[row] == seq_id
        if self.slots[seq_id].has_nan or seq_id in self.freed_nans:
            raise NotFiniteError("The model computed nan for the next token.", call="llama_decode")
        return self.slots[seq_id].next_token

    def synchronize(self) -> None:
        """See `Context`."""

    def clear(self, seq_id: int) -> None:
        """See `Context`."""
        if self.slots[seq_id].has_nan:
            self.freed_nans.add(seq_id)
        self.slots[seq_id] = Cells()

    def wipe(self, held: Sequence[int]) -> None:
        """See `Context`."""
        self.wiped.append(list(held))
        self.freed_nans.clear()
        self.slots = [cells if slot in held else Cells() for slot, cells in enumerate(self.slots)]

    def cut(self, seq_id: int, pos: int) -> bool:
        """See `Context`: only answers are cut."""
        cells = self.slots[seq_id]
        assert cells.n_past - len(cells.answer) <= pos <= cells.n_past
        del cells.answer[len(cells.answer) - (cells.n_past - pos) :]
        cells.n_past = pos
        return True

    def move(self, source: int, target: int) -> None:
        """See `Context`."""
        assert self.slots[target] == Cells()
        self.slots[target], self.slots[source] = self.slots[source], Cells()
        self.moves.append((source, target))

    def state_bytes(self, seq_id: int) -> int:
        """See `Context`."""
        return 1_000 * (self.slots[seq_id] != Cells())

    def save(self, seq_id: int, *, lasting: bool = False) -> SavedState:
        """See `Context`."""
        assert self.slots[seq_id] != Cells(), "there is nothing to save"
        self.n_saved[lasting] += 1
        return SavedState(np.frombuffer(pickle.dumps(self.slots[seq_id]), np.uint8))

    def restore(self, seq_id: int, state: SavedState) -> None:
        """See `Context`."""
        assert self.slots[seq_id] == Cells()
        self.slots[seq_id] = pickle.loads(state.data.tobytes())


class FakeHandles:
    """The handles of a fake model: `Engine(FakeHandles().open)` answers.

    Args:
        n_slots: sequences at the same time.
        n_ctx_seq: cells of each.
        sees: whether it has a projector.
        changes: fields of the plan.
    """

    def __init__(self, n_slots: int = 3, *, n_ctx_seq: int = 256, sees: bool = True, **changes: Any) -> None:
        files = read_files("fake", selftest.WEIGHTS, selftest.MMPROJ)
        plan = planner.plan(files.spec(max_tokens=64), MACHINE)
        changes.setdefault("op_offload", changes.get("n_gpu_layers", plan.n_gpu_layers) > 0)
        self.plan = dataclasses.replace(plan, n_seq_max=n_slots, n_ctx_seq=n_ctx_seq, **changes)
        self.model = FakeModel()
        self.projector = FakeProjector() if sees else None
        self.projector_on_cpu: FakeProjector | None = None
        """The one that is made where the other fails; None where there is none to be made."""
        self.context = FakeContext(n_slots, n_ctx_seq)
        self.thread: threading.Thread | None = None
        """The one that opened them, until it closed them."""

    @property
    def handles(self) -> ModelHandles:
        """For a `Runner` of a test's own."""
        model, projector, context = (cast("Any", each) for each in (self.model, self.projector, self.context))
        on_cpu: Any = self.projector_on_cpu and (lambda: self.projector_on_cpu)
        return ModelHandles(
            self.plan,
            cast("Model", model),
            cast("Projector | None", projector),
            cast("Context", context),
            GREEDY,
            projector_on_cpu=on_cpu,
        )

    @contextlib.contextmanager
    def open(self, progress: ProgressCallback) -> Iterator[ModelHandles]:
        """See `localalt.handles.OpenHandles`."""
        self.thread = threading.current_thread()
        progress(0.5)
        progress(1.0)
        try:
            yield self.handles
        finally:
            assert threading.current_thread() is self.thread
            self.thread = None
