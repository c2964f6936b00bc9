"""The self-test model in torch: its vocabulary, its shape, its prompt, its losses and its greedy answers.

A Gemma 3 vision model of 1.6 million parameters, as transformers builds it, and linear heads
on the vision tower that read each patch's label: they steer the training and are thrown away
after it. Knows nothing of files, schedules or how pictures are drawn.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from selftest_pictures import COLOURS, DETAILS, GRID, LETTERS, PATCH_PX, SIDE_PX, THINGS
from torch import Tensor, nn
from torch.nn import functional
from transformers import Gemma3Config, Gemma3ForConditionalGeneration, SiglipVisionConfig
from transformers.models.gemma3 import Gemma3TextConfig

__all__ = ["CONTROL_PIECES", "N_IMAGE_TOKENS", "QUESTION", "SelfTestModel", "Vocabulary"]

N_IMAGE_TOKENS = (GRID // 2) ** 2
"""The projector averages 2 x 2 patches."""
QUESTION = "Describe."
CONTROL_PIECES = ("<start_of_turn>", "<end_of_turn>", "<start_of_image>", "<end_of_image>", "<image_soft_token>")
PAD, EOS, BOS, UNK = range(4)
MAX_ANSWER_TOKENS = 40
IGNORED = -100


class Vocabulary:
    """About 450 SentencePiece pieces, and the prompt spelled in them."""

    def __init__(self, sentences: Iterable[str]) -> None:
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
                control_symbols=list(CONTROL_PIECES),
                user_defined_symbols=["\n"],
                normalization_rule_name="identity",
                add_dummy_prefix=False,
                remove_extra_whitespaces=False,
                minloglevel=2,
            )
            self.pieces = sentencepiece.SentencePieceProcessor(str(Path(folder) / "vocabulary.model"))
        self.start_turn, self.end_turn, self.start_image, self.end_image, self.image = (
            self.pieces.piece_to_id(piece) for piece in CONTROL_PIECES
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

    def prompt(self, context: str = "") -> list[int]:
        """Tokens from the beginning to the model's turn; each part between control pieces is spelled by itself."""
        return [
            *(BOS, self.start_turn, *self.encode("user\n")),
            *(self.start_image, *[self.image] * N_IMAGE_TOKENS, self.end_image),
            *self.encode(QUESTION),
            *(self.encode(f"\n{context}") if context else ()),
            *(self.end_turn, *self.encode("\n"), self.start_turn, *self.encode("model\n")),
        ]

    def answer(self, text: str) -> list[int]:
        """Tokens of the model's turn."""
        return [*self.encode(text), self.end_turn]


