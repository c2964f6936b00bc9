"""Templates and sampling per model family, as data.

A preset holds the text around the picture and the question, exactly as the family's own
chat template writes it for one user turn with thinking off; what is asked is in `builtin`. Adding a
family is one entry in `PRESETS` and its pairs in `FAMILIES`. Knows nothing of files, tokens
or llama.cpp; `tests/prompting/test_real_templates.py` holds the texts to the real templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from localalt.request import GREEDY, Sampling

__all__ = [
    "FAMILIES",
    "PRESETS",
    "VARIANTS",
    "VENDOR_SAMPLING",
    "Preset",
    "family_for",
]


@dataclass(frozen=True, slots=True)
class Preset:
    """What is sent around one picture, and how the answer is sampled."""

    family: str
    version: int
    """Counts up with every change of this entry, so that a result says which one wrote it."""
    opening: str
    """The template's own text before the picture, without the token that begins a sequence:
    mtmd adds that one where the vocabulary asks for it."""
    closing: str
    """The template's own text after the user's words: the end of the turn, the assistant's
    header, and an empty thinking block where the family opens one."""
    stop: tuple[str, ...]
    """Texts that end an answer besides the model's own end-of-generation tokens."""
    sampling: Sampling
    max_tokens: int
    """Of the longest answer, to whatever is asked."""

    @property
    def identity(self) -> str:
        """Family and version, such as "gemma3/1"."""
        return f"{self.family}/{self.version}"


# No evidence favours the vendors' sampling for alt text over greedy decoding. It is here to be
# measured, and for a second try after a loop, which greedy decoding would only repeat.
_GEMMA_CARD = Sampling(temperature=1.0, top_k=64, top_p=0.95, min_p=0.0, presence_penalty=0.0)
_QWEN_CARD = Sampling(temperature=0.7, top_k=20, top_p=0.8, min_p=0.0, presence_penalty=1.5)
_MISTRAL_CARD = Sampling(temperature=0.15, top_k=0, top_p=1.0, min_p=0.0, presence_penalty=0.0)
# Of the following the cards were not at hand. LFM's are as others repeat them (T 0.1, min_p 0.15). Those of GLM,
# MiniCPM and Muse-Glimmer have no source; only a second try uses them.
_GLM_CARD = Sampling(temperature=0.8, top_k=2, top_p=0.6, min_p=0.0, presence_penalty=0.0)
_LFM_CARD = Sampling(temperature=0.1, top_k=0, top_p=1.0, min_p=0.15, presence_penalty=0.0)
_MINICPM_CARD = Sampling(temperature=0.7, top_k=100, top_p=0.8, min_p=0.0, presence_penalty=0.0)
_MUSE_CARD = Sampling(temperature=1.0, top_k=0, top_p=0.95, min_p=0.0, presence_penalty=0.0)

VENDOR_SAMPLING: Mapping[str, Sampling] = MappingProxyType(
    {
        "gemma3": _GEMMA_CARD,
        "gemma4": _GEMMA_CARD,
        "gemma4-e": _GEMMA_CARD,
        "glm-4.6v": _GLM_CARD,
        "lfm2-vl": _LFM_CARD,
        "minicpm-v": _MINICPM_CARD,
        "mistral": _MISTRAL_CARD,
        "muse-glimmer": _MUSE_CARD,
        "qwen2.5-vl": _QWEN_CARD,  # its own card gives none for pictures: the later family's
        "qwen3-vl": _QWEN_CARD,
        "qwen3.5": _QWEN_CARD,
        "generic": Sampling(temperature=0.7, top_k=40, top_p=0.95, min_p=0.05, presence_penalty=0.0),
    }
)
"""What each model card asks for with pictures and no thinking; for "generic", which has no
card, mild sampling that suits most models."""

# About 2000 characters of English, Bluesky's limit and the longest among the networks: room for
# a transcribed screenshot. Loops are stopped long before. A long description gets no more: every
# slot's share of the KV cache would have to hold it, whether it is asked for or not.
_MAX_TOKENS = 512


def _preset(family: str, opening: str, closing: str, stop: tuple[str, ...]) -> Preset:
    return Preset(
        family=family,
        version=3,
        opening=opening,
        closing=closing,
        stop=stop,
        sampling=GREEDY,
        max_tokens=_MAX_TOKENS,
    )


_GEMMA3_STOP = ("<end_of_turn>", "<start_of_turn>")
_GEMMA4_STOP = ("<turn|>", "<|turn>")
_MISTRAL_STOP = ("</s>", "[INST]")
_GLM_STOP = ("<|user|>", "<|observation|>", "<|endoftext|>")
_MUSE_STOP = ("<|eot|>", "<|eom|>", "<|start|>")
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
            # Qwen3.5's text model and its template, with other markers around the picture, which mtmd writes.
            _preset(
                "minicpm-v",
                opening="<|im_start|>user\n",
                closing="<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
                stop=_CHATML_STOP,
            ),
            _preset(
                "lfm2-vl",
                opening="<|im_start|>user\n",
                closing="<|im_end|>\n<|im_start|>assistant\n",
                stop=_CHATML_STOP,
            ),
            # GLM-4.6's template with thinking off: a word after the user's, and an empty block.
            _preset(
                "glm-4.6v",
                opening="[gMASK]<sop><|user|>\n",
                closing="/nothink<|assistant|>\n<think></think>",
                stop=_GLM_STOP,
            ),
            # The template leaves open to whom an answer goes, and the model begins with one to itself, which is its
            # thinking. It cannot be turned off but by addressing the answer to the user. The template's system turn
            # asks for a high "reasoning strength", and has the day's date where the program gives it one.
            _preset(
                "muse-glimmer",
                opening="<|start|>system<|message|>You are a helpful AI assistant.\nKnowledge cutoff: 2026-01-04."
                '\n\nReasoning strength: low.\n\n# Valid recipients: "self", "user".<|eot|>'
                "<|start|>user<|message|>",
                closing="<|eot|><|start|>assistant to=user<|message|>",
                stop=_MUSE_STOP,
            ),
            # Opening and closing come from the file's own template.
            _preset("generic", opening="", closing="", stop=()),
            # The known-answer models were trained on exactly these words.
            Preset(
                family="selftest",
                version=1,
                opening="<start_of_turn>user\n",
                closing="<end_of_turn>\n<start_of_turn>model\n",
                stop=(),
                sampling=GREEDY,
                max_tokens=64,
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
        ("glm4", "glm4v"): "glm-4.6v",
        ("lfm2", "lfm2"): "lfm2-vl",
        ("llama", "pixtral"): "mistral",  # as Mistral Small 3.1 was converted until mistral3 had a name
        ("mistral3", "pixtral"): "mistral",
        ("muse-glimmer", "muse-glimmer"): "muse-glimmer",
        ("qwen2vl", "qwen2.5vl_merger"): "qwen2.5-vl",
        ("qwen3vl", "qwen3vl_merger"): "qwen3-vl",
        ("qwen3vlmoe", "qwen3vl_merger"): "qwen3-vl",
        ("qwen35", "minicpmv4_6"): "minicpm-v",
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
