"""One picture at a time: `Describer.describe`, the raw calls it stands on, and MTMDChatHandler.

    pip install '.[bench]'
    python benchmarks/overhead.py [--pictures 8] [--tokens 32] [--rounds 5] [--size 4032x3024]

All three read the same JPEG files, run the same model with the same threads and generate the
same number of tokens greedily. `raw` prepares the pictures with localalt's own loader and then
makes the same native calls in a plain loop, without threads, prompts, checks or cleaning: what
`describe` takes beyond it is localalt's own overhead. The order is shuffled at each
picture. Prints the median, over all pictures and rounds, of the ratio to the raw calls on the same
picture in the same turn, with its quartiles.

On a machine that others use too, wall time is noisy; processor time on one core, where no thread
spins, is not:

    taskset -c 0 python benchmarks/overhead.py --cpu-time
"""

from __future__ import annotations

import argparse
import base64
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pair

import localalt
from localalt import machine, native
from localalt.gguf import reader
from localalt.gguf.mmproj import image_geometry
from localalt.image.processor import load_picture
from localalt.prompting.builder import TextPart, build_prompt
from localalt.prompting.builtin import PROMPTS
from localalt.prompting.presets import PRESETS

PRESET = PRESETS["gemma3"]
SETTLE_S = 0.05
"""Pause before each measurement: the threads of the one before spin for some milliseconds."""
TEMPLATE = (
    "{% for message in messages %}<start_of_turn>{{ message['role'] }}\n"
    "{% for part in message['content'] %}{{ part['text'] }}{% endfor %}<end_of_turn>\n{% endfor %}"
    "<start_of_turn>model\n"
)


class Raw:
    """The native calls of one picture after another in one sequence."""

    def __init__(self, weights: Path, mmproj: Path, n_tokens: int) -> None:
        self._n_tokens = n_tokens
        self._geometry = image_geometry(reader.read_header(mmproj))
        n_threads = machine.compute_threads().n
        self._model = native.Model(weights)
        self._projector = native.Projector(mmproj, self._model, n_threads=n_threads)
        sampler = native.Sampler(self._model, PRESET.sampling)
        self._context = native.Context(
            self._model, [sampler], n_ctx_seq=2048, n_batch=2048, n_ubatch=512, n_threads=n_threads
        )

    def __call__(self, path: Path) -> int:
        """Describe one picture; returns the number of tokens."""
        pixels = load_picture(path, self._geometry).pixels
        parts: list[native.Part] = [
            (part.text, part.special) if isinstance(part, TextPart) else pixels for part in build_prompt(PRESET)
        ]
        context, n_past = self._context, 0
        context.clear(0)
        with self._projector.tokenize(parts) as chunks:
            prompt = list(chunks)
            for chunk in prompt:
                if chunk.tokens is not None:
                    context.decode_text(chunk.tokens, n_past, 0, want_logits=chunk is prompt[-1])
                else:
                    context.decode_image(self._projector, chunk, self._projector.encode(chunk), n_past, 0)
                n_past += chunk.n_pos
        token, n_out = context.sample(0, -1), 0
        text = b""
        while True:
            n_out += 1
            text += self._model.piece(token)
            if n_out == self._n_tokens:
                return n_out
            context.decode([token], [n_past], [0])
            n_past += 1
            token = context.sample(0, 0)


def localalt_describe(weights: Path, mmproj: Path, n_tokens: int) -> Callable[[Path], int]:
    """`Describer.describe` with one slot and `n_tokens` tokens out."""
    describer = localalt.load((weights, mmproj), device="cpu", n_seq_max=1, exact_tokens=n_tokens, reuse=False)
    return lambda path: describer.describe(path).timings.n_output_tokens


def chat_handler(weights: Path, mmproj: Path, n_tokens: int) -> Callable[[Path], int]:
    """llama-cpp-python's own way to ask about a picture."""
    from llama_cpp import Llama
    from llama_cpp.llama_chat_format import MTMDChatHandler

    handler = MTMDChatHandler(clip_model_path=str(mmproj), verbose=False, use_gpu=False)
    n_threads = machine.compute_threads().n
    llama = Llama(
        str(weights),
        chat_handler=handler,
        n_ctx=2048,
        n_batch=2048,
        n_threads=n_threads,
        n_threads_batch=n_threads,
        n_gpu_layers=0,
        verbose=False,
    )
    llama.metadata["tokenizer.chat_template"] = TEMPLATE  # these weights carry none

    def run(path: Path) -> int:
        data = base64.b64encode(path.read_bytes()).decode()
        answer = llama.create_chat_completion(
            messages=[
                {
                    "role": "user",
                    "content": [
                        {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{data}"}},
                        {"type": "text", "text": PROMPTS["plain"].instruction},
                    ],
                }
            ],
            max_tokens=n_tokens,
            temperature=0.0,
        )
        n_out: int = answer["usage"]["completion_tokens"]
        return n_out

    return run


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", default="4032x3024", help="of the JPEG files; a phone's by default")
    parser.add_argument("--cpu-time", action="store_true", help="measure processor time instead of wall time")
    arguments = parser.parse_args(argv)
    weights, mmproj = pair.gemma3_pair()
    width, height = map(int, arguments.size.split("x"))
    paths = pair.photographs(arguments.pictures, width, height)
    ways: dict[str, Callable[[Path], int]] = {
        "raw": Raw(weights, mmproj, arguments.tokens),
        "localalt": localalt_describe(weights, mmproj, arguments.tokens),
        "MTMDChatHandler": chat_handler(weights, mmproj, arguments.tokens),
    }
    n_tokens = {name: run(paths[0]) for name, run in ways.items()}  # warm-up
    clock = time.process_time if arguments.cpu_time else time.perf_counter
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    order = list(ways)
    for _ in range(arguments.rounds):
        for path in paths:
            random.shuffle(order)
            for name in order:
                time.sleep(SETTLE_S)
                started = clock()
                ways[name](path)
                seconds[name].append(clock() - started)
    print(f"{'':18}{'s/picture':>10}{'tokens':>8}{'time over raw':>16}  quartiles")
    for name, values in seconds.items():
        # Each against the raw calls of the same turn: a busy moment hits all three alike.
        ratios = [value / raw for value, raw in zip(values, seconds["raw"], strict=True)]
        low, median, high = statistics.quantiles(ratios, n=4)
        print(f"{name:18}{statistics.median(values):10.3f}{n_tokens[name]:8d}{median:16.3f}  {low:.3f} to {high:.3f}")


if __name__ == "__main__":
    main()