class SelfTestModel:
    """The network, its patch heads and what is computed with them."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        vision = SiglipVisionConfig(
            hidden_size=160,
            intermediate_size=480,
            num_hidden_layers=4,
            num_attention_heads=5,
            image_size=SIDE_PX,
            patch_size=PATCH_PX,
            vision_use_head=False,
        )
        text = Gemma3TextConfig(
            vocab_size=len(vocabulary),
            hidden_size=128,
            intermediate_size=320,
            num_hidden_layers=3,
            num_attention_heads=4,
            num_key_value_heads=2,
            head_dim=32,
            query_pre_attn_scalar=32,
            max_position_embeddings=512,
            sliding_window=512,
            pad_token_id=PAD,
            eos_token_id=EOS,
            bos_token_id=BOS,
        )
        self.config = Gemma3Config(
            text_config=text.to_dict(),
            vision_config=vision.to_dict(),
            mm_tokens_per_image=N_IMAGE_TOKENS,
            boi_token_index=vocabulary.start_image,
            eoi_token_index=vocabulary.end_image,
            image_token_index=vocabulary.image,
        )
        # Sixty-four keys are few: plain products train a third faster here than torch's fused attention.
        self.config._attn_implementation = "eager"
        self.network: Any = Gemma3ForConditionalGeneration(self.config)
        # transformers leaves the projection at zero, through which no gradient comes.
        nn.init.normal_(self.network.model.multi_modal_projector.mm_input_projection_weight, std=0.05)
        width = vision.hidden_size
        self.heads = nn.ModuleDict(
            {
                "thing": nn.Linear(width, len(THINGS)),
                "colour": nn.Linear(width, len(COLOURS)),
                "detail": nn.Linear(width, len(DETAILS)),
                "letters": nn.Linear(width, len(LETTERS)),
            }
        )

    def see(self, pixels: Tensor) -> Tensor:
        """Patches of (n, 3, side, side) pixels in -1..1, as the vision tower leaves them."""
        patches: Tensor = self.network.model.vision_tower(pixel_values=pixels).last_hidden_state
        return patches

    def read(self, patches: Tensor, tokens: Tensor) -> Tensor:
        """Hidden states of the text model for prompt and answer tokens about these patches."""
        image = self.network.model.multi_modal_projector(patches)
        embedded = self.network.model.language_model.embed_tokens(tokens)
        first = self.vocabulary.prompt().index(self.vocabulary.image)
        last = first + N_IMAGE_TOKENS
        embedded = torch.cat([embedded[:, :first], image.to(embedded.dtype), embedded[:, last:]], dim=1)
        length = tokens.shape[1]
        # Causal, but the tokens of the picture see each other. Padding comes last: nothing sees it.
        seen = torch.ones(length, length, dtype=torch.bool).tril()
        seen[first:last, first:last] = True
        mask = torch.zeros(length, length).masked_fill(~seen, float("-inf")).to(embedded.dtype)[None, None]
        hidden: Tensor = self.network.model.language_model(
            inputs_embeds=embedded,
            attention_mask={"full_attention": mask, "sliding_attention": mask},
            position_ids=torch.arange(length)[None],
            use_cache=False,
        ).last_hidden_state
        return hidden

    def losses(self, pixels: Tensor, tokens: Tensor, n_prompt: int, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Loss of the answers, and loss of the patch heads.

        `tokens` holds prompt and answer, padded; `labels` is (n, patches, 4): thing, colour, detail, letters.
        """
        patches = self.see(pixels)
        hidden = self.read(patches, tokens[:, :-1])
        logits = functional.linear(hidden[:, n_prompt - 1 :], self.network.lm_head.weight)
        wanted = tokens[:, n_prompt:]
        wanted = torch.where(wanted == PAD, IGNORED, wanted)
        answer = functional.cross_entropy(logits.flatten(0, 1).float(), wanted.flatten(), ignore_index=IGNORED)
        patch = torch.zeros(())
        for index, name in enumerate(("thing", "colour", "detail")):
            guess = self.heads[name](patches).flatten(0, 1).float()
            patch = patch + functional.cross_entropy(guess, labels[..., index].flatten(), ignore_index=IGNORED)
        bits = (labels[..., 3, None] >> torch.arange(len(LETTERS))) & 1
        spelled = functional.binary_cross_entropy_with_logits(self.heads["letters"](patches).float(), bits.float())
        return answer, patch + len(LETTERS) * spelled

    def answers(self, pixels: Tensor, context: str = "") -> list[str]:
        """The greedy text for each picture."""
        prompt = torch.tensor([self.vocabulary.prompt(context)]).repeat(len(pixels), 1)
        tokens = prompt
        with torch.no_grad():
            patches = self.see(pixels)
            done = torch.zeros(len(pixels), dtype=torch.bool)
            for _ in range(MAX_ANSWER_TOKENS):
                hidden = self.read(patches, tokens)[:, -1]
                best = functional.linear(hidden, self.network.lm_head.weight).argmax(-1)
                tokens = torch.cat([tokens, best[:, None]], dim=1)
                done |= best == self.vocabulary.end_turn
                if done.all():
                    break
        return [self.vocabulary.decode(row) for row in tokens[:, prompt.shape[1] :].tolist()]
