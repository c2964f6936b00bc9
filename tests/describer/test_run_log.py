"""What localalt logs of a run, as a program that has set up logging sees it."""

import logging
import shutil

import pytest

import localalt
from localalt import selftest


@pytest.fixture
def logged(caplog, expected, tmp_path):
    """(level, name, message) of a run over two pictures, with hostile names of files."""
    weights, mmproj = tmp_path / "we\x1b[31mights.gguf", tmp_path / "mm\u202eproj.gguf"
    shutil.copy(selftest.WEIGHTS, weights)
    shutil.copy(selftest.MMPROJ, mmproj)
    picture = tmp_path / f"pic\x1bture{next(iter(expected)).suffix}"
    shutil.copy(next(iter(expected)), picture)
    with caplog.at_level(logging.DEBUG, "localalt"), localalt.load((weights, mmproj), device="cpu") as describer:
        list(describer.describe_many([picture, picture]))
    return [(record.levelno, record.name, record.getMessage()) for record in caplog.records]


@pytest.mark.slow
def test_info_is_about_a_dozen_lines_of_localalts_own(logged):
    info = [(name, message) for level, name, message in logged if level == logging.INFO]
    assert 6 <= len(info) <= 12
    assert {name for name, _ in info} == {"localalt.run_log"}
    assert [message.partition(":")[0] for _, message in info][:5] == [
        "Model",
        "Weights",
        "Projector",
        "Machine",
        "Plan",
    ]
    assert info[5][1].startswith("Loaded in ")
    assert sum("image tokens, " in message and "tokens out" in message for _, message in info) == 2


@pytest.mark.slow
def test_what_llama_cpp_says_of_itself_is_debug(logged):
    levels = {level for level, name, _ in logged if name == "localalt.llama_cpp"}
    assert logging.DEBUG in levels
    assert logging.INFO not in levels


@pytest.mark.slow
def test_no_line_has_a_control_byte(logged):
    text = "".join(message for _, _, message in logged)
    assert r"we\x1b[31mights.gguf" in text
    assert r"mm\u202eproj.gguf" in text
    assert not {"\x1b", "\u202e", "\n"} & set(text)
