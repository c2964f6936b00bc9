"""One result as it is written to a file: what was measured, of what, on what, with which settings.

Where llama-bench has a field, it has that name and unit here. `SCHEMA.md` beside this describes all of them.
Knows JSON and no measuring.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localalt.bench.stats import Metric
from localalt.errors import LocalAltError
from localalt.files.decoding import DecodingError, decode

__all__ = ["SCHEMA", "SCHEMA_VERSION", "Identity", "Result", "ResultError", "read", "write"]

SCHEMA = "localalt-bench"
SCHEMA_VERSION = 1


class ResultError(LocalAltError):
    """A file has no result that can be read; the message names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a result is of. Two results can be compared where all that is not being compared is equal."""

    localalt_version: str
    llama_cpp_version: str
    """Of llama-cpp-python."""
    build_commit: str
    """llama.cpp's."""
    ggml_version: str
    cpu_instructions: str
    """Those that the build uses, by ggml's names."""
    cmake_args: str
    """Flags that llama-cpp-python was built with, where build_backend.py built it; "" where nobody knows."""
    preset: str
    """Its preset, or ""."""

    backends: str
    """All that the build has, by commas."""
    backend: str
    """The one that computed."""
    device: str
    """ggml's name, such as "CUDA0"."""
    gpu_info: str
    """What the driver calls the device; "" for the CPU."""
    driver: str
    device_bytes: int
    """Memory of the device, or RAM."""
    is_software: bool
    """Whether the device is a program on the CPU, as Mesa's llvmpipe."""
    cpu_info: str
    n_cores: int
    ram_bytes: int
    os: str
    python: str

    model: str
    """Name and quantization."""
    weights: str
    """ "random" for a shape, whose values mean nothing, or "real"."""
    model_filename: str
    model_size: int
    """Bytes of the weights' tensors."""
    model_n_params: int
    model_digest: str
    """SHA-256 of the weights and the mmproj."""
    mmproj_filename: str
    mmproj_size: int
    mmproj_device: str

    picture_set: str
    picture_digest: str
    n_pictures: int
    n_image_tokens: int
    """Of the median picture."""
    n_prompt: int
    """Tokens of the median prompt, image tokens included."""
    n_gen: int
    """Tokens of each answer; 0 where the model itself ended it."""

    n_seq_max: int
    """Pictures at a time."""
    image_tokens_max: int
    n_threads: int
    n_batch: int
    n_ubatch: int
    n_ctx_seq: int
    n_gpu_layers: int
    flash_attn: str
    """ "on", "off" or "auto"."""
    type_k: str
    type_v: str

    test_time: str
    """UTC, ISO 8601."""
    setup: str = ""
    """The same for what was asked for in the same way: see `setup.Setup.key`."""
    energy_source: str = ""
    copy_bytes_per_s: float = 0.0
    """Read and written, measured in the same run; 0 where it was not."""
    matmul_flops: float = 0.0
    """F16 matrices, measured in the same run; 0 where it was not."""

    @property
    def label(self) -> str:
        """For people: backend, device and width."""
        name = self.gpu_info or self.cpu_info
        return f"{self.backend} ({name}), {self.n_seq_max} at a time"


_TIMELESS = ("test_time", "setup", "copy_bytes_per_s", "matmul_flops", "energy_source")


@dataclass(frozen=True, slots=True)
class Result:
    """One configuration, measured in several runs."""

    identity: Identity
    metrics: Mapping[str, Metric]
    """By the names of `metrics.METRICS`; what the platform does not report is left out."""
    notes: tuple[str, ...] = field(default=())
    """What a reader should know: a busy machine, throttling, a software device."""

    @property
    def key(self) -> str:
        """The same for the same configuration on the same machine and build, whenever it was measured."""
        values = {name: value for name, value in dataclasses.asdict(self.identity).items() if name not in _TIMELESS}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]

    def as_json(self) -> dict[str, Any]:
        """What is written: the identity's fields, `metrics`, `notes`, and llama-bench's figures of decoding."""
        found: dict[str, Any] = {"schema": SCHEMA, "schema_version": SCHEMA_VERSION, "id": self.key}
        found |= dataclasses.asdict(self.identity)
        decode = self.metrics.get("decode_tps_all")
        if decode is not None:
            samples = decode.samples
            found |= {
                "avg_ts": statistics.fmean(samples),
                "stddev_ts": statistics.stdev(samples) if len(samples) > 1 else 0.0,
                "samples_ts": list(samples),
            }
        found["metrics"] = {
            name: {
                "median": metric.median,
                "low": metric.spread[0],
                "high": metric.spread[1],
                "samples": list(metric.samples),
            }
            for name, metric in self.metrics.items()
        }
        found["notes"] = list(self.notes)
        return found


