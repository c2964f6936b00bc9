"""What localalt bench writes, it reads again; what it did not write, it says so of."""

import dataclasses
import json

import pytest
from hypothesis import given, settings, strategies as st

from localalt.bench.metrics import METRICS
from localalt.bench.record import (
    SCHEMA_VERSION,
    Identity,
    Metric,
    Result,
    ResultError,
    read,
    write,
)
from localalt.bench.result_files import load
from localalt.errors import LocalAltError
from tests.support.bench_results import CUDA, a_result


@pytest.fixture
def damaged(tmp_path):
    """(change an entry -> a file that holds it so)"""

    def make(change, name="result.json"):
        entry = json.loads(json.dumps(a_result().as_json()))
        entry = change(entry) or entry
        path = tmp_path / name
        path.write_text(json.dumps([entry]), encoding="utf-8")
        return path

    return make


@pytest.mark.parametrize("name", ["result.json", "result.jsonl"])
def test_what_is_written_is_read_again(tmp_path, name):
    results = (
        a_result(notes=("the machine was busy",), copy_bytes_per_s=1.5e10, energy_source="RAPL"),
        a_result({"load_s": [1.25]}, **CUDA, is_software=True, cpu_info="a µ-processor\u2028of two lines"),
        a_result({}),
    )
    write(results, tmp_path / "new" / name)
    assert read(tmp_path / "new" / name) == results


finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.sampled_from(sorted(METRICS)), st.lists(finite, min_size=1, max_size=5)), st.text(), finite)
def test_any_finite_samples_and_any_text_are_read_as_they_were_written(tmp_path_factory, samples, text, rate):
    path = tmp_path_factory.mktemp("any") / "r.jsonl"
    metrics = {name: Metric(tuple(each)) for name, each in samples.items() if name != "decode_tps_all"}
    text = text.encode("utf-8", "ignore").decode()
    result = Result(a_result(gpu_info=text, copy_bytes_per_s=rate).identity, metrics, (text,))
    write([result], path)
    assert read(path) == (result,)


def test_writing_leaves_no_unfinished_file_and_replaces_what_was_there(tmp_path):
    path = tmp_path / "r.json"
    write([a_result(), a_result(n_seq_max=4)], path)
    write([a_result()], path)
    assert [each.name for each in tmp_path.iterdir()] == ["r.json"]
    assert len(read(path)) == 1


def test_a_file_has_llama_benchs_figures_of_decoding(tmp_path):
    entry = a_result({"decode_tps_all": (8.0, 12.0)}).as_json()
    assert entry["avg_ts"] == 10
    assert entry["stddev_ts"] == pytest.approx(8**0.5)
    assert entry["samples_ts"] == [8.0, 12.0]
    assert a_result({"decode_tps_all": (8.0,)}).as_json()["stddev_ts"] == 0
    assert "avg_ts" not in a_result({}).as_json()


def test_one_result_without_a_list_around_it_is_read_too(tmp_path):
    path = tmp_path / "r.json"
    path.write_text(json.dumps(a_result().as_json()), encoding="utf-8")
    assert read(path) == (a_result(),)


def test_empty_lines_between_results_are_passed_over(tmp_path):
    path = tmp_path / "r.jsonl"
    write([a_result(), a_result(n_seq_max=4)], path)
    path.write_text(path.read_text(encoding="utf-8").replace("\n", "\n\n"), encoding="utf-8")
    assert len(read(path)) == 2


def test_fields_that_nobody_knows_yet_are_passed_over(damaged):
    assert read(damaged(lambda entry: {**entry, "colour": "red"})) == (a_result(),)


def test_fields_with_a_default_may_be_missing_and_whole_numbers_stand_for_others(damaged):
    def change(entry):
        del entry["energy_source"], entry["notes"]
        entry["matmul_flops"] = 3

    (result,) = read(damaged(change))
    assert result.identity.matmul_flops == 3.0
    assert isinstance(result.identity.matmul_flops, float)


@pytest.mark.parametrize(
    ("version", "advice"),
    [(SCHEMA_VERSION + 1, "update localalt"), (SCHEMA_VERSION - 1, "measure again"), ("1", "measure again")]
    + [(None, "measure again")],
)
def test_another_version_of_the_schema_is_refused_with_what_to_do(damaged, version, advice):
    with pytest.raises(ResultError, match=rf"schema version {version!r}.*: {advice}\.$"):
        read(damaged(lambda entry: {**entry, "schema_version": version}))


@pytest.mark.parametrize("content", [[1], ["text"], [None], [[]], [{}], [{"schema": "other"}], 3, "text"])
def test_json_of_something_else_is_refused(tmp_path, content):
    path = tmp_path / "r.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ResultError, match=r"r\.json has no result of localalt bench"):
        read(path)


