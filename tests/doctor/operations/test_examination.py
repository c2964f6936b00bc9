"""The operations card: judged numbers, what follows from them, crashes, and faults on purpose in real runs."""

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest

from localalt.child_process import EndedError
from localalt.devices import Device
from localalt.doctor import operations
from localalt.doctor.operations import OperationResult, OperationsCard, Status, graphs, program
from localalt.doctor.operations.cases import CASES, Argmax, Attention, Case, ExpertProduct, Norm, Product, TopK
from localalt.doctor.operations.judging import judge
from localalt.errors import NativeError
from localalt.native.graph import Graph

CPU = Device("CPU", "Some CPU", "CPU", False, 0, 16_000_000_000, "cpu")
BLAS = Device("BLAS", "OpenBLAS", "BLAS", False, 0, 0, "accelerator")
NORM = Norm(function="rms_norm", n_in=8, n_rows=2)
PRODUCT = Product(weights="F16", n_columns=1, n_in=2560, n_out=256)


def card(*results):
    return OperationsCard(CPU, tuple(OperationResult(*result) for result in results))


# --- the cases ---


def test_every_case_has_a_name_of_its_own():
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_large_case_repeats_an_ordinary_one():
    ordinary = {case for case in CASES if not case.large}
    assert all(dataclasses.replace(case, large="") in ordinary for case in CASES if case.large)


@pytest.mark.parametrize("weights", ["Q4_K", "Q6_K", "Q4_0", "Q8_0", "IQ4_NL", "F16", "BF16"])
@pytest.mark.parametrize("kind", [Product, ExpertProduct])
@pytest.mark.parametrize("large", ["", "sums"])
def test_products_of_every_quantization_have_all_columns(weights, kind, large):
    found = {case.n_columns for case in CASES if type(case) is kind and (case.weights, case.large) == (weights, large)}
    assert found == {1, 4, 8, 9, 16, 64, 512}


