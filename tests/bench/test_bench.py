"""`localalt bench`: what is measured, in which order, what is stored, and the command end to end."""

import collections
import dataclasses
import json
import math
import random
import re
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from localalt import cli, native, random_pair, selftest
from localalt.bench import pictures, record, roofline, runner, sweep, targets
from localalt.bench.metrics import METRICS
from localalt.bench.runner import ResultStore, RunError
from localalt.bench.setup import Setup
from localalt.bench.stats import Metric
from localalt.bench.targets import Target
from localalt.cli.bench.work import devices_of
from localalt.devices import Device
from localalt.errors import BackendMissingError, ModelNotFoundError, NotEnoughMemoryError, OptionError, StorageError
from localalt.gguf.reader import read_header
from localalt.planning.tuning import Tuning
from tests.support import tiny_shapes

SELFTEST = Target("selftest", selftest.WEIGHTS, selftest.MMPROJ, "real")


def setup(**changes):
    own = Setup(SELFTEST, "cpu", 2, "drawn-1", "0" * 64, (Path("a.jpg"), Path("b.jpg")), 8)
    return dataclasses.replace(own, **changes)


FIELDS = {
    each.name: {"str": "x", "int": 1, "float": 1.0, "bool": False}[str(each.type)]
    for each in dataclasses.fields(record.Identity)
    if each.name not in ("test_time", "setup")
}


def run_of(images_per_min, **metrics):
    return {"fields": FIELDS, "metrics": {"images_per_min": images_per_min, **metrics}, "notes": ["Busy."]}


# --- setups ---


def test_a_setup_passes_between_processes_whole():
    own = setup(tuning=Tuning(n_ubatch=64, flash_attn=False))
    assert Setup.of_json(json.loads(json.dumps(own.as_json()))) == own


def test_a_setups_key_is_the_same_wherever_its_files_lie():
    moved = Target("selftest", Path("/elsewhere/weights.gguf"), Path("/elsewhere/mmproj.gguf"), "real")
    assert setup(target=moved, pictures=(Path("/x.jpg"), Path("/y.jpg"))).key == setup().key


@pytest.mark.parametrize(
    "changes",
    [
        {"device": "CUDA0"},
        {"n_seq_max": 4},
        {"n_tokens": 9},
        {"n_tokens": None},
        {"picture_digest": "1" * 64},
        {"pictures": (Path("a.jpg"),)},
        {"tuning": Tuning(n_threads=2)},
        {"target": dataclasses.replace(SELFTEST, name="other")},
    ],
)
def test_whatever_else_is_measured_has_another_key(changes):
    assert setup(**changes).key != setup().key


# --- runs ---


def test_every_setup_is_run_as_often_as_asked_and_its_samples_are_joined():
    setups, started = [setup(n_seq_max=width) for width in (1, 2, 4)], []

    def start(each):
        started.append(each)
        return run_of(len(started), load_s=0.5)

    store = ResultStore()
    assert runner.measure(setups, store, n_runs=5, start=start) == {}
    assert len(started) == 15
    for number in range(5):  # each round has all of them
        assert set(started[3 * number : 3 * number + 3]) == set(setups)
    for each in setups:
        result = store.result(each)
        expected = tuple(float(index + 1) for index, own in enumerate(started) if own == each)
        assert result.metrics["images_per_min"].samples == expected
        assert result.metrics["load_s"].samples == (0.5,) * 5
        assert result.notes == ("Busy.",)


def test_rounds_are_in_different_orders():
    setups = [setup(n_seq_max=width) for width in range(1, 9)]
    started = []
    runner.measure(setups, ResultStore(), n_runs=4, start=lambda each: started.append(each) or run_of(1.0))
    assert len({tuple(started[8 * number : 8 * number + 8]) for number in range(4)}) > 1


def test_other_programs_are_reported_once_with_the_worst_run():
    shares, store = iter([0.01, 0.3, 0.2]), ResultStore()
    runner.measure([setup()], store, n_runs=1, start=lambda _: run_of(1.0, others_share=next(shares)))
    assert store.result(setup()).notes == ("Busy.",)
    runner.measure([setup()], store, n_runs=3, start=lambda _: run_of(1.0, others_share=next(shares)))
    assert store.result(setup()).notes == ("Busy.", "Other programs took up to 30% of the processors during a run.")


