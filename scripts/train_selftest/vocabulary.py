"""The self-test models' vocabulary: about 450 SentencePiece pieces, and the prompt spelled in them.

All models share the pieces of text and of turns. Only the marks around a picture are each
architecture's own, since mtmd writes them. Knows nothing of torch, of pictures or of files.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import sentencepiece

__all__ = ["PAD", "QUESTION", "PictureMarks", "Vocabulary"]

QUESTION = "Describe."
PAD, EOS, BOS, UNK = range(4)


@dataclass(frozen=True, slots=True)
class PictureMarks:
    """What stands before a picture, after it, and in the place of each of its tokens."""

    start: str
    end: str
    token: str


class Vocabulary:
    """The pieces, trained on sentences such as the answers."""

    def __init__(self, sentences: Iterable[str], marks: PictureMarks) -> None:
        control = ("<start_of_turn>", "<end_of_turn>", marks.start, marks.end, marks.token)
        with tempfile.TemporaryDirectory() as folder:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(sentences),
                model_prefix=str(Path(folder) / "vocabulary"),
                model_type="bpe",
                vocab_size=448,
                hard_vocab_limit=False,
                byte_fallback=True,
                character_coverage=1.0,
                pad_id=PAD,
                eos_id=EOS,
                bos_id=BOS,
                unk_id=UNK,
                control_symbols=list(control),
                user_defined_symbols=["\n"],
                normalization_rule_name="identity",
                add_dummy_prefix=False,
                remove_extra_whitespaces=False,
                minloglevel=2,
            )
            self.pieces = sentencepiece.SentencePieceProcessor(str(Path(folder) / "vocabulary.model"))
        self.start_turn, self.end_turn, self.start_image, self.end_image, self.image = (
            self.pieces.piece_to_id(piece) for piece in control
        )

    def __len__(self) -> int:
        return int(self.pieces.vocab_size())

    def encode(self, text: str) -> list[int]:
        """Tokens of plain text."""
        return list(self.pieces.encode(text))

    def decode(self, tokens: Sequence[int]) -> str:
        """Text up to the end of the turn."""
        tokens = list(tokens)
        if self.end_turn in tokens:
            tokens = tokens[: tokens.index(self.end_turn)]
        return str(self.pieces.decode([token for token in tokens if token != PAD]))

    def prompt(self, n_image_tokens: int, context: str = "") -> list[int]:
        """Tokens from the beginning to the model's turn; each part between control pieces is spelled by itself."""
        return [
            *(BOS, self.start_turn, *self.encode("user\n")),
            *(self.start_image, *[self.image] * n_image_tokens, self.end_image),
            *self.encode(QUESTION),
            *(self.encode(f"\n{context}") if context else ()),
            *(self.end_turn, *self.encode("\n"), self.start_turn, *self.encode("model\n")),
        ]

    def answer(self, text: str) -> list[int]:
        """Tokens of the model's turn."""
        return [*self.encode(text), self.end_turn]