def test_every_head_and_grouping_of_the_catalog_has_attention():
    from localalt.models.catalog_hparams import SHAPES

    cases = {(case.head, case.group) for case in CASES if isinstance(case, Attention) and not case.is_tower}
    towers = {case.head for case in CASES if isinstance(case, Attention) and case.is_tower}
    for shape in SHAPES.values():
        layers = {
            (layer.n_embd_head_k, layer.n_head // layer.n_head_kv) for layer in shape.text.layers if layer.n_head_kv
        }
        assert layers <= cases
        if shape.vision.n_layer:
            assert shape.vision.n_embd // shape.vision.n_head in towers


# --- judging ---


@pytest.mark.parametrize(("off", "status"), [(0.0, Status.RIGHT), (2e-4, Status.RIGHT), (4e-4, Status.WRONG)])
def test_numbers_are_right_within_the_tolerance_of_their_operation(off, status):
    reference = np.ones((2, 8), np.float32)
    found = judge(NORM, reference * np.float32(1 + off), reference)
    assert found.status is status
    assert found.nmse == pytest.approx(off**2, rel=1e-2)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_one_number_that_is_none_is_wrong(number):
    reference = np.ones((2, 8), np.float32)
    broken = reference.copy()
    broken[1, 3] = number
    found = judge(NORM, broken, reference)
    assert (found.status, found.nmse) == (Status.WRONG, None)
    assert found.detail == "6.2% of the numbers are infinite or none"


def test_nothing_is_judged_by_a_reference_that_is_not_finite():
    broken = np.full((2, 8), np.inf, np.float32)
    assert judge(NORM, broken, broken).status is Status.UNTRIED


def test_all_zeros_are_right_only_where_zeros_are_expected():
    zeros, ones = np.zeros((2, 8), np.float32), np.ones((2, 8), np.float32)
    assert judge(NORM, zeros, zeros).status is Status.RIGHT
    assert judge(NORM, zeros, ones).nmse == 1
    assert judge(NORM, ones, zeros).status is Status.WRONG


def test_the_largest_are_a_set_unless_they_are_sorted():
    rows, turned, another = (np.array([[each]], np.int32) for each in ([3, 1, 2], [2, 3, 1], [3, 1, 9]))
    for case in (TopK(k=3), TopK(k=3, by_sorting=True)):
        assert judge(case, rows, rows).status is Status.RIGHT
        assert judge(case, another, rows).nmse == pytest.approx(1 / 3)
    assert judge(TopK(k=3), turned, rows).status is Status.RIGHT
    assert judge(TopK(k=3, by_sorting=True), turned, rows).status is Status.WRONG
    assert judge(TopK(k=3), np.array([[[3, 3, 3]]]), rows).status is Status.WRONG


def test_one_wrong_place_is_wrong():
    rows = np.array([5, 7], np.int32)
    assert judge(Argmax(), rows, rows).status is Status.RIGHT
    assert judge(Argmax(), rows + [0, 1], rows).status is Status.WRONG


# --- the card ---


def test_what_is_wrong_with_large_sums_alone_overflows_and_is_no_fault():
    large = dataclasses.replace(PRODUCT, large="sums")
    found = card((PRODUCT, Status.RIGHT), (large, Status.WRONG))
    assert found.overflows == {"F16"}
    assert found.is_right
    assert not found.attention_overflows


def test_what_is_wrong_with_ordinary_numbers_too_is_a_fault():
    large = dataclasses.replace(PRODUCT, large="sums")
    found = card((PRODUCT, Status.WRONG), (large, Status.WRONG))
    assert found.overflows == frozenset()
    assert [each.case for each in found.faults] == [PRODUCT, large]


def test_attention_that_overflows_is_told_apart():
    ordinary = Attention(head=64, group=3, n_queries=1, n_keys=1024)
    found = card((ordinary, Status.RIGHT), (dataclasses.replace(ordinary, large="values"), Status.WRONG))
    assert found.attention_overflows
    assert found.overflows == frozenset()


def test_what_is_not_supported_is_neither_right_nor_a_fault():
    found = card((NORM, Status.UNSUPPORTED))
    assert found.is_right
    assert [each.status for each in found.by_kind["norms"]] == [Status.UNSUPPORTED]


# --- processes that end ---


def runs(*crashes):
    """A `Run` whose process does right until it comes to a case with one of these numbers, and ends there."""
    started = []

    def run(text, output, references):
        settings = json.loads(text)
        started.append(settings["first"])
        cases = program.wanted(settings["kinds"])
        right = json.dumps({"status": "right", "nmse": 0.0, "detail": ""})
        for number in range(settings["first"], len(cases)):
            if number in crashes:
                raise EndedError("SIGABRT: a driver's last words")
            with output.open("a") as file:
                file.write(right + "\n")

    return run, started


def examined(run, kinds=("norms", "softmax")):
    (found,) = operations.examine([BLAS, CPU], n_threads=1, kinds=kinds, run=run)
    return found.results


def test_a_crash_costs_the_case_that_it_came_in():
    run, started = runs(3)
    found = examined(run)
    assert [number for number, each in enumerate(found) if each.status is not Status.RIGHT] == [3]
    assert (found[3].status, found[3].detail) == (Status.CRASHED, "SIGABRT: a driver's last words")
    assert started == [0, 4]
    assert [each.case for each in found] == list(program.wanted(("norms", "softmax")))


def test_after_crashes_of_a_kind_the_rest_of_it_is_not_tried():
    run, started = runs(2, 3)
    found = examined(run)
    n_norms = len(program.wanted(("norms",)))
    assert {each.status for each in found[4:n_norms]} == {Status.UNTRIED}
    assert {each.status for each in found[n_norms:]} == {Status.RIGHT}
    assert started == [0, 3, n_norms]


def test_a_device_that_crashes_always_is_given_up():
    run, started = runs(*range(len(CASES)))
    found = examined(run, kinds=())
    assert len(started) == 12
    assert {each.status for each in found} == {Status.CRASHED, Status.UNTRIED}


def test_a_process_that_ends_early_without_an_error_has_crashed():
    found = examined(lambda *_: None)
    assert found[0].detail == "it ended too early"
    assert found[0].status is Status.CRASHED


def test_a_line_that_was_cut_off_is_not_read(tmp_path):
    path = tmp_path / "results"
    path.write_text('{"status": "wrong", "nmse": 0.5, "detail": ""}\n{"status": "ri')
    assert program.read(path, CASES) == [OperationResult(CASES[0], Status.WRONG, 0.5)]
    assert program.read(tmp_path / "nothing", CASES) == []


# --- real runs ---


KINDS = ("products Q4_0", "norms", "attention 72", "top-k")


@pytest.mark.slow
def test_the_cpu_is_right_in_a_process_of_its_own():
    (found,) = operations.examine([CPU], n_threads=2, kinds=KINDS)
    assert {each.status for each in found.results} == {Status.RIGHT}
    products = [each.nmse for each in found.by_kind["products Q4_0"]]
    assert all(0 < each < 5e-4 for each in products)  # it rounds activations, which the reference does not


def real(tmp_path, kinds=KINDS):
    return tuple(program.results(program.Settings("CPU", 2, kinds=tuple(kinds)), tmp_path))


def with_fault(monkeypatch, fault):
    """The device's tensors are changed as they are written; the reference's are not."""
    write, compute = Graph.write, graphs.compute

    def faulty(case, backend, *, is_reference=False):
        monkeypatch.setattr(Graph, "write", write if is_reference else faulty_write)
        return compute(case, backend, is_reference=is_reference)

    def faulty_write(graph, tensor, data):
        write(graph, tensor, fault(data))

    monkeypatch.setattr(program, "compute", faulty)


@pytest.mark.slow
def test_one_scale_that_is_perturbed_is_found(monkeypatch, tmp_path):
    n_row = 2560 // 32 * 18

    def fault(data):
        if len(data) != 256 * n_row:
            return data
        scale = np.frombuffer(data[:2], np.float16) * 64
        return scale.tobytes() + data[2:]

    assert {each.status for each in real(tmp_path, ["products Q4_0"])} == {Status.RIGHT}
    with_fault(monkeypatch, fault)
    ordinary = [each for each in real(tmp_path, ["products Q4_0"]) if not each.case.large]
    assert {each.status for each in ordinary} == {Status.WRONG}
    assert all(each.nmse > 5e-4 for each in ordinary)


@pytest.mark.slow
@pytest.mark.parametrize("kind", dict.fromkeys(case.kind for case in CASES))
def test_a_tensor_of_zeros_is_found_in_every_operation(monkeypatch, tmp_path, kind):
    sizes = []

    def fault(data):
        sizes.append(len(data))
        return bytes(len(data)) if len(sizes) == 1 else data

    cases = [next(case for case in CASES if case.kind == kind)]
    monkeypatch.setattr(program, "CASES", tuple(cases))
    with_fault(monkeypatch, fault)
    (found,) = real(tmp_path, [kind])
    assert found.status is Status.WRONG


def test_what_the_backend_refuses_is_not_supported(monkeypatch, tmp_path):
    monkeypatch.setattr(Graph, "refused", lambda *_: ["RMS_NORM", "RMS_NORM", "MUL"])
    found = real(tmp_path, ["norms"])
    assert {(each.status, each.detail) for each in found} == {(Status.UNSUPPORTED, "RMS_NORM, MUL")}


def test_an_error_of_the_backend_costs_one_case(monkeypatch, tmp_path):
    compute = Graph.compute
    calls = []

    def failing(graph, result):
        calls.append(result)
        if len(calls) == 3:
            raise NativeError("CPU failed to compute.", call="ggml_backend_graph_compute", code=-1)
        return compute(graph, result)

    monkeypatch.setattr(Graph, "compute", failing)
    found = real(tmp_path, ["norms"])
    assert [each.status for each in found].count(Status.CRASHED) == 1
    assert found[1].detail == "CPU failed to compute."


def test_the_reference_is_computed_once_for_all_devices(monkeypatch, tmp_path):
    compute = graphs.compute
    references: list[Case] = []

    def counting(case, backend, *, is_reference=False):
        if is_reference:
            references.append(case)
        return compute(case, backend, is_reference=is_reference)

    monkeypatch.setattr(program, "compute", counting)
    assert real(tmp_path, ["norms"]) == real(tmp_path, ["norms"])
    assert len(references) == len(program.wanted(["norms"]))


def test_the_processes_have_the_variables_of_a_way(monkeypatch):
    started = []

    def run(command, **options):
        started.append(options["env"]["GGML_CUDA_CUBLAS_COMPUTE_TYPE"])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    list(operations.examine([CPU], n_threads=1, kinds=["argmax"], variables={"GGML_CUDA_CUBLAS_COMPUTE_TYPE": "f32"}))
    assert started == ["f32", "f32"]


CRASHING = """
import os, sys
from localalt.doctor.operations import graphs, program

compute, calls = graphs.compute, []
def crashing(case, backend, *, is_reference=False):
    calls.append(case)
    if case.name == "softmax, 9 rows of 256":
        {deed}
    return compute(case, backend, is_reference=is_reference)
program.compute = crashing
{before}
program.main(sys.argv[1:])
"""


def with_program(monkeypatch, **parts):
    """Processes run this in place of the program."""
    run = subprocess.run

    def changed(command, **options):
        assert command[1:3] == ["-m", "localalt.doctor.operations.program"]
        return run([command[0], "-c", CRASHING.format(**parts), *command[3:]], **options)

    monkeypatch.setattr(subprocess, "run", changed)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("deed", "before", "ending"),
    [
        pytest.param("os.abort()", "", "SIGABRT", marks=pytest.mark.skipif(sys.platform == "win32", reason="signals")),
        ("__import__('time').sleep(60)", "program.CASE_TIMEOUT_S = 0.5", "exit status 3: no answer within 0.5 seconds"),
    ],
)
def test_a_real_crash_or_hang_costs_one_case(monkeypatch, deed, before, ending):
    with_program(monkeypatch, deed=deed, before=before)
    (found,) = operations.examine([CPU], n_threads=1, kinds=["softmax"])
    bad = [each for each in found.results if each.status is not Status.RIGHT]
    assert [(each.case.name, each.status) for each in bad] == [("softmax, 9 rows of 256", Status.CRASHED)]
    assert bad[0].detail.startswith(ending)