@pytest.mark.parametrize("name", ["r.json", "r.jsonl"])
@pytest.mark.parametrize("keep", [1, 100, -3])
def test_a_file_that_was_cut_off_is_damaged(tmp_path, name, keep):
    path = tmp_path / name
    write([a_result()], path)
    path.write_text(path.read_text(encoding="utf-8")[:keep], encoding="utf-8")
    with pytest.raises(ResultError, match=r"damaged .*measure again"):
        read(path)


def test_json_that_is_too_deep_is_damaged(tmp_path):
    path = tmp_path / "r.json"
    path.write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(ResultError, match="damaged"):
        read(path)


def test_bytes_that_are_not_text_and_folders_and_missing_files_cannot_be_read(tmp_path):
    (tmp_path / "r.json").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "r.json", tmp_path, tmp_path / "missing.json"):
        with pytest.raises(ResultError, match="cannot be read"):
            read(path)


@pytest.mark.parametrize("name", [each.name for each in dataclasses.fields(Identity)])
def test_a_field_of_another_type_is_damaged(damaged, name):
    with pytest.raises(ResultError, match=rf"damaged .*{name}"):
        read(damaged(lambda entry: {**entry, name: [1]}))


@pytest.mark.parametrize(("name", "value"), [("n_seq_max", True), ("n_seq_max", 1.0), ("is_software", 1), ("os", None)])
def test_a_value_that_python_takes_for_another_type_is_damaged_too(damaged, name, value):
    with pytest.raises(ResultError, match=name):
        read(damaged(lambda entry: {**entry, name: value}))


@pytest.mark.parametrize(
    "name", [each.name for each in dataclasses.fields(Identity) if each.default is dataclasses.MISSING] + ["metrics"]
)
def test_a_missing_field_is_damaged(damaged, name):
    with pytest.raises(ResultError, match=rf"damaged .*{name}"):
        read(damaged(lambda entry: {each: value for each, value in entry.items() if each != name}))


@pytest.mark.parametrize(
    "metric",
    [
        {"samples": []},
        {"samples": [float("nan"), 1.0]},
        {"samples": [float("inf")]},
        {"samples": ["many"]},
        {"samples": "123"},
        {"samples": [True]},
        {"samples": [None]},
        {"samples": [10**400]},
        {"samples": 5},
        {"median": 5},
        [5],
        None,
    ],
)
def test_samples_that_are_not_finite_numbers_are_damaged(damaged, metric):
    with pytest.raises(ResultError, match="damaged"):
        read(damaged(lambda entry: {**entry, "metrics": {"load_s": metric}}))


@pytest.mark.parametrize("notes", ["busy", [1], None, 5])
def test_notes_that_are_not_a_list_of_texts_are_damaged(damaged, notes):
    with pytest.raises(ResultError, match="damaged"):
        read(damaged(lambda entry: {**entry, "notes": notes}))


@pytest.mark.parametrize("change", [{"matmul_flops": 10**400}, {"matmul_flops": float("nan")}, {"metrics": [1]}])
def test_numbers_that_are_none_are_damaged(damaged, change):
    with pytest.raises(ResultError, match="damaged"):
        read(damaged(lambda entry: {**entry, **change}))


def test_a_folder_gives_its_results_and_what_is_wrong_with_the_others(tmp_path):
    write([a_result()], tmp_path / "b.json")
    write([a_result(n_seq_max=4), a_result(n_seq_max=8)], tmp_path / "a.jsonl")
    (tmp_path / "c.json").write_text("{", encoding="utf-8")
    (tmp_path / "d.json").write_text('{"schema": "localalt-bench", "schema_version": 99}', encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    entries, wrong = load([tmp_path])
    assert [each.identity.n_seq_max for each in entries] == [4, 8, 1]
    assert len(wrong) == 2
    assert "c.json is damaged" in wrong[0]
    assert "d.json has schema version 99" in wrong[1]


def test_one_damaged_result_spoils_its_file_alone(tmp_path):
    write([a_result()], tmp_path / "good.json")
    written = [a_result().as_json(), {**a_result().as_json(), "n_gen": "many"}]
    (tmp_path / "bad.json").write_text(json.dumps(written), encoding="utf-8")
    entries, wrong = load([tmp_path])
    assert len(entries) == 1
    assert len(wrong) == 1


def test_an_empty_folder_has_no_results_and_is_reported(tmp_path):
    entries, (wrong,) = load([tmp_path])
    assert entries == ()
    assert wrong.startswith(f"{tmp_path} has no .json or .jsonl files: ")


def test_the_key_is_of_the_configuration_and_not_of_the_time():
    one = a_result()
    assert one.key == a_result(test_time="2030-01-01T00:00:00Z", matmul_flops=5.0, energy_source="RAPL").key
    assert one.key == a_result({"load_s": [1]}, notes=("busy",)).key
    assert one.key != a_result(n_threads=4).key


def test_the_error_is_one_of_localalts():
    assert issubclass(ResultError, LocalAltError)
