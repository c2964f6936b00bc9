"""Gemma 4's pictures may have more image tokens than its sliding window: the answers are torch's all the same.

tests/data/gemma4_window.json has torch's answers to the pictures of the families' tiny pairs with a window of 64
tokens, which benchmarks/sliding_window.py writes; here the same number is set in the GGUF file.
"""

import dataclasses
import json
import struct
from pathlib import Path

import pytest

import localalt
from localalt import selftest
from localalt.describer.loading import load_model
from localalt.image.processor import load_picture
from localalt.planning.tuning import Tuning
from localalt.prompting.builder import around_picture, build_prompt
from localalt.prompting.builtin import PROMPTS
from localalt.request import Question, Request

pytestmark = pytest.mark.slow

DATA = json.loads((Path(__file__).parents[1] / "data" / "gemma4_window.json").read_text(encoding="utf-8"))
KEY = b"gemma4.attention.sliding_window"
PROMPT = dataclasses.replace(PROMPTS["plain"], instruction=DATA["instruction"])


def with_window(path, n_tokens):
    """Set the window of 512 tokens in a GGUF file to another: the key, its type (uint32) and its value."""
    old, new = (KEY + struct.pack("<II", 4, each) for each in (512, n_tokens))
    content = path.read_bytes()
    assert content.count(old) == 1
    path.write_bytes(content.replace(old, new))


@pytest.mark.parametrize("family", DATA["answers"])
def test_pictures_larger_than_the_window_are_answered_as_torch_does(family, tmp_path):
    weights, mmproj = selftest.unpack_family(family, tmp_path)
    with_window(weights, DATA["window"])
    loaded = load_model((weights, mmproj), {"device": "cpu", "n_seq_max": 1, "tuning": Tuning(n_ubatch=128)})
    with localalt.Describer.from_loaded(loaded):
        head, tail = around_picture(build_prompt(loaded.preset, PROMPT))
        for name, answer in DATA["answers"][family].items():
            assert answer["n_image_tokens"] > DATA["window"]
            assert answer["tokens"] != answer["without_window"]
            pixels = load_picture(tmp_path / name, loaded.geometry).pixels
            question = Question(tail, max_tokens=len(answer["tokens"]), exact=True)
            (ticket,) = loaded.engine.submit(Request(head, pixels, (question,)))
            found = ticket.future.result(timeout=60).sequence
            assert (found.n_image_tokens, found.tokens) == (answer["n_image_tokens"], answer["tokens"]), name
