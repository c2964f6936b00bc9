"""Graphs of single operations: sizes, types, refusals and handles. tests/doctor/operations has what they compute."""

import numpy as np
import pytest

from localalt.errors import BackendMissingError, ClosedError, NativeError
from localalt.native.graph import Backend, Graph, TensorType, packed

F32 = TensorType.F32
ROWS = np.random.default_rng(0).uniform(-1, 1, (16, 256)).astype(np.float32)
OFF = {"F32": 0, "F16": 2**-11, "BF16": 2**-8, "Q8_0": 0.005, "Q6_K": 0.04, "Q4_K": 0.1, "Q4_0": 0.15, "IQ4_NL": 0.15}
"""The most that rounding in a type takes or adds here."""
FLOATS = [kind for kind in TensorType if kind is not TensorType.I32]


@pytest.fixture(scope="module")
def cpu():
    with Backend(n_threads=1) as backend:
        yield backend


@pytest.fixture
def graph(cpu):
    with Graph(cpu) as graph:
        yield graph


@pytest.mark.parametrize("kind", FLOATS)
def test_packed_numbers_are_the_numbers_within_the_type_s_rounding(graph, kind):
    tensor = graph.tensor(kind, 256, 16)
    found = graph.cast(tensor, F32)
    graph.allocate()
    graph.write(tensor, packed(ROWS, kind))
    assert np.abs(graph.compute(found)[0, 0] - ROWS).max() <= OFF[kind.name]


def test_integers_keep_their_values():
    assert packed(np.array([3, -1]), TensorType.I32) == np.array([3, -1], np.int32).tobytes()


def test_rows_that_blocks_do_not_fit_into_are_refused():
    with pytest.raises(ValueError, match=r"Rows of 255 cannot be Q4_K\."):
        packed(ROWS[:, :255], TensorType.Q4_K)


@pytest.mark.parametrize("n_bytes", [0, 15, 17, 1 << 20])
def test_only_as_many_bytes_as_a_tensor_has_are_written(graph, n_bytes):
    tensor = graph.tensor(F32, 4)
    graph.allocate()
    with pytest.raises(ValueError, match=f"{n_bytes} bytes for a tensor of 16"):
        graph.write(tensor, bytes(n_bytes))


def test_a_permuted_result_of_a_sort_is_read_by_its_strides(graph):
    rows = graph.tensor(F32, 4, 2)
    found = graph.argsort_top_k(rows, 2)
    graph.allocate()
    graph.write(rows, packed(np.array([[1, 4, 2, 3], [9, 6, 7, 8]]), F32))
    assert graph.compute(found).tolist() == [[[[1, 3], [0, 3]]]]


def test_what_a_backend_does_not_have_is_named(graph):
    matrix, columns = graph.tensor(F32, 8, 4), graph.tensor(TensorType.F16, 8, 2)
    assert graph.refused(graph.mul_mat(matrix, columns)) == ["MUL_MAT"]
    assert graph.refused(graph.mul_mat(columns, graph.tensor(F32, 8, 4))) == []


def test_memory_that_there_is_not_is_an_error(graph):
    graph.tensor(F32, 1 << 30, 1 << 20)
    with pytest.raises(NativeError, match="CPU has no memory"):
        graph.allocate()


def test_an_unknown_device_is_named():
    with pytest.raises(BackendMissingError, match="There is no device Vulkan99"):
        Backend("Vulkan99")


def test_a_closed_backend_takes_its_graphs_along():
    backend = Backend()
    graph = Graph(backend)
    graph.tensor(F32, 4)
    graph.allocate()
    backend.close()
    backend.close()
    for each in (backend, graph):
        with pytest.raises(ClosedError):
            _ = each.pointer


def test_a_result_can_be_computed_again_from_other_numbers(graph):
    tensor = graph.tensor(F32, 4)
    doubled = graph.mul(tensor, tensor)
    graph.allocate()
    for number in (3, 5):
        graph.write(tensor, packed(np.full(4, number), F32))
        graph.run(doubled, 2)
        assert graph.compute(doubled).ravel().tolist() == [number**2] * 4
