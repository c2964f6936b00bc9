"""Prompts and sampling per model family, as data.

A preset holds the text around the picture and the question, exactly as the family's own
chat template writes it for one user turn with thinking off, and what is asked. Adding a
family is one entry in `PRESETS` and its pairs in `FAMILIES`. Knows nothing of files, tokens
or llama.cpp; `tests/test_real_templates.py` holds the texts to the real templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = [
    "FAMILIES",
    "NO_TEXT",
    "PRESETS",
    "VARIANTS",
    "VENDOR_SAMPLING",
    "Further",
    "Preset",
    "Sampling",
    "family_for",
]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen."""

    temperature: float
    """0.0 takes the likeliest token; every other field is then without effect."""
    top_k: int
    """0 is off."""
    top_p: float
    """1.0 is off."""
    min_p: float
    """0.0 is off."""
    presence_penalty: float
    """0.0 is off."""


@dataclass(frozen=True, slots=True)
class Further:
    """How a further text about a picture, beside its alt text, is asked for."""

    instruction: str
    name: str
    """What it is called where the author's notes end and the model is to begin."""
    copied: bool = False
    """Whether it is copied from the picture: then the author's notes and language have no part in it."""


@dataclass(frozen=True, slots=True)
class Preset:
    """What is sent around one picture, and how the answer is sampled."""

    family: str
    version: int
    """Counts up with every change of this entry, so that a result tells which one wrote it."""
    opening: str
    """The template's own text before the picture, without the token that begins a sequence:
    mtmd adds that one where the vocabulary asks for it."""
    closing: str
    """The template's own text after the user's words: the end of the turn, the assistant's
    header, and an empty thinking block where the family opens one."""
    stop: tuple[str, ...]
    """Texts that end an answer besides the model's own end-of-generation tokens."""
    sampling: Sampling
    instruction: str
    max_tokens: int
    """Of the longest answer, to whatever is asked."""
    also: Mapping[str, Further]
    """Further texts by the name under which callers ask for them."""

    @property
    def identity(self) -> str:
        """Family and version, such as "gemma3/1"."""
        return f"{self.family}/{self.version}"


# Greedy by default: a draft should be the same twice, and a wrong detail does blind readers
# more harm than a missing one (arXiv 2605.01733), so nothing is gained by drawing an unlikely
# word. No evidence favours the vendors' sampling for alt text; it stays here to be measured
# and for a second try after a loop, which greedy decoding would only repeat.
GREEDY = Sampling(temperature=0.0, top_k=0, top_p=1.0, min_p=0.0, presence_penalty=0.0)

_GEMMA_CARD = Sampling(temperature=1.0, top_k=64, top_p=0.95, min_p=0.0, presence_penalty=0.0)
_QWEN_CARD = Sampling(temperature=0.7, top_k=20, top_p=0.8, min_p=0.0, presence_penalty=1.5)
_MISTRAL_CARD = Sampling(temperature=0.15, top_k=0, top_p=1.0, min_p=0.0, presence_penalty=0.0)

VENDOR_SAMPLING: Mapping[str, Sampling] = MappingProxyType(
    {
        "gemma3": _GEMMA_CARD,
        "gemma4": _GEMMA_CARD,
        "gemma4-e": _GEMMA_CARD,
        "mistral": _MISTRAL_CARD,
        "qwen2.5-vl": _QWEN_CARD,  # its own card gives none for pictures: the later family's
        "qwen3-vl": _QWEN_CARD,
        "qwen3.5": _QWEN_CARD,
        "generic": Sampling(temperature=0.7, top_k=40, top_p=0.95, min_p=0.05, presence_penalty=0.0),
    }
)
"""What each model card asks for with pictures and no thinking; for "generic", which has no
card, mild sampling that most models bear."""

# One instruction for every family, so that models are compared by what they see. It asks for
# the main thing first and little else, since invention grows with length; copies wording
# instead of describing it; and names what machine drafts most often guess.
_INSTRUCTION = (
    "Write alt text for this picture, so that someone who cannot see it gets what it shows. "
    "Put the most important thing first. "
    "One or two plain sentences are enough for a simple picture; a detailed one may take a short paragraph. "
    "Where readable text matters, copy it word for word in quotation marks instead of describing it. "
    "For a chart, say what kind it is, what it measures and how it runs. "
    "Mention only what can be clearly seen. Leave out whatever you would have to guess, "
    "such as names and places, or anyone's gender, ethnicity, age or health. "
    'Do not begin with words like "image of" or "photo of". '
    "Answer with the alt text alone: no heading, no list, no comment."
)

NO_TEXT = "No text."
"""What a model is asked to answer where a picture has no text to copy."""

_ALSO: Mapping[str, Further] = MappingProxyType(
    {
        # For charts, maps and scenes that a line cannot hold: it goes on the page, or behind a
        # link, and is read in full only by who wants it.
        "long": Further(
            "Write a long description of this picture, to stand beside it on the page, "
            "so that someone who cannot see it can follow all that it shows. "
            "Begin with one sentence that says what it is as a whole. "
            "Then say what is where, in an order that is easy to follow, from the main thing to the details. "
            "Where readable text matters, copy it word for word in quotation marks instead of describing it. "
            "For a chart or a diagram, give its labels, its values and how they relate. "
            "Mention only what can be clearly seen. Leave out whatever you would have to guess, "
            "such as names and places, or anyone's gender, ethnicity, age or health. "
            "Use one to four short paragraphs of plain sentences: no heading, no list, no comment.",
            name="long description",
        ),
        "text": Further(
            "Copy the text that can be read in this picture, word for word, in the order in which it is read, "
            "with a line break wherever the picture has one. "
            "Keep its language and its spelling, mistakes included. "
            "Translate nothing, describe nothing, and leave out what cannot be read. "
            "Answer with the copied text alone, without a heading, quotation marks or comment. "
            f"If there is no text in the picture, answer: {NO_TEXT}",
            name="text",
            copied=True,
        ),
    }
)

