"""What the benchmark against peers asks of the llama.cpp server, reads from it, and prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from peers import BATCHED, WAYS, Workload
from peers.reporting import report
from peers.server_way import arguments, question, read_answer
from peers.sweeping import Run, runs_of
from peers.workload import Tokens, instructions
from peers.xllamacpp_way import greedily

PICTURE = Path("a.jpg")


def workload(**changes) -> Workload:
    settings = {
        "weights": Path("weights.gguf"),
        "mmproj": Path("mmproj.gguf"),
        "opening": "<start>",
        "instruction": "Describe.",
        "closing": "<end>",
        "n_tokens": 16,
        "n_slots": 4,
        "n_threads": 2,
        "image_tokens": None,
        "peer_image_tokens": None,
        "native": None,
    }
    return Workload(**settings | changes)


def option(words: list[str], name: str) -> str:
    return words[words.index(name) + 1]


def test_the_server_gets_the_files_slots_threads_and_room_of_the_job():
    words = arguments(workload(), 4321)
    assert option(words, "--model") == "weights.gguf"
    assert option(words, "--mmproj") == "mmproj.gguf"
    assert option(words, "--parallel") == "4"
    assert option(words, "--ctx-size") == str(4 * 2048)
    assert option(words, "--threads") == option(words, "--threads-batch") == "2"


def test_the_server_listens_on_this_machine_alone():
    words = arguments(workload(), 4321)
    assert option(words, "--host") == "127.0.0.1"
    assert option(words, "--port") == "4321"
    assert "--offline" in words


def test_the_server_gets_limits_of_image_tokens_only_where_the_shape_has_some():
    assert "--image-max-tokens" not in arguments(workload(), 1)
    words = arguments(workload(peer_image_tokens=(64, 270)), 1)
    assert option(words, "--image-min-tokens") == "64"
    assert option(words, "--image-max-tokens") == "270"


def test_a_question_holds_the_picture_in_the_prompt_and_asks_for_exactly_so_many_tokens(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"bytes")
    asked = json.loads(json.dumps(question(path, workload(), "<here>")))
    assert asked["prompt"] == {"prompt_string": "<start><here>Describe.<end>", "multimodal_data": ["Ynl0ZXM="]}
    assert (asked["n_predict"], asked["ignore_eos"], asked["temperature"]) == (16, True, 0.0)
    assert asked["cache_prompt"] is False


def test_no_peer_answers_from_what_it_saw_before():
    """Of llama-server's two caches, the prompts in RAM are one and a slot's last prompt is the other."""
    words = arguments(workload(), 1)
    assert (option(words, "--cache-ram"), option(words, "--ctx-checkpoints")) == ("0", "0")
    assert greedily(workload())["cache_prompt"] is False


def test_the_tokens_of_an_answer_are_read():
    body = json.dumps({"tokens_evaluated": 209, "tokens_predicted": 16}).encode()
    assert read_answer(PICTURE, 200, body) == Tokens(209, 16)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b'{"error": {"message": "no room"}}'),
        (200, b"<html>no room"),
        (200, b'["no room"]'),
        (200, b'{"no room": 1}'),
    ],
)
def test_an_answer_that_is_none_is_reported_with_the_picture_and_what_was_said(status, body):
    with pytest.raises(RuntimeError, match=r"a\.jpg.*no room"):
        read_answer(PICTURE, status, body)


def test_instructions_are_read_from_a_line_of_the_log_too():
    line = "system_info: n_threads = 2 (n_threads_batch = 2) / 2 | CPU : SSE3 = 1 | AVX2 = 1 | "
    assert instructions(line) == instructions("CPU : SSE3 = 1 | AVX2 = 1 | ") == "AVX2 SSE3"


def test_ways_that_know_no_width_run_once():
    assert runs_of_names(["server", "handler"], [1, 4]) == ["server, 1 at a time", "server, 4 at a time", "handler"]
    assert set(BATCHED) == set(WAYS) - {"handler", "describe"}


def runs_of_names(ways, widths):
    return [run.label for run in runs_of(ways, widths)]


def result(images_per_s: float, **changes) -> dict:
    return {
        "images_per_s": images_per_s,
        "others_share": 0.01,
        "peak_rss_bytes": 512 << 20,
        "n_prompt_tokens": [200, 209],
        "n_output_tokens": [16, 16],
        "kernels": "AVX2 AVX512",
    } | changes


def test_one_table_has_each_way_and_how_many_times_as_fast_localalt_is_in_the_same_round(capsys):
    results = {
        Run("localalt", 4): [result(2.0), result(3.0)],
        Run("server", 4): [result(1.0), result(2.0)],
        Run("handler", 0): [{"error": "exit status 1: ModuleNotFoundError"}] * 2,
    }
    report("a-shape", results, 16)
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split()[:3] == ["server", "4", "1.500"] and "409" in line and "512" in line for line in lines)
    assert any("handler" in line and "failed: exit status 1: ModuleNotFoundError" in line for line in lines)
    assert any(line.split() == ["server", "1.75", "(1.50", "2.00)"] for line in lines)
    assert not any(line.startswith("note:") for line in lines)


def test_what_makes_the_comparison_uneven_is_reported(capsys):
    uneven = result(1.0, n_prompt_tokens=[200, 300], n_output_tokens=[16, 3], kernels="AVX2 AMX_INT8")
    report("a-shape", {Run("localalt", 1): [result(2.0)], Run("server", 1): [uneven]}, 16)
    notes = [line for line in capsys.readouterr().out.splitlines() if line.startswith("note:")]
    assert "another number of tokens than 16 for 1 pictures" in notes[0]
    assert "for 1 of 2 pictures" in notes[1]
    assert notes[2].endswith("without AVX512, with AMX_INT8")
