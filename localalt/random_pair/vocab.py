"""Vocabularies of a family's size and kind: invented pieces, and the words that localalt says.

Each word of the presets is one token, as in a real vocabulary, so that a prompt has about as
many tokens; the rest are invented pieces of about the real length, so that a header has about
the real size.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from localalt.prompting.builtin import PROMPTS
from localalt.random_pair.gguf import Value

NORMAL, UNKNOWN, CONTROL, USER, BYTE = 1, 2, 3, 4, 6
"""Token types (llama.h, llama_token_attr's older names)."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a family's vocabulary is built."""

    model: str
    """`tokenizer.ggml.model`: "gpt2" and "gemma4" merge pairs, "llama" goes by scores."""
    pre: str
    """`tokenizer.ggml.pre`: how text is cut before merging."""
    control: tuple[str, ...]
    """Tokens of the template, the beginning and the end first."""
    merges_per_token: float
    piece_chars: int
    """Length of an invented piece, which gives the published headers' sizes."""
    adds_bos: bool
    template: str


_CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_GEMMA3 = (
    "{{ bos_token }}{% for message in messages %}<start_of_turn>{{ message.role }}\n{{ message.content }}"
    "<end_of_turn>\n{% endfor %}{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
_GEMMA4 = (
    "{{ bos_token }}{% for message in messages %}<|turn>{{ message.role }}\n{{ message.content }}<turn|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|turn>model\n{% endif %}"
)
_MISTRAL = "{{ bos_token }}{% for message in messages %}[INST]{{ message.content }}[/INST]{% endfor %}"

_GLM4 = (
    "[gMASK]<sop>{% for message in messages %}<|{{ message.role }}|>\n{{ message.content }}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
_MUSE_GLIMMER = (
    "{{ bos_token }}{% for message in messages %}<|start|>{{ message.role }}<|message|>{{ message.content }}<|eot|>"
    "{% endfor %}{% if add_generation_prompt %}<|start|>assistant{% endif %}"
)

_QWEN = ("<|endoftext|>", "<|im_end|>", "<|im_start|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>")
_MINICPM = ("<image>", "</image>", "<slice>", "</slice>")
"""Of MiniCPM-V 4.6, whose language model has Qwen3.5's architecture."""
_SMOLLM = (
    *("<|endoftext|>", "<|im_end|>", "<|im_start|>", "<end_of_utterance>"),
    *("<fake_token_around_image>", "<global-img>", "<image>"),
    *(f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)),
)
_MISTRAL_TOKENS = ("<s>", "</s>", "[INST]", "[/INST]", "[IMG]", "[IMG_END]", "[IMG_BREAK]")
_LFM2 = (
    *("<|pad|>", "<|im_end|>", "<|startoftext|>", "<|endoftext|>", "<|im_start|>"),
    *("<|image_start|>", "<|image_end|>", "<|img_thumbnail|>"),
    *(f"<|img_row_{row}_col_{column}|>" for row in range(1, 11) for column in range(1, 11)),
)
_GLM = ("<|endoftext|>", "<|user|>", "<|assistant|>", "[gMASK]", "<sop>", "<|begin_of_image|>", "<|end_of_image|>")
_MUSE = ("<|begin_of_text|>", "<|eot|>", "<|eom|>", "<|start|>", "<|message|>", "<|image_start|>", "<|image_end|>")
_GEMMA = ("<pad>", "<eos>", "<bos>", "<unk>")

_KINDS = {
    "qwen35": _Kind("gpt2", "qwen35", (*_QWEN, *_MINICPM, "<think>", "</think>"), 1.0, 12, False, _CHATML),
    "qwen3vl": _Kind("gpt2", "qwen2", _QWEN, 1.0, 9, False, _CHATML),
    "gemma3": _Kind(
        "llama",
        "",
        (*_GEMMA, "<start_of_turn>", "<end_of_turn>", "<start_of_image>", "<end_of_image>"),
        0,
        9,
        True,
        _GEMMA3,
    ),
    "gemma4": _Kind(
        "gemma4",
        "",
        (*_GEMMA, "<|turn>", "<turn|>", "<|image>", "<image|>", "<|channel>", "<channel|>"),
        1.96,
        9,
        True,
        _GEMMA4,
    ),
    "smollm": _Kind("gpt2", "smollm", _SMOLLM, 1.0, 8, False, _CHATML),
    "lfm2": _Kind("gpt2", "lfm2", _LFM2, 1.0, 9, True, _CHATML),
    "glm4": _Kind("gpt2", "glm4", _GLM, 2.1, 8, False, _GLM4),
    "muse-glimmer": _Kind("gpt2", "llama4", _MUSE, 2.1, 9, True, _MUSE_GLIMMER),
    "tekken": _Kind("gpt2", "tekken", _MISTRAL_TOKENS, 2.05, 8, True, _MISTRAL),
}


def vocabulary(architecture: str, n_vocab: int) -> dict[str, Value]:
    """The `tokenizer.` metadata of a vocabulary of `n_vocab` tokens."""
    kind = _KINDS[_family(architecture, n_vocab)]
    space = "\u0120" if kind.model == "gpt2" else "\u2581"
    tokens = list(kind.control)
    types = [CONTROL] * len(tokens)
    if kind.model == "gpt2":
        alphabet = _byte_letters()
        tokens += alphabet
        types += [NORMAL] * len(alphabet)
    else:
        tokens += [f"<0x{byte:02X}>" for byte in range(256)]
        types += [BYTE] * 256
        alphabet = [space, "\n", *map(chr, range(33, 127))]
        tokens += alphabet
        types += [NORMAL] * len(alphabet)
    merges: list[str] = []
    taken = set(tokens)
    for piece in itertools.chain(_words(space), _invented(space, kind.piece_chars)):
        if len(tokens) >= n_vocab:
            break
        if piece not in taken:
            taken.add(piece)
            tokens.append(piece)
            types.append(NORMAL)
            if "\n" not in piece:
                merges.append(f"{piece[:-1]} {piece[-1]}")
    del tokens[n_vocab:], types[n_vocab:]
    metadata: dict[str, Value] = {"tokenizer.ggml.model": kind.model}
    if kind.pre:
        metadata["tokenizer.ggml.pre"] = kind.pre
    metadata["tokenizer.ggml.tokens"] = tokens
    if kind.model != "gpt2":
        metadata["tokenizer.ggml.scores"] = [-float(index) for index in range(len(tokens))]
    metadata["tokenizer.ggml.token_type"] = types
    if kind.merges_per_token:
        # Real lists hold several ways to make a piece.
        extra = int(len(merges) * (kind.merges_per_token - 1.0))
        metadata["tokenizer.ggml.merges"] = merges + [f"{m[0]} {m[1:].replace(' ', '')}" for m in merges[:extra]]
    gemma = kind.control[: len(_GEMMA)] == _GEMMA
    metadata["tokenizer.ggml.bos_token_id"] = 2 if gemma else 0
    metadata["tokenizer.ggml.eos_token_id"] = 1
    metadata["tokenizer.ggml.padding_token_id"] = 0
    if gemma:
        metadata["tokenizer.ggml.unknown_token_id"] = 3
        metadata["tokenizer.ggml.add_space_prefix"] = False
    metadata["tokenizer.ggml.add_bos_token"] = kind.adds_bos
    metadata["tokenizer.chat_template"] = kind.template
    return metadata


def _family(architecture: str, n_vocab: int) -> str:
    if architecture == "mistral3":
        return "tekken"
    if architecture == "llama":  # SmolVLM's language model, and Mistral's
        return "tekken" if n_vocab == 131_072 else "smollm"
    return {"qwen35moe": "qwen35", "qwen3vlmoe": "qwen3vl", "qwen2vl": "qwen3vl"}.get(architecture, architecture)


def _byte_letters() -> list[str]:
    """The 256 letters that stand for bytes in GPT-2's vocabulary: printable ones for themselves."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + index) for index in range(len(others))]


def _words(space: str) -> Iterator[str]:
    """What localalt's prompts are made of, each word after the beginnings that it is merged from."""
    texts = {prompt.instruction for prompt in PROMPTS.values()} | {"user", "assistant", "model", "system"}
    yield "\u010a\u010a"  # a blank line, which mtmd looks up between the tiles of a picture
    for word in sorted({word for text in texts for word in re.findall(r"[A-Za-z]+|[^\sA-Za-z]", text)}):
        for form in (word, space + word):
            for length in range(2, len(form) + 1):
                yield form[:length]


def _invented(space: str, n_chars: int) -> Iterator[str]:
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    for length in itertools.count(n_chars):
        for piece in itertools.product(letters, repeat=length):
            text = "".join(reversed(piece))
            yield text if piece[0] in "etao" else space + text[1:]
