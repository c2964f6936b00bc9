"""The catalog against a hub on loopback: each difference is said, a failure costs one row, nothing is downloaded."""

import dataclasses
import json

import huggingface_hub
import pytest

from localalt.cli import main
from localalt.errors import DownloadError, ModelNotFoundError, OfflineError
from localalt.hub import patience
from localalt.models import comparison
from localalt.models.catalog import CATALOG
from localalt.models.catalog_entry import CatalogEntry
from tests.support.hub import use_hub

WEIGHTS, MMPROJ = "Tiny-Q4_K_M.gguf", "mmproj-F16.gguf"
ENTRY = CatalogEntry(
    name="tiny",
    repository="owner/Tiny-GGUF",
    family="generic",
    shape="smolvlm-256m",
    n_parameters_b=1.0,
    weights_bytes={"Q4_K_M": 400},
    mmproj_bytes=100,
    weights_name="Tiny-{quant}.gguf",
    mmproj_name=MMPROJ,
)
FILES = {WEIGHTS: bytes(400), MMPROJ: bytes(100), "README.md": b"#"}


@pytest.fixture
def hub(hub, tmp_path, monkeypatch):
    use_hub(monkeypatch, hub.url, tmp_path)
    monkeypatch.setattr(patience, "LISTING_WAITS_S", (0, 0))
    yield hub
    huggingface_hub.close_session()


@pytest.fixture
def rows(hub, monkeypatch):
    """Puts rows like `ENTRY` in the catalog's place, each with a repository that is as it says."""

    def put(*entries):
        monkeypatch.setattr(comparison, "CATALOG", {each.name: each for each in entries})
        monkeypatch.setattr("localalt.models.reference.CATALOG", {each.name: each for each in entries})
        for each in entries:
            hub.add(each.repository, FILES)
        return comparison.named(())

    return put


def entry(name="tiny", **changes):
    return dataclasses.replace(ENTRY, name=name, repository=f"owner/{name}-GGUF", **changes)


def compared(rows, **changes):
    (found,) = comparison.compare_all(rows(entry(**changes)))
    return found


def said(found):
    return {each.what: (each.catalog, each.hub) for each in found.differences}


def test_a_row_that_is_listed_as_the_catalog_has_it(hub, rows):
    found = compared(rows)
    assert (found.differences, found.error) == ((), "")
    assert found.files == {WEIGHTS: 400, MMPROJ: 100}
    assert len(hub.requests) == 1
    assert hub.downloads() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"weights_bytes": {"Q4_K_M": 401}}, {"Q4_K_M bytes": (401, 400)}),
        ({"weights_bytes": {"Q4_K_M": None}}, {"Q4_K_M bytes": (None, 400)}),
        ({"mmproj_bytes": 99}, {"mmproj bytes": (99, 100)}),
        ({"mmproj_bytes": None}, {"mmproj bytes": (None, 100)}),
        ({"mmproj_name": "mmproj-BF16.gguf"}, {"mmproj file": ("mmproj-BF16.gguf", MMPROJ)}),
        ({"weights_name": "tiny-{quant}.gguf"}, {"Q4_K_M file": ("tiny-Q4_K_M.gguf", WEIGHTS)}),
        ({"licence": "MIT"}, {"licence": ("mit", "apache-2.0")}),
        ({"licence": "Own", "licence_tag": "apache-2.0"}, {}),
        ({"gated": True}, {"gated": (True, False)}),
        ({"weights_name": "", "mmproj_name": ""}, {}),
    ],
)
def test_each_difference_is_named_with_both_sides(hub, rows, changes, expected):
    assert said(compared(rows, **changes)) == expected


def test_a_quantization_that_is_not_there_says_what_is(hub, rows):
    found = compared(rows, weights_bytes={"Q8_0": 700})
    (difference,) = found.differences
    assert (difference.what, difference.catalog, difference.hub) == ("Q8_0 file", "Tiny-Q8_0.gguf", None)
    assert "choose one of Q4_K_M" in difference.detail


@pytest.mark.parametrize("missing", [WEIGHTS, MMPROJ])
def test_a_file_that_is_gone(hub, rows, missing):
    names = rows(entry())
    hub.add("owner/tiny-GGUF", {name: data for name, data in FILES.items() if name != missing})
    (found,) = comparison.compare_all(names)
    assert [each.what for each in found.differences] == ["Q4_K_M file"]
    assert found.differences[0].hub is None


def test_parts_of_split_weights_are_added_up(hub, rows):
    names = rows(entry())
    parts = {f"Tiny-Q4_K_M-0000{part}-of-00002.gguf": bytes(200) for part in (1, 2)}
    hub.add("owner/tiny-GGUF", {**parts, MMPROJ: bytes(100)})
    (found,) = comparison.compare_all(names)
    assert found.differences == ()
    hub.add("owner/tiny-GGUF", {next(iter(parts)): bytes(200), MMPROJ: bytes(100)})
    (found,) = comparison.compare_all(names)
    assert "1 of the 2 parts" in found.differences[0].detail