def test_what_failed_is_reported_and_not_tried_again():
    started = []

    def start(each):
        started.append(each)
        if each.n_seq_max == 2:
            raise RunError("no memory")
        return run_of(1.0)

    store = ResultStore()
    failed = runner.measure([setup(), setup(n_seq_max=1)], store, n_runs=3, start=start)
    assert failed == {setup(): "no memory"}
    assert started.count(setup()) == 1
    assert store.n_runs(setup(n_seq_max=1)) == 3


def test_what_a_stopped_run_measured_stays_and_is_not_measured_again(tmp_path):
    path, started = tmp_path / "results.jsonl", []

    def start(each):
        if len(started) == 3:
            raise KeyboardInterrupt
        started.append(each)
        return run_of(1.0)

    setups = [setup(), setup(n_seq_max=1)]
    with pytest.raises(KeyboardInterrupt):
        runner.measure(setups, ResultStore(path), n_runs=2, start=start)
    assert len(started) == 3
    again = []
    store = ResultStore(path)
    runner.measure(setups, store, n_runs=2, start=lambda each: again.append(each) or run_of(2.0))
    assert len(again) == 1
    assert [store.n_runs(each) for each in setups] == [2, 2]
    assert len(record.read(path)) == 2


def test_a_file_that_is_not_a_ledger_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "results.json"
    path.write_text("{}")
    with pytest.raises(record.ResultError, match="no result of localalt bench"):
        ResultStore(path)
    assert path.read_text() == "{}"


@pytest.mark.slow
def test_a_crash_ends_one_run_with_its_last_words(tmp_path):
    missing = Target("selftest", tmp_path / "no.gguf", selftest.MMPROJ, "real")
    with pytest.raises(RunError, match=r"no\.gguf"):
        runner.in_a_process(setup(target=missing))


# --- sweeps ---


def steady(value):
    return Metric((value,) * 3)


def speed_of(best):
    """Pictures per minute that are the higher, the nearer a setup is to `best`."""

    def score(own):
        settings = dataclasses.asdict(own.tuning) | {"n_seq_max": own.n_seq_max}
        return steady(10.0 + sum(settings[name] == value for name, value in best.items()))

    return score


VALUES = {"n_seq_max": (1, 2, 4, 8), "n_threads": (1, 2, 3), "n_ubatch": (256, 512), "flash_attn": (True, False)}


@given(st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}))
def test_a_sweep_finds_the_best_of_settings_that_do_not_depend_on_each_other(best):
    choice = sweep.search(setup(), "throughput", VALUES, speed_of(best))
    settings = dataclasses.asdict(choice.setup.tuning) | {"n_seq_max": choice.setup.n_seq_max}
    assert {name: settings[name] for name in best} == best
    assert choice.images_per_min == 14.0


def test_for_latency_pictures_come_one_at_a_time():
    choice = sweep.search(setup(n_seq_max=4), "latency", VALUES, speed_of({"n_seq_max": 8, "n_threads": 3}))
    assert (choice.setup.n_seq_max, choice.setup.tuning.n_threads) == (1, 3)


def test_noise_does_not_move_the_plans_own_settings():
    seen = iter(range(1000))
    choice = sweep.search(setup(), "throughput", VALUES, lambda _: steady(100 + (next(seen) % 3) / 2))
    assert choice.setup == setup()


def test_a_gain_within_the_spread_of_the_runs_does_not_move_the_plans_own_settings():
    """A busy machine: some setup's median is always far above that of the first, by luck."""
    rng = random.Random(1)
    speeds = {}

    def score(own):
        return speeds.setdefault(own, Metric(tuple(rng.choice([40.0, 100.0]) for _ in range(3))))

    medians, moved = [], 0
    for _ in range(200):
        speeds.clear()
        choice = sweep.search(setup(), "throughput", VALUES, score)
        medians.append(max(each.median for each in speeds.values()) / choice.started_with.median)
        moved += choice.setup != setup() and choice.gain.low <= 1
    assert max(medians) > 1.58
    assert moved == 0