def write(results: Sequence[Result], path: Path) -> None:
    """Write results to `path`, put in place at once: a line for each where it ends with .jsonl, else a JSON list."""
    objects = [result.as_json() for result in results]
    if path.suffix == ".jsonl":
        text = "".join(f"{json.dumps(each)}\n" for each in objects)
    else:
        text = json.dumps(objects, indent=1) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def read(path: Path) -> tuple[Result, ...]:
    """The results in a JSON or JSONL file.

    Raises:
        ResultError: it cannot be read, is damaged, or is of another schema version.
    """
    try:
        text, _ = decode(path.read_bytes())
    except (OSError, DecodingError) as error:
        raise ResultError(f"{path} cannot be read ({error}): name a file that localalt bench wrote.") from error
    return tuple(_result(entry, path) for entry in _entries(text, path))


def _entries(text: str, path: Path) -> Iterator[Any]:
    try:
        if path.suffix == ".jsonl":
            yield from (json.loads(line) for line in text.split("\n") if line.strip())
            return
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ResultError(f"{path} is damaged ({error}): measure again.") from error
    yield from content if isinstance(content, list) else [content]


def _result(entry: Any, path: Path) -> Result:  # noqa: ANN401 (what somebody's JSON holds)
    if not isinstance(entry, dict) or entry.get("schema") != SCHEMA:
        raise ResultError(f"{path} has no result of localalt bench: name a file that localalt bench wrote.")
    version = entry.get("schema_version")
    if version != SCHEMA_VERSION:
        newer = isinstance(version, int) and version > SCHEMA_VERSION
        advice = "update localalt" if newer else "measure again"
        raise ResultError(f"{path} has schema version {version!r}, and this localalt reads {SCHEMA_VERSION}: {advice}.")
    try:
        identity = Identity(**{each.name: _checked(entry, each) for each in dataclasses.fields(Identity)})
        metrics = {str(name): Metric(_samples(metric["samples"])) for name, metric in entry["metrics"].items()}
        notes = _notes(entry.get("notes", []))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise ResultError(f"{path} has a result that is damaged ({error!r}): measure again.") from error
    return Result(identity, metrics, notes)


_TYPES: Mapping[str, type] = {"str": str, "int": int, "float": float, "bool": bool}


def _checked(entry: Mapping[str, Any], each: dataclasses.Field[Any]) -> Any:  # noqa: ANN401
    value = entry[each.name] if each.default is dataclasses.MISSING else entry.get(each.name, each.default)
    wanted = _TYPES[str(each.type)]
    if wanted is float and type(value) is int:
        value = float(value)
    if type(value) is not wanted or (isinstance(value, float) and not math.isfinite(value)):
        raise TypeError(f"{each.name} is {value!r}")
    return value


def _samples(values: Any) -> tuple[float, ...]:  # noqa: ANN401
    # Not whatever float() takes: "12" is not two samples, and true is not one.
    if not isinstance(values, list) or not all(type(value) in (int, float) for value in values):
        raise TypeError(f"samples are {values!r}")
    samples = tuple(float(value) for value in values)
    if not samples or not all(math.isfinite(value) for value in samples):
        raise ValueError(f"samples are {values!r}")
    return samples


def _notes(values: Any) -> tuple[str, ...]:  # noqa: ANN401
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError(f"notes are {values!r}")
    return tuple(values)
