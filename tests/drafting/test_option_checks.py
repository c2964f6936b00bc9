"""Options of loading that are wrong, alone or together: said before anything is started, with what to write."""

import pytest

import localalt
from localalt.drafting.option_checks import check_load_options
from localalt.drafting.options import isolation_of


@pytest.mark.parametrize(
    ("device", "message"),
    [
        ([], r"device is \[\]: write a list of the names of GPUs"),
        ((), r"device is \(\): write a list of the names of GPUs"),
        ([0], r"device is \[0\]: write a list of the names of GPUs"),
        (["CUDA0", None], r"device is \['CUDA0', None\]: write a list of the names of GPUs"),
        ([["CUDA0"]], r"write a list of the names of GPUs"),
        (0, r"There is no device 0: write"),
        (b"cpu", r"There is no device b'cpu': write"),
        ({"CUDA0"}, r"There is no device \{'CUDA0'\}: write"),
        (None, r"There is no device None: write"),
        (["CUDA0", "cuda0"], r"device lists 'CUDA0' twice: list each GPU once"),
        (["CUDA0", "cpu"], r"device lists 'cpu', which is not the name of one GPU: write it alone"),
        (["CPU"], r"device lists 'CPU', which is not the name of one GPU"),
        (["auto"], r"device lists 'auto', which is not the name of one GPU"),
        (["gpu", "CUDA0"], r"device lists 'gpu', which is not the name of one GPU"),
        (["all"], r"device lists 'all', which is not the name of one GPU"),
    ],
)
def test_a_device_that_cannot_be_meant_is_refused(device, message):
    with pytest.raises(localalt.OptionError, match=message):
        check_load_options({"device": device})


@pytest.mark.parametrize("workers", [0, -1, 65, True, 1.0, "2", None])
def test_workers_are_a_whole_number(workers):
    with pytest.raises(localalt.OptionError, match=r"workers is .*: it must be a whole number from 1 to 64"):
        check_load_options({"workers": workers})


@pytest.mark.parametrize("options", [{"workers": 2}, {"device": "all"}, {"device": "ALL"}, {"device": ["CUDA0"]}])
def test_several_children_mean_processes_and_nothing_else(options):
    assert isolation_of(options) == "process"
    assert isolation_of({**options, "isolation": "process"}) == "process"
    check_load_options({**options, "n_seq_max": 2, "python": "python3"})
    with pytest.raises(localalt.OptionError, match=r'isolation is "none".*leave it out'):
        check_load_options({**options, "isolation": "none"})


@pytest.mark.parametrize("options", [{}, {"workers": 1}, {"device": "cpu"}, {"device": "CUDA0"}])
def test_one_child_is_had_by_asking_for_it(options):
    assert isolation_of(options) == "none"
    assert isolation_of({**options, "isolation": "process"}) == "process"
    check_load_options({**options, "isolation": "none"})


def test_an_interpreter_needs_a_process():
    with pytest.raises(localalt.OptionError, match=r'python belongs to isolation="process"'):
        check_load_options({"isolation": "none", "python": "python3"})
