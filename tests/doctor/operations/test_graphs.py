"""The graphs of the cases: what ggml's CPU computes of them is what numpy does, in float64, from the same numbers."""

import math

import numpy as np
import pytest

from localalt.doctor.operations.cases import (
    CASES,
    Argmax,
    Attention,
    Convolution,
    DeltaNet,
    ExpertProduct,
    Norm,
    Product,
    Rotation,
    SoftMax,
    TopK,
)
from localalt.doctor.operations.graphs import compute
from localalt.doctor.operations.inputs import inputs
from localalt.doctor.operations.judging import nmse
from localalt.native.graph import Backend


@pytest.fixture(scope="module")
def cpu():
    with Backend(n_threads=2) as backend:
        yield backend


def in_f64(case):
    return {name: array if array.dtype == np.int32 else array.astype(float) for name, array in inputs(case).items()}


def softmax(scores):
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    return shares / shares.sum(-1, keepdims=True)


def by_numpy(case):
    given = in_f64(case)
    match case:
        case ExpertProduct():
            columns = np.broadcast_to(given["columns"], (case.n_columns, case.n_used, case.n_in))
            return np.einsum("ceoi,cei->ceo", given["weights"][given["ids"]], columns)
        case Product():
            return given["columns"] @ given["weights"].T
        case Attention():
            q, k, v = (given[name].transpose(0, 2, 1, 3) for name in "qkv")
            k, v = np.repeat(k, case.group, 1), np.repeat(v, case.group, 1)
            shares = softmax(q @ k.transpose(0, 1, 3, 2) / math.sqrt(case.head) + given.get("mask", 0))
            mixed = shares @ v
            return mixed.transpose(0, 2, 1, 3) if case.flash else mixed
        case DeltaNet():
            return delta_net(case, given)
        case Convolution():
            windows = np.lib.stride_tricks.sliding_window_view(given["tokens"], case.n_kernel, -1)
            mixed = np.einsum("sctk,ck->stc", windows, given["kernel"])
            return mixed / (1 + np.exp(-np.clip(mixed, -700, 700)))
        case Rotation():
            return rotated(case, given)
        case Norm(function="l2_norm"):
            return given["rows"] / np.linalg.norm(given["rows"], axis=-1, keepdims=True)
        case Norm():
            rows = given["rows"]
            if case.function == "norm":
                rows = rows - rows.mean(-1, keepdims=True)
            return rows / np.sqrt((rows**2).mean(-1, keepdims=True)) * given["weights"]
        case SoftMax():
            return softmax(given["rows"] * case.scale + given.get("mask", 0))
        case Argmax():
            return given["rows"].argmax(-1)
        case TopK():
            return np.argsort(-given["rows"], -1)[:, : case.k]


def delta_net(case, given):
    n_heads = case.n_heads_key * case.repeat
    outputs = np.zeros((case.n_sequences, case.n_tokens, n_heads, case.state))
    states = given["state"].copy()  # (sequences, heads, values, keys)
    for sequence, head, token in np.ndindex(case.n_sequences, n_heads, case.n_tokens):
        state = states[sequence, head]
        q, k = (given[name][sequence, token, head % case.n_heads_key] for name in "qk")
        state *= np.exp(given["g"][sequence, token, head])
        missing = (given["v"][sequence, token, head] - state @ k) * given["beta"][sequence, token, head]
        state += np.outer(missing, k)
        outputs[sequence, token, head] = state @ q / math.sqrt(case.state)
    return np.concatenate([outputs.ravel(), states.ravel()])


def rotated(case, given):
    heads, n = given["heads"].copy(), case.n_dims
    turns = np.zeros((case.n_tokens, n if case.mode == "VISION" else n // 2))
    positions = given["positions"].reshape(-1, case.n_tokens)
    for pair in range(turns.shape[1]):
        if case.mode == "VISION":  # a half for each of two places, each from the first frequency on
            place, exponent = divmod(pair, case.head // 4)
        elif case.sections:
            place, exponent = place_of(case, pair), pair
        else:
            place, exponent = 0, pair
        turns[:, pair] = positions[place] * case.freq_base ** (-2 * exponent / n)
    half = turns.shape[1]
    first, second = (
        (slice(0, 2 * half, 2), slice(1, 2 * half, 2))
        if case.mode == "NORMAL"
        else (
            slice(0, half),
            slice(half, 2 * half),
        )
    )
    x, y = heads[..., first].copy(), heads[..., second].copy()
    cos, sin = np.cos(turns)[:, None], np.sin(turns)[:, None]
    heads[..., first], heads[..., second] = x * cos - y * sin, x * sin + y * cos
    return heads


def place_of(case, pair):
    """Which of the four positions turns a pair of numbers."""
    sector = pair % sum(case.sections)
    if case.mode == "IMROPE":  # in turn, as long as a section has some
        return sector % 3 if sector < 3 * case.sections[sector % 3] else 3
    return int(np.searchsorted(np.cumsum(case.sections), sector, side="right"))


SMALL = [case for case in CASES if not isinstance(case, ExpertProduct | Product | Attention)]
SOME = [
    *(case for case in CASES if isinstance(case, ExpertProduct | Product) and case.n_columns in (1, 9)),
    *(case for case in CASES if isinstance(case, Attention) and case.n_queries * case.head < 10_000),
    *(case for case in SMALL if not (isinstance(case, DeltaNet) and case.n_tokens > 64)),
]


@pytest.mark.slow
@pytest.mark.parametrize("case", SOME, ids=lambda case: case.name)
def test_a_reference_is_what_numpy_computes(cpu, case):
    reference, expected = compute(case, cpu, is_reference=True), by_numpy(case)
    if isinstance(case, TopK) and not case.by_sorting:
        reference, expected = np.sort(reference, -1), np.sort(expected, -1)
    if isinstance(case, Product) and case.weights not in ("F32", "F16", "BF16"):
        # Of the weights before they were quantized; how far they are then is told by `native.graph`'s own tests.
        assert nmse(reference, expected.reshape(reference.shape)) < 0.01
    elif isinstance(case, Argmax | TopK):
        assert (reference.ravel() == expected.ravel()).all()
    else:
        # Weights are rounded; scores of 200,000 leave F32 few places for their differences.
        is_rounded = case.large == "scores" or (isinstance(case, Product) and case.weights != "F32")
        rounding = 1e-5 if is_rounded else 1e-7 if case.large else 1e-8
        assert nmse(reference, expected.reshape(reference.shape)) < rounding