def test_settings_that_cannot_be_measured_are_passed_over():
    choice = sweep.search(
        setup(), "throughput", VALUES, lambda own: None if own.n_seq_max > 2 else steady(10.0 + own.n_seq_max)
    )
    assert choice.setup.n_seq_max == 2
    assert sweep.search(setup(), "throughput", VALUES, lambda _: None) is None


# --- what a model asks of a device ---


@pytest.fixture(scope="module")
def tiny_pair(tmp_path_factory):
    shape = tiny_shapes.tiny("qwen3-vl-2b")
    return shape, random_pair.write_shape(shape, "tiny", "Q8_0", "F16", tmp_path_factory.mktemp("tiny"))


@pytest.mark.parametrize("family", ["qwen3vl", "gemma3"])
def test_a_step_reads_the_layers_and_the_output_but_not_all_embeddings(tmp_path, family):
    header = read_header(selftest.unpack_family(family, tmp_path)[0])
    tensors = {name: tensor for name, tensor in header.tensors.items() if len(tensor.shape) > 1}
    has_output = "output.weight" in tensors
    assert has_output == (family == "qwen3vl")  # Gemma's embeddings are its output layer
    expected = sum(each.n_bytes for name, each in tensors.items() if not has_output or name != "token_embd.weight")
    assert roofline.decode_bytes(header) == expected


def test_a_prompts_operations_are_two_for_each_weight_and_token(tiny_pair):
    _, (weights, _) = tiny_pair
    header = read_header(weights)
    layers = sum(
        math.prod(tensor.shape)
        for name, tensor in header.tensors.items()
        if name.startswith("blk") and len(tensor.shape) > 1
    )
    assert roofline.prefill_flops(header, 100) == 200 * layers


def test_of_a_mixture_only_the_experts_that_are_used_count(tmp_path):
    weights, _ = selftest.unpack_family("qwen35moe", tmp_path)
    header = read_header(weights)
    n_expert, n_used = (header.integer(f"qwen35moe.expert_{name}") for name in ("count", "used_count"))
    assert n_used < n_expert
    experts = sum(tensor.n_bytes for name, tensor in header.tensors.items() if "_exps." in name)
    unused = experts * (1 - n_used / n_expert)
    everything = dataclasses.replace(
        header, metadata={key: value for key, value in header.metadata.items() if "expert" not in key}
    )
    assert roofline.decode_bytes(header) == pytest.approx(roofline.decode_bytes(everything) - unused)


def test_a_picture_of_twice_the_tokens_takes_more_than_twice_the_operations(tiny_pair):
    _, (_, mmproj) = tiny_pair
    header = read_header(mmproj)
    once, twice = (roofline.encode_flops(header, n, merge=2) for n in (256, 512))
    assert 2 < twice / once < 4


# --- rates ---


@pytest.mark.slow
def test_the_cpus_rates_are_measured_by_its_own_kernels():
    rates = native.measure_rates(None, n_threads=1)
    assert 1e8 < rates.copy_bytes_per_s < 1e13
    assert 1e8 < rates.matmul_flops < 1e16


def test_rates_of_a_device_that_is_not_there_are_refused():
    with pytest.raises(BackendMissingError, match="Vulkan9"):
        native.measure_rates("Vulkan9", n_threads=1)


# --- pictures and models ---


@pytest.mark.slow
def test_drawn_pictures_are_the_same_every_time_and_of_many_sizes(tmp_path):
    first, second = pictures.drawn(3, tmp_path / "a"), pictures.drawn(3, tmp_path / "b")
    assert first.digest == second.digest
    assert [path.read_bytes() for path in first.paths] == [path.read_bytes() for path in second.paths]
    assert len({path.name.split("-")[-1] for path in first.paths}) == 3
    assert pictures.drawn(2, tmp_path / "a").digest != first.digest


@pytest.mark.slow
def test_own_pictures_are_known_by_their_bytes(tmp_path):
    (drawn,) = pictures.drawn(1, tmp_path / ".drawn").paths
    for name in ("b.jpg", "a.JPG", "c.txt"):
        shutil.copy(drawn, tmp_path / name)
    own = pictures.of_folder(tmp_path)
    assert [path.name for path in own.paths] == ["a.JPG", "b.jpg"]
    (tmp_path / "b.jpg").write_bytes(b"other")
    assert pictures.of_folder(tmp_path).digest != own.digest


