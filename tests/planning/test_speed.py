"""What a picture is estimated to take: an honest range, held to what was recorded."""

import dataclasses
import itertools
import json

import pytest

from localalt.devices import Device, Machine
from localalt.models import choose
from localalt.models.catalog import CATALOG
from localalt.planning import planner
from localalt.planning.settings import smallest_bytes
from localalt.planning.speed import estimate
from localalt.units import format_seconds
from tests.support.paths import BENCHMARKS

GB = 1_000_000_000
RESULTS = BENCHMARKS / "results"
LAPTOP = Machine(14 * GB, 16 * GB, 4, instructions=frozenset({"AVX2"}))
CARD = Device("CUDA0", "Some GPU", "CUDA", False, 23 * GB, 24 * GB)


def recorded():
    """Results of models of the catalog on CPUs: no software device, whose speed is nobody's."""
    for path in sorted(RESULTS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            result = json.loads(line)
            if result["model"].partition(":")[0] in CATALOG and not result["is_software"]:
                yield result


def time_of(name, machine, quant=None):
    candidate = choose.spec_of(CATALOG[name], quant)
    return estimate(candidate, planner.plan(candidate, machine), machine)


def test_there_are_recorded_results():
    assert list(recorded())


@pytest.mark.parametrize("result", list(recorded()), ids=lambda result: result["id"])
def test_what_was_recorded_lies_within_the_range_that_is_estimated_for_its_class(result):
    instructions = frozenset(result["cpu_instructions"].split())
    machine = Machine(20 * GB, result["ram_bytes"], result["n_threads"], instructions=instructions)
    name, _, quant = result["model"].partition(":")
    time = time_of(name, machine, quant)
    for pictures_a_minute in result["metrics"]["images_per_min"]["samples"]:
        assert time.low_s <= 60 / pictures_a_minute <= time.high_s
    assert time.basis == "estimated"
    assert time.high_s / time.low_s < 3.7  # a range that says something


def test_more_instructions_more_threads_and_a_gpu_are_never_slower():
    classes = [{}, {"AVX2"}, {"AVX2", "AVX512"}, {"AVX2", "AVX512", "AVX512_VNNI", "AVX512_BF16"}]
    machines = [dataclasses.replace(LAPTOP, instructions=frozenset(each)) for each in classes]
    machines.append(dataclasses.replace(machines[-1], n_cores=8))
    machines.append(dataclasses.replace(machines[-1], devices=(CARD,)))
    times = [time_of("qwen3.5-2b", machine) for machine in machines]
    for slower, faster in itertools.pairwise(times):
        assert faster.low_s <= slower.low_s
        assert faster.high_s <= slower.high_s
    assert "AVX2" in times[1].sentence
    assert "GPUs" in times[-1].sentence


@pytest.mark.parametrize("machine", [LAPTOP, dataclasses.replace(LAPTOP, devices=(CARD,))], ids=["cpu", "gpu"])
def test_every_model_that_fits_has_a_range_that_begins_above_0(machine):
    for name, entry in CATALOG.items():
        candidate = choose.spec_of(entry)
        if smallest_bytes(candidate) < 10 * GB:
            time = time_of(name, machine)
            assert 0.05 <= time.low_s < time.high_s


def test_a_mixture_of_experts_takes_less_than_a_dense_model_of_its_size():
    machine = dataclasses.replace(LAPTOP, ram_free_bytes=60 * GB, ram_total_bytes=64 * GB)
    assert time_of("qwen3-vl-30b-a3b", machine).high_s < time_of("qwen3-vl-32b", machine).low_s


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.06, 0.31, "0.1-0.3 s"),
        (2.4, 8.32, "2.4-8.3 s"),
        (6.71, 22.2, "7-22 s"),
        (3.11, 3.12, "3.1 s"),
        (78.4, 266, "78-270 s"),
        (300, 1250, "5-21 min"),
    ],
)
def test_seconds_have_the_digits_that_count(low, high, words):
    assert format_seconds(low, high) == words