def test_a_repository_that_moved_or_is_gone(hub, rows):
    names = rows(entry("one"), entry("two"))
    hub.rename("owner/one-GGUF", "other/one-GGUF")
    hub.add("owner/two-GGUF", FILES, private=True)
    hub._repositories["owner/two-GGUF"].private = True
    one, two = comparison.compare_all(names)
    assert said(one) == {"repository": ("owner/one-GGUF", "other/one-GGUF")}
    assert not two.error
    assert said(two) == {"repository": ("owner/two-GGUF", None)}
    assert "set HF_TOKEN" in two.differences[0].detail


@pytest.mark.parametrize(("status", "code"), [(401, "GatedRepo"), (403, "GatedRepo"), (404, "RepoNotFound")])
def test_a_repository_that_the_hub_refuses_to_list(hub, rows, status, code):
    names = rows(entry("one"), entry("two"))
    hub.fail(path="*one*", status=status, headers={"X-Error-Code": code, "X-Error-Message": "no"})
    one, two = comparison.compare_all(names)
    assert said(one) == {"repository": ("owner/one-GGUF", None)}
    assert one.differences[0].detail
    assert said(two) == {}


def test_a_row_that_fails_costs_that_row(hub, rows):
    names = rows(entry("one"), entry("two"), entry("three"))
    hub.fail(path="*two*", status=429, times=None)
    one, two, three = comparison.compare_all(names)
    assert "429" in two.error
    assert (one.error, three.error) == ("", "")
    assert sum("two" in request.path for request in hub.requests) == 1 + len(patience.LISTING_WAITS_S)


def test_a_passing_failure_is_not_seen(hub, rows):
    hub.fail(path="*tiny*", status=503, times=2)
    assert compared(rows).error == ""


def test_a_hub_that_stops_answering_is_left_in_peace(hub, rows):
    names = rows(*(entry(f"m{index}") for index in range(8)))
    for index in range(1, 8):
        hub.fail(path=f"*m{index}*", status=429, times=None)
    found = comparison.compare_all(names)
    assert [bool(each.error) for each in found] == [False] + [True] * 7
    assert {request.path.split("/")[4] for request in hub.requests} == {f"m{index}-GGUF" for index in range(4)}
    assert "did not answer" in found[-1].error


def test_no_answer_at_all_is_one_error(hub, rows):
    names = rows(*(entry(f"m{index}") for index in range(8)))
    hub.fail(path="*", status=503, times=None)
    with pytest.raises(DownloadError, match="503"):
        comparison.compare_all(names)


def test_named_rows_and_their_quantizations(hub, rows):
    rows(entry("one", weights_bytes={"Q4_K_M": 400, "Q8_0": 800}), entry("two"))
    assert comparison.named(["one"]) == {"one": ("Q4_K_M", "Q8_0")}
    assert comparison.named(["one:Q8_0", "two", "one:Q8_0"]) == {"one": ("Q8_0",), "two": ("Q4_K_M",)}
    with pytest.raises(ModelNotFoundError, match="is not in the catalog"):
        comparison.named(["owner/other-GGUF"])
    with pytest.raises(ModelNotFoundError, match="There is no model"):
        comparison.named(["tree"])


def test_every_row_of_the_catalog_is_compared():
    assert list(comparison.named(())) == list(CATALOG)


def test_the_command_prints_a_block_to_paste(hub, rows, capsys):
    rows(entry("one"), entry("two", weights_bytes={"Q4_K_M": 12_345}), entry("three"))
    hub.fail(path="*three*", status=429, times=None)
    assert main(["models", "--check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    block = lines[1 : lines.index("```")]
    assert lines[0] == "```text"
    assert "  Q4_K_M bytes" in block
    assert "    catalog  12,345" in block
    assert "    hub      400" in block
    assert any(line.startswith("  not compared: ") for line in block)
    assert "1 model is listed as the catalog has them." in lines
    assert "localalt models --check three" in lines[-1]
    assert max(map(len, lines)) <= 80


def test_the_command_ends_with_0_where_nothing_differs(hub, rows, capsys):
    rows(entry())
    assert main(["models", "--check", "tiny"]) == 0
    assert capsys.readouterr().out == "1 model is listed as the catalog has them.\n"


def test_the_json_has_both_sides(hub, rows, capsys):
    rows(entry(mmproj_bytes=7))
    assert main(["models", "--check", "tiny", "--json"]) == 1
    (row,) = json.loads(capsys.readouterr().out)
    assert row["files"] == {WEIGHTS: 400, MMPROJ: 100}
    assert row["differences"] == [{"what": "mmproj bytes", "catalog": 7, "hub": 100, "detail": ""}]


def test_without_a_network_there_is_one_error(hub, rows, capsys, monkeypatch):
    from huggingface_hub import constants

    names = rows(entry())
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    assert main(["models", "--check"]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "check the network and HF_ENDPOINT" in captured.err
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(OfflineError):
        comparison.compare_all(names)
    assert main(["models", "--check"]) == 3
    assert "HF_HUB_OFFLINE" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--check", "tree"], ["--check", "owner/other-GGUF"], ["--check", "--downloaded"]])
def test_wrong_names_and_options_are_one_error(hub, rows, capsys, wrong):
    rows(entry())
    try:
        status = main(["models", *wrong])
    except SystemExit as end:
        status = end.code
    assert status in (2, 3)
    assert hub.requests == []
    assert capsys.readouterr().out == ""