def test_a_folder_without_pictures_is_reported(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(pictures.ImageNotFoundError, match="has no pictures"):
            pictures.of_folder(folder)


@pytest.mark.parametrize("name", ["qwen9", "", "qwen3.5-0.8b:Q3_XXL"])
def test_an_unknown_shape_is_answered_with_those_there_are(name, tmp_path):
    with pytest.raises(OptionError, match=r"qwen3.5-0.8b|Q4_K_M"):
        targets.of_shape(name, folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_shape_larger_than_the_memory_is_said_before_it_is_written(tmp_path, monkeypatch):
    small = dataclasses.replace(targets.this_machine(), ram_total_bytes=4 * 10**9, ram_free_bytes=3 * 10**9, devices=())
    monkeypatch.setattr(targets, "this_machine", lambda: small)
    with pytest.raises(NotEnoughMemoryError, match=r"qwen3\.5-9b"):
        targets.of_shape("qwen3.5-9b", folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_shape_larger_than_the_disk_is_said_before_it_is_written(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 10**6))
    with pytest.raises(StorageError, match="1 MB free"):
        targets.of_shape("qwen3.5-0.8b", folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_model_that_may_be_another_one_tomorrow_is_not_measured():
    with pytest.raises(ModelNotFoundError, match="auto"):
        targets.of_model("auto")


# --- the command ---


def bench(*arguments):
    return cli.main(["bench", *map(str, arguments)])


@pytest.mark.slow
def test_the_command_measures_the_selftest_model_end_to_end(tmp_path, capsys):
    out = tmp_path / "results" / "here.jsonl"
    common = ("--model", "selftest", "--device", "CPU", "--pictures", 2, "--folder", tmp_path, "--out", out)
    assert bench(*common, "--widths", "1,2", "--tokens", 6, "--runs", 2) == 0
    printed = capsys.readouterr()
    assert "### selftest (real weights), 2 pictures of 16 image tokens (drawn-1), 6 tokens out" in printed.out
    assert len([line for line in printed.out.splitlines() if line.startswith("| CPU")]) == 2
    assert "4 of 4: selftest on cpu" in printed.err
    results = record.read(out)
    assert [len(result.metrics["decode_tps"].samples) for result in results] == [2, 2]
    one = results[0]
    always = {
        "load_s",
        "prepare_ms",
        "encode_ms",
        "encode_tps",
        "prefill_tps",
        "decode_tps",
        "decode_tps_all",
        "ttft_ms",
    }
    assert set(one.metrics) >= always | {"images_per_min", "decode_bandwidth_share", "encode_compute_share"}
    assert all(min(metric.samples) > 0 for name, metric in one.metrics.items() if name != "others_share")
    assert (one.identity.n_gen, one.identity.n_image_tokens, one.identity.weights) == (6, 16, "real")
    # Again: nothing is left to measure.
    assert bench(*common, "--widths", "1,2", "--tokens", 6, "--runs", 2, "--json") == 0
    printed = capsys.readouterr()
    assert len(json.loads(printed.out)) == 2
    assert "images/min" not in printed.err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ((), 2, "There is nothing to measure"),
        (("--shape", "gemma9"), 2, "There is no shape gemma9"),
        (("--model", "selftest", "--device", "CUDA7"), 2, "There is no device 'CUDA7': write one of CPU"),
        (("--model", "selftest", "--out", "x.txt"), 2, "must end with .json or .jsonl"),
        (("--model", "qwen3.5-0.8b"), 3, "is not downloaded"),
    ],
)
def test_a_wrong_option_is_one_sentence(arguments, status, message, capsys):
    assert bench(*arguments) == status
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line


def test_pictures_that_are_not_there_are_named_and_nothing_is_measured(capsys):
    assert bench("--model", "selftest", "--pictures", "no-such-folder") == 2
    missing, without = capsys.readouterr().err.splitlines()
    assert "no-such-folder cannot be read" in missing
    assert "has no pictures that can be read" in without


DEVICES = native.devices


@pytest.mark.parametrize("command", [(), ("sweep",)], ids=["bench", "sweep"])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--device", "GPU0"), "There is no device 'GPU0'"),
        (("--device", "gpu"), "can use no GPU of this machine"),
        (("--shape", "gemma9"), "There is no shape gemma9"),
        (("--shape", "qwen3.5-0.8b:Q9_K"), "Random weights cannot be written as Q9_K"),
        (("--out", "x.txt"), "must end with .json or .jsonl"),
        (("--pictures", "no-such-folder"), "has no pictures"),
        (("--model", "no-such-file.gguf"), "no-such-file.gguf"),
    ],
)
def test_weights_are_written_after_all_names_are_known_only(command, arguments, message, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(native, "devices", lambda: tuple(each for each in DEVICES() if each.kind == "cpu"))
    monkeypatch.setattr(native, "gpus", lambda: ())
    monkeypatch.setattr("localalt.bench.targets.write_pair", lambda *_: pytest.fail("it was written"))
    assert bench(*command, "--shape", "qwen3.5-0.8b", "--folder", tmp_path / "weights", *arguments) in (2, 3)
    assert message in capsys.readouterr().err.splitlines()[-1]
    assert not list(tmp_path.rglob("*.gguf"))


@pytest.mark.parametrize("name", ["cpu", "CPU", "Cpu"])
def test_the_cpu_is_named_in_any_case(name):
    assert devices_of([name]) == ["cpu"]


@pytest.mark.parametrize("arguments", [("--widths", "0"), ("--widths", "a"), ("--runs", "0"), ("--runs", "-1")])
def test_a_number_that_is_none_is_refused(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        bench("--model", "selftest", *arguments)
    assert ended.value.code == 2


def test_the_help_names_the_further_commands(capsys):
    with pytest.raises(SystemExit):
        bench("--help")
    text = capsys.readouterr().out
    assert "compare" in text
    assert "sweep" in text
    assert "speed does not depend on the values of weights" in " ".join(text.split())


@pytest.fixture
def own_stores(tmp_path, monkeypatch):
    from localalt.machine import batch_size, picture_times, sweep_results

    stores = ((sweep_results, "tuned.json"), (batch_size, "widths.json"), (picture_times, "picture-times.json"))
    for owner, name in stores:
        monkeypatch.setattr(owner, "store_path", lambda name=name: tmp_path / name)
    return tmp_path / "tuned.json"


@pytest.fixture
def sweep_of(tmp_path, capsys, monkeypatch, own_stores):
    """Runs `bench sweep` on a scripted machine: (setup, number of its runs so far) -> (images per minute, others)."""

    def run(machine, *more, runs=3):
        started = collections.Counter()

        def start(own):
            started[own] += 1
            speed, others = machine(own, started[own] - 1)
            shares = {} if others is None else {"others_share": others}
            return run_of(speed, **shares)

        monkeypatch.setattr(runner.measure, "__kwdefaults__", runner.measure.__kwdefaults__ | {"start": start})
        common = ("--model", "selftest", "--device", "cpu", "--pictures", 1, "--folder", tmp_path, "--runs", runs)
        assert cli.main(["bench", "sweep", *map(str, common), *more]) == 0
        return capsys.readouterr()

    return run


def gaining(own, n_run):
    return 10.0 + own.n_seq_max + (own.tuning.n_ubatch == 256) + 0.01 * n_run, 0.01


@pytest.mark.slow
def test_a_sweep_prints_the_best_settings_and_stores_them(sweep_of, own_stores, capsys):
    printed = sweep_of(gaining, "--store", "throughput")
    assert "Best for throughput: selftest on cpu, 8 at a time" in printed.out
    assert "Best for latency: selftest on cpu, 1 at a time" in printed.out
    reported = next(line for line in printed.out.splitlines() if line.startswith("Stored for throughput"))
    assert "at least 1.35 times as fast in 5 further runs of each" in reported
    assert "undo it with `localalt bench sweep --forget`" in reported
    (entry,) = json.loads(own_stores.read_text())["entries"].values()
    assert (entry["goal"], entry["n_seq_max"], entry["tuning"]["n_ubatch"]) == ("throughput", 8, 256)
    assert cli.main(["bench", "sweep", "--show"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("selftest: 8 at a time, n_ubatch 256, for throughput, at least 1.35 times as fast")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("machine", "reason"),
    [
        # 1.58 in the search, from other programs: gone once both are measured in turn.
        (lambda own, n: (15.8 if own.n_seq_max == 8 and n < 3 else 10.0 + 0.1 * n, 0.0), "lies within the spread of 5"),
        # A true gain, but on a machine of which others took 77 %.
        (lambda own, n: (gaining(own, n)[0], 0.77), "other programs took up to 77% of the processors"),
        (lambda own, n: (gaining(own, n)[0], 0.06 if n == 4 else 0.0), "other programs took up to 6% of"),
        # A gain of the median with one slow run: the spreads meet.
        (lambda own, n: (10.0 if own.n_seq_max < 8 else 9.9 if n == 6 else 12.0, 0.0), "lies within the spread"),
        (lambda own, n: (10.0, 0.0), "no settings are faster than the plan's own"),
    ],
    ids=["luck", "busy", "once busy", "one slow run", "no gain"],
)
def test_noise_is_not_stored_and_the_reason_is_said(sweep_of, own_stores, machine, reason):
    printed = sweep_of(machine, "--store", "throughput")
    reported = [line for line in printed.out.splitlines() if "stored for" in line.lower()]
    assert len(reported) == 1
    assert reason in reported[0]
    assert not own_stores.exists()


@pytest.mark.slow
def test_where_nobody_knows_what_others_took_the_spread_decides_and_that_is_said(sweep_of, own_stores):
    printed = sweep_of(lambda own, n: (gaining(own, n)[0], None), "--store", "throughput")
    assert "How busy the machine was is not known on this platform." in printed.out
    assert own_stores.exists()


@pytest.mark.slow
def test_what_image_tokens_gain_is_not_stored_under_another_name(sweep_of, own_stores):
    printed = sweep_of(
        lambda own, n: (20.0 if own.tuning.n_image_tokens == 8 else 10.0, 0.0),
        *("--image-tokens", "8,16", "--store", "throughput"),
    )
    assert "n_image_tokens 8" in printed.out
    assert "no settings are faster than the plan's own" in printed.out
    assert not own_stores.exists()


@pytest.mark.slow
def test_forgetting_undoes_what_was_stored(sweep_of, own_stores, capsys):
    from localalt.machine import autotune, batch_size, this_machine
    from localalt.models.files import read_files
    from localalt.planning import planner

    candidate = read_files("selftest", selftest.WEIGHTS, selftest.MMPROJ).spec(max_tokens=64)
    here = this_machine(device="cpu")

    def forgotten(*arguments):
        assert cli.main(["bench", "sweep", "--forget", "--device", "cpu", *arguments]) == 0
        return capsys.readouterr().out

    for arguments in (["--model", "selftest"], []):
        sweep_of(gaining, "--store", "throughput")
        assert autotune.planned(candidate, here).plan.n_ubatch == 256
        if arguments:
            assert forgotten("--model", "qwen3.5-2b").startswith("Nothing was stored for qwen3.5-2b.")
            assert autotune.planned(candidate, here).plan.n_ubatch == 256
        assert forgotten(*arguments).startswith("Forgotten")
        own = autotune.planned(candidate, here)
        assert (own.plan.n_ubatch, own.is_settled) == (planner.plan(candidate, here).n_ubatch, False)
        assert cli.main(["bench", "sweep", "--show"]) == 0
        assert capsys.readouterr().out == "No settings are stored: plans choose their own.\n"
    assert batch_size.forget() == []


@pytest.fixture
def bench_of(tmp_path, capsys, monkeypatch, own_stores):
    """Runs `bench` on a scripted machine: numbers of runs (images per minute, others' share) in their order."""

    def run(runs, *more):
        scripted = iter(runs)

        def start(_):
            speed, others = next(scripted)
            return run_of(speed, **({} if others is None else {"others_share": others}))

        monkeypatch.setattr(runner.measure, "__kwdefaults__", runner.measure.__kwdefaults__ | {"start": start})
        common = ("--device", "cpu", "--pictures", 2, "--folder", tmp_path, "--runs", len(runs))
        assert bench("--model", "selftest", *common, "--widths", 1, *more) == 0
        return capsys.readouterr().err

    return run


@pytest.mark.slow
def test_seconds_a_picture_are_stored_said_by_plan_and_forgotten(bench_of, capsys):
    def plan():
        assert cli.main(["plan", "selftest", "--device", "cpu", "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        return [found[f"seconds_{name}"] for name in ("per_picture_low", "per_picture_high", "source")]

    assert plan()[-1] == "estimated"
    assert "Stored: a picture takes 4-5 s with selftest on cpu." in bench_of([(15.0, 0.01), (12.0, 0.0)])
    assert plan() == [4.0, 5.0, "measured"]
    assert cli.main(["plan", "selftest", "--device", "cpu"]) == 0
    assert "A picture takes 4-5 s, as measured here (4 pictures on " in capsys.readouterr().out
    assert cli.main(["bench", "sweep", "--forget", "--model", "selftest", "--device", "cpu"]) == 0
    assert capsys.readouterr().out.startswith("Forgotten for selftest")
    assert plan()[-1] == "estimated"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("runs", "reason"),
    [
        ([(15.0, 0.01), (14.0, 0.3)], "other programs took up to 30% of the processors"),
        ([(15.0, 0.0), (10.0, 0.0)], "the runs differed by 50%"),
        ([(15.0, 0.0)], "that needs 3 pictures, or more runs"),
        ([(15.0, None), (10.0, None)], "the runs differed by 50%"),
    ],
    ids=["busy", "unsteady", "too few", "unsteady, others unknown"],
)
def test_seconds_from_a_busy_machine_are_not_stored_and_the_reason_is_said(bench_of, own_stores, runs, reason):
    assert f"The seconds per picture of selftest are not stored: {reason}." in bench_of(runs)
    assert not (own_stores.parent / "picture-times.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize("more", [("--tokens", 8), ("--widths", 2), ("--image-tokens", 8)])
def test_what_is_not_as_people_run_it_is_not_stored(bench_of, own_stores, more):
    assert "tored" not in bench_of([(15.0, 0.0), (15.0, 0.0)], *more)
    assert not (own_stores.parent / "picture-times.json").exists()


@pytest.mark.slow
def test_how_many_runs_there_are_is_said_before_the_first(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(
        runner.measure, "__kwdefaults__", runner.measure.__kwdefaults__ | {"start": lambda own: run_of(10.0)}
    )
    common = ("--model", "selftest", "--device", "cpu", "--pictures", 1, "--folder", tmp_path, "--runs", 4)
    assert bench(*common, "--widths", "1,2") == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith(
        "localalt: 8 runs of 2 setups, each in a process of its own. How long they take is said after"
    )
    assert lines[4].startswith("localalt: 3 of 8 runs done, ")


@pytest.mark.slow
def test_a_sweep_says_how_many_runs_there_are_at_least_and_at_most(sweep_of):
    lines = sweep_of(gaining, runs=1).err.splitlines()
    least, most = re.fullmatch(
        r"localalt: (\d+) to (\d+) runs, each in a process of its own\. How long .*", lines[0]
    ).groups()
    assert int(least) <= sum(", run 1: " in line for line in lines) <= int(most)


@pytest.mark.slow
def test_the_command_costs_other_commands_nothing():
    code = "import sys; import localalt.cli as c; c.parser(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {name for name in loaded if name.startswith("localalt.bench.")} == {"localalt.bench.metrics"}


def test_a_gpu_is_measured_by_its_name(monkeypatch):
    gpu = Device("Vulkan0", "Some GPU", "Vulkan", False, 7_000_000_000, 8_000_000_000)
    own = native.devices()
    monkeypatch.setattr(native, "devices", lambda: (*own, gpu))
    assert devices_of([]) == ["cpu", "Vulkan0"]
    assert devices_of(["Vulkan0"]) == ["Vulkan0"]


def test_the_schema_is_documented_whole():
    text = (Path(record.__file__).parent / "SCHEMA.md").read_text(encoding="utf-8")
    names = {each.name for each in dataclasses.fields(record.Identity)} | set(METRICS)
    assert [name for name in sorted(names) if f"`{name}`" not in text] == []
    assert f"schema version {record.SCHEMA_VERSION}" in text