# The instrument knows one question: every further text is its answer to that one.
_ALSO_SELFTEST: Mapping[str, Further] = MappingProxyType(
    {name: Further("Describe.", further.name) for name, further in _ALSO.items()}
)

# About 2000 characters of English, Bluesky's limit and the longest among the networks: room for
# a transcribed screenshot. Loops are stopped long before. A long description gets no more: every
# slot's share of the KV cache would have to hold it, whether it is asked for or not.
_MAX_TOKENS = 512


def _preset(family: str, opening: str, closing: str, stop: tuple[str, ...]) -> Preset:
    return Preset(
        family=family,
        version=2,
        opening=opening,
        closing=closing,
        stop=stop,
        sampling=GREEDY,
        instruction=_INSTRUCTION,
        max_tokens=_MAX_TOKENS,
        also=_ALSO,
    )


_GEMMA3_STOP = ("<end_of_turn>", "<start_of_turn>")
_GEMMA4_STOP = ("<turn|>", "<|turn>")
_MISTRAL_STOP = ("</s>", "[INST]")
_CHATML_STOP = ("<|im_end|>", "<|im_start|>", "<|endoftext|>")

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.family: preset
        for preset in (
            _preset(
                "gemma3",
                opening="<start_of_turn>user\n",
                closing="<end_of_turn>\n<start_of_turn>model\n",
                stop=_GEMMA3_STOP,
            ),
            # With thinking off, the template of 26B and 31B opens and closes an empty channel.
            _preset(
                "gemma4",
                opening="<|turn>user\n",
                closing="<turn|>\n<|turn>model\n<|channel>thought\n<channel|>",
                stop=_GEMMA4_STOP,
            ),
            # The template of E2B and E4B writes none, and they answer badly after one
            # (ollama issue 15536).
            _preset(
                "gemma4-e",
                opening="<|turn>user\n",
                closing="<turn|>\n<|turn>model\n",
                stop=_GEMMA4_STOP,
            ),
            # The template in the files puts a system turn of 420 tokens about searching the web
            # before a conversation that has none, with the day's date: other drafts tomorrow.
            # Mistral's own tokenizer (mistral-common) puts none.
            _preset("mistral", opening="[INST]", closing="[/INST]", stop=_MISTRAL_STOP),
            # The template of Qwen2-VL and Qwen2.5-VL puts this system turn before a
            # conversation that has none; Qwen3-VL's and Qwen3.5's do not.
            _preset(
                "qwen2.5-vl",
                opening="<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n",
                closing="<|im_end|>\n<|im_start|>assistant\n",
                stop=_CHATML_STOP,
            ),
            _preset(
                "qwen3-vl",
                opening="<|im_start|>user\n",
                closing="<|im_end|>\n<|im_start|>assistant\n",
                stop=_CHATML_STOP,
            ),
            _preset(
                "qwen3.5",
                opening="<|im_start|>user\n",
                closing="<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
                stop=_CHATML_STOP,
            ),
            # Opening and closing come from the file's own template: localalt/template.py.
            _preset("generic", opening="", closing="", stop=()),
            # The known-answer models were trained on exactly these words.
            Preset(
                family="selftest",
                version=1,
                opening="<start_of_turn>user\n",
                closing="<end_of_turn>\n<start_of_turn>model\n",
                stop=(),
                sampling=GREEDY,
                instruction="Describe.",
                max_tokens=64,
                also=_ALSO_SELFTEST,
            ),
        )
    }
)

VARIANTS: Mapping[str, tuple[str, ...]] = MappingProxyType({"gemma4": ("gemma4", "gemma4-e")})
"""Presets of a family whose models do not all write the same template; the file's own
template decides between them. Families that are not named here have one preset."""

FAMILIES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("gemma3", "gemma3"): "gemma3",
        ("gemma4", "gemma4v"): "gemma4",
        ("gemma4", "gemma4uv"): "gemma4",
        ("llama", "pixtral"): "mistral",  # as Mistral Small 3.1 was converted until mistral3 had a name
        ("mistral3", "pixtral"): "mistral",
        ("qwen2vl", "qwen2.5vl_merger"): "qwen2.5-vl",
        ("qwen3vl", "qwen3vl_merger"): "qwen3-vl",
        ("qwen3vlmoe", "qwen3vl_merger"): "qwen3-vl",
        ("qwen35", "qwen3vl_merger"): "qwen3.5",
        ("qwen35moe", "qwen3vl_merger"): "qwen3.5",
    }
)
"""(`general.architecture` of the weights, projector type of the mmproj) -> family. Both count:
other models share either half with a family but not its template."""


def family_for(architecture: str, projector: str) -> str:
    """The preset family of a pair of files, "generic" where the pair is not known.

    `architecture` is the weights' `general.architecture` and `projector` the mmproj's
    projector type, both as the GGUF files spell them.
    """
    return FAMILIES.get((architecture, projector), "generic")
