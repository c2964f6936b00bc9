"""The pages in docs/ name every field that the code writes, and none that it does not."""

import dataclasses
import fnmatch
import json
import re
import types
import typing

import PIL.Image
import pytest

import localalt
from localalt import cli, native
from localalt.devices import Device, DeviceVerdict
from localalt.doctor.checkup import Checkup
from localalt.doctor.examination import Report, Status, TrialResult
from localalt.doctor.operations import OperationResult, OperationsCard, Status as OperationStatus
from localalt.doctor.operations.cases import CASES
from localalt.doctor.trial import TrialSettings
from localalt.evaluation import cases, outputs
from localalt.evaluation.judging import pairs as judging_pairs, validation, verdicts as judging
from localalt.evaluation.records import Records, read_records
from localalt.hub import download, lockfile
from localalt.machine import (
    batch_size,
    json_cache,
    load_limits,
    model_checks,
    picture_times,
    sweep_results,
    verdicts,
)
from localalt.machine.graphics.card import Card
from localalt.machine.hardware_runs import Run
from localalt.machine.plugins import PluginFault
from localalt.planning.memory import Parts
from localalt.planning.model_check import ModelCheck
from localalt.planning.tuning import Tuning
from localalt.types import AltText, Candidate, ModelIdentity, Notice, Supported, Timings
from tests.support.docs_pages import DOCS, example_of, fields_of, lines_of, paths_in, text_of
from tests.support.hub import Hub, use_hub
from tests.support.paths import EXAMPLES

SIGN = EXAMPLES / "sign.jpg"
"""Its text quotes a word that can be read in it."""
PAGES = ("cache.md", "cases.md", "json.md", "pairs.md", "verdicts.md")
"""Those that are checked field by field; tests/project/test_pages.py has the others."""


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    path = tmp_path_factory.mktemp("pictures") / "photo.png"
    PIL.Image.new("RGB", (64, 64), "teal").save(path)
    return path


@pytest.fixture
def command(capfd):
    def run(*arguments):
        cli.main([str(each) for each in arguments])
        return capfd.readouterr().out

    return run


def assert_same(page, section, found):
    named = fields_of(page)[section]
    assert len(named) == len(set(named)), "a field is named twice"
    assert set(named) == set(found)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_fields_and_is_found_from_the_readme(page):
    assert fields_of(page)
    assert f"docs/{page}" in (DOCS.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "page"),
    [
        *((name, "json.md") for name in ("describe", "lint", "models", "plan", "devices", "doctor", "compare")),
        *(("eval", page) for page in ("cases.md", "pairs.md", "verdicts.md")),
        ("models", "cache.md"),
    ],
)
def test_help_names_the_page(arguments, page, capsys):
    with pytest.raises(SystemExit):
        cli.main([arguments, "--help"])
    assert f"docs/{page}" in capsys.readouterr().out


# --- json.md ---


@pytest.mark.slow
def test_json_of_describe(command, photo):
    found = json.loads(
        command(
            *("describe", photo, SIGN, "/nonexistent.png", "--model", "selftest", "--json", "--also", "text"),
            *("--candidates", 2, "--checks", "full"),
        )
    )
    described = set(paths_in(found, by_name={"[].also"}, whole={"[].also.*"}))
    assert_same("json.md", "describe", {path.removeprefix("[].") for path in described})
    for kind, before in [
        (AltText, ""),
        (Notice, "warnings[]."),
        (Timings, "timings."),
        (ModelIdentity, "model."),
        (Candidate, "candidates[]."),
        (Supported, "supported[]."),
    ]:
        for field in dataclasses.fields(kind):
            assert f"{before}{field.name}" in fields_of("json.md")["describe"]
    assert set(paths_in(json.loads(example_of("json.md")[1]))) <= set(fields_of("json.md")["describe"])


def test_json_values_that_are_listed_are_those_that_there_are():
    page = text_of("json.md")
    for alias in (localalt.FinishReason, localalt.TextVerdict):
        for value in typing.get_args(alias):
            assert f'`"{value}"`' in page, value


def test_json_of_lint(command, tmp_path):
    (tmp_path / "page.html").write_text('<img src=a.png alt="Image of a bird"><img src=b.png>', encoding="utf-8")
    lines = command("lint", tmp_path / "page.html", "--json", "--statistics").splitlines()
    found = {path for line in lines for path in paths_in(json.loads(line), by_name={"statistics"})}
    assert_same("json.md", "lint", found)


@pytest.mark.slow
def test_json_of_models_and_plan(command):
    rows = json.loads(command("models", "--json"))
    assert_same("json.md", "models", {path.removeprefix("[].") for path in paths_in(rows)})
    found = json.loads(command("plan", "selftest", "--json", "--device", "cpu"))
    found["memory"]["gpus"] = [dataclasses.asdict(Parts())]
    assert_same("json.md", "plan", set(paths_in(found)))


FAULT = PluginFault("CUDA", "libggml-cuda.so", "it is damaged", ("Build it again.",), ("A card",))


def test_json_of_devices(command):
    from localalt.cli.devices import _card_as_json

    found = json.loads(command("devices", "--json"))
    found["devices"][0]["verdicts"] = {"a kind": dataclasses.asdict(DeviceVerdict())}
    found["devices"][0]["models"] = [dataclasses.asdict(ModelCheck("a model"))]
    found["graphics_cards"].append(_card_as_json(Card("A card", "NVIDIA"), []))
    found["devices"][0]["hardware_runs"] = [dataclasses.asdict(Run("CUDA", "A card", "2026-11-29", "a.jsonl"))]
    found["backend_faults"] = [dataclasses.asdict(FAULT)]
    assert_same("json.md", "devices", set(paths_in(found, by_name={"devices[].verdicts"})))


def test_json_of_doctor():
    from localalt.cli.doctor import _as_json

    device = Device("CUDA0", "A card", "CUDA", False, 1, 2)
    report = Report(device, (TrialResult("as a whole", TrialSettings("CUDA0"), Status.OK),))
    card = OperationsCard(device, (OperationResult(CASES[0], OperationStatus.RIGHT, 1e-6),))
    found = {"devices": [_as_json(Checkup(report, card))], "backend_faults": []}
    assert_same("json.md", "doctor", set(paths_in(found, by_name={"devices[].chosen", "devices[].verdicts"})))


@pytest.mark.slow
def test_json_of_compare(command, photo):
    found = json.loads(command("compare", photo, "--models", "selftest", "--format", "json"))
    paths = paths_in(found, by_name={"[].captions", "[].warnings"})
    assert_same("json.md", "compare", {path.removeprefix("[].") for path in paths})


# --- cases.md, pairs.md, verdicts.md ---


def test_the_example_of_cases_is_read_and_every_field_is_documented(tmp_path):
    (value,) = lines_of("cases.md")
    PIL.Image.new("RGB", (32, 32), "navy").save(tmp_path / value["picture"])
    (tmp_path / "cases.jsonl").write_text(example_of("cases.md")[1], encoding="utf-8")
    (case,) = cases.read_cases(tmp_path / "cases.jsonl")
    assert case.questions[0].answer == 1
    fields = {field.name for field in dataclasses.fields(cases.Case)}
    fields |= {f"questions[].{field.name}" for field in dataclasses.fields(cases.MultipleChoice)}
    assert_same("cases.md", "Fields", fields)
    shipped = [json.loads(line) for line in cases.SHIPPED.read_text(encoding="utf-8").splitlines()]
    assert set(paths_in(shipped)) <= {f"[].{name}" for name in fields}
    for kind in cases.TYPES:
        assert f"`{kind}`" in text_of("cases.md")


@pytest.mark.parametrize("name", fields_of("cases.md")["Fields"])
def test_a_field_of_a_case_is_read(name, tmp_path):
    """One that is of a wrong type, or missing where it must not be, is noticed."""
    (value,) = lines_of("cases.md")
    PIL.Image.new("RGB", (32, 32), "navy").save(tmp_path / value["picture"])
    target = value["questions"][0] if "[]" in name else value
    target[name.rpartition(".")[2]] = {"wrong": 1}
    (tmp_path / "cases.jsonl").write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(localalt.OptionError):
        cases.read_cases(tmp_path / "cases.jsonl")


def test_the_example_of_pairs_is_read_and_every_field_is_documented(tmp_path):
    (tmp_path / "pairs.jsonl").write_text(example_of("pairs.md")[1], encoding="utf-8")
    assert [pair.better for pair in validation.read_pairs(tmp_path / "pairs.jsonl")] == ["first", "tie"]
    assert_same("pairs.md", "Fields", validation.PAIR_KEYS)
    assert set(validation.PAIR_KEYS) == {field.name for field in dataclasses.fields(validation.LabelledPair)}


def test_the_example_of_verdicts_is_read(tmp_path, photo):
    path = tmp_path / "records.jsonl"
    path.write_text(example_of("verdicts.md")[1], encoding="utf-8")
    case = cases.Case("teal", photo, "0" * 64)
    assert [output.arm for output in outputs.read_outputs([path], [case])[:2]] == ["qwen3.5-2b plain/5", "gpt"]
    (verdict,) = judging.read_verdicts(read_records(path))
    assert (verdict.criterion, verdict.value) == ("accuracy", 4)


@pytest.mark.slow
def test_fields_of_outputs(command, tmp_path, photo):
    (tmp_path / "bad.png").write_text("no picture", encoding="utf-8")
    (tmp_path / "good.png").write_bytes(photo.read_bytes())
    lines = [{"id": name, "picture": f"{name}.png", "type": "other"} for name in ("good", "bad")]
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    out = tmp_path / "outputs.jsonl"
    command("eval", "run", "--cases", tmp_path / "cases.jsonl", "--models", "selftest", "--transcribe", "--out", out)
    found = {path for record in read_records(out) for path in paths_in(record, by_name={"versions"})}
    assert_same("verdicts.md", "Outputs", found)


@pytest.mark.parametrize("name", fields_of("verdicts.md")["Outputs of other systems"])
def test_fields_of_other_systems_outputs_are_read(name, tmp_path, photo):
    case = cases.Case("teal", photo, "0" * 64)
    record = {"case": "teal", "text": "A text."}
    if name in outputs._CASES:
        record = {name: "teal", "text": "A text."}
    elif name in outputs._TEXTS:
        record = {"case": "teal", name: "A text."}
    elif name == "captions":
        record = {"image": "teal", "captions": {"gpt": "A text."}}
    elif name in ("arm", "system"):
        record[name] = "gpt"
    (tmp_path / "other.jsonl").write_text(json.dumps(record), encoding="utf-8")
    (output,) = outputs.read_outputs([tmp_path / "other.jsonl"], [case])
    named = name in ("captions", "arm", "system")
    assert (output.text, output.arm) == ("A text.", "gpt" if named else "other")
    assert name in {*outputs._CASES, *outputs._TEXTS, "captions", "arm", "system"}


def test_every_name_of_other_systems_fields_is_documented():
    documented = fields_of("verdicts.md")["Outputs of other systems"]
    assert set(documented) == {*outputs._CASES, *outputs._TEXTS, "captions", "arm", "system"}


class Judge:
    name, digest, family, sees = "a-judge", "0" * 64, "gemma3", False

    def ask(self, question, grammar, case):
        return '{"reason": "So.", "score": 3, "better": "first", "verdict": "supported", "answer": "A"}'

    def close(self):
        pass


def test_fields_of_verdicts_and_pairs(tmp_path, photo):
    reference = "A teal square, one of a kind."
    asked = [
        cases.Case(str(index), photo, str(index) * 64, references=(f"{reference} {index}",), must_not=("dog",))
        for index in range(4)
    ]
    records, texts = Records(tmp_path / "verdicts.jsonl"), [outputs.Output(case.id, "arm", "A dog.") for case in asked]
    pairs = [validation.LabelledPair(asked[0].id, "A.", "B.", "first")]
    judging.judge_outputs(Judge(), asked, texts, records)
    judging.judge_outputs(Judge(), asked, texts, records, wanted=("four",))
    validation.examine(Judge(), asked, records, pairs=pairs)
    outcome = judging_pairs.judge_pair(Judge(), asked[0], "A.", "B.", records)
    judging_pairs.record_pair(Judge(), asked[0], "arms", outcome, records, first="one", second="other")
    found = list(read_records(records.path))
    verdicts_found = {name for record in found if record.get("criterion", "pair") != "pair" for name in record}
    assert_same("verdicts.md", "Verdicts", verdicts_found)
    pairs_found = {name for record in found if record.get("criterion", "pair") == "pair" for name in record}
    assert_same("verdicts.md", "Pairs", pairs_found)


# --- cache.md ---


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(json_cache, "path_of", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache"


def documented_files():
    return fields_of("cache.md")["Files"]


def is_documented(path):
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in documented_files())


def test_the_example_of_the_lock_file_is_read_and_every_field_is_documented(tmp_path):
    example = json.loads(example_of("cache.md")[1])
    (tmp_path / "models.lock.json").write_text(json.dumps(example), encoding="utf-8")
    pins = lockfile.read(tmp_path / "models.lock.json")
    for pin in pins.values():
        lockfile.record(tmp_path / "written.json", pin)
    written = json.loads((tmp_path / "written.json").read_bytes())
    assert written == example
    assert_same("cache.md", "models.lock.json", set(paths_in(written, by_name={"models"})))


def test_fields_of_what_was_measured(cache, monkeypatch):
    plan_like = types.SimpleNamespace(kind="a kind", weights_bytes=1, mmproj_bytes=2)
    machine = types.SimpleNamespace(devices=(), n_cores=1)
    batch_size.store("a model", {1: 0.1, 2: 0.15}, limit=8)
    sweep_results.store(plan_like, machine, sweep_results.Best("latency", 1, Tuning()))
    picture_times.store("a model", [1.0, 1.2], n_pictures=4, day="2026-11-26")
    device = Device("CUDA0", "A card", "CUDA", False, 1, 2)
    verdicts.store(device, {"a kind": DeviceVerdict()})
    model_checks.store("a model", device, ModelCheck("a model"))
    monkeypatch.setattr(native, "devices", lambda: (device,))
    load_limits.store("CUDA0", "a model", 1_000)
    by_name = {
        "loads.json": {"entries", "entries.*"},
        "widths.json": {"entries", "entries.*.step_s"},
        "tuned.json": {"entries"},
        "picture-times.json": {"entries"},
        "doctor.json": {"entries", "entries.*.kinds"},
        "models.json": {"entries"},
    }
    for name, named in by_name.items():
        written = json.loads((cache / name).read_bytes())
        assert_same("cache.md", name, set(paths_in(written, by_name=named)))
        assert f"CACHE/{name}" in documented_files()


def test_every_file_in_the_cache_folder_is_documented(cache):
    """What the code asks for is what there is: a new file needs a line."""
    code = [
        path.read_text(encoding="utf-8")
        for folder in ("localalt", "benchmarks", "scripts")
        for path in (DOCS.parent / folder).rglob("*.py")
    ]
    asked = {name for text in code for name in re.findall(r"path_of\(\"([^\"]+)\"\)", text)}
    folders = r"user_cache_path\(\"localalt\"[^)]*\) / \"(\w+)\""
    asked |= {f"{name}/*" for text in code for name in re.findall(folders, text)}
    listed = {name.removeprefix("CACHE/") for name in documented_files() if name.startswith("CACHE/")}
    assert listed == {*asked, "widths.lock", "*.json.*.tmp"}
    assert {"doctor.json", "bench/*"} < asked
    with json_cache.one_at_a_time(batch_size.store_path(), wait_s=1.0):
        assert (cache / "widths.lock").exists()


@pytest.mark.slow
def test_every_file_of_a_download_is_documented(tmp_path, monkeypatch):
    """A pull that breaks, one that ends: every file that is there has its line, and every line its file."""
    from localalt.hub.client import fetch_repository
    from localalt.hub.selection import select

    home, name = tmp_path / "home", "owner/name-GGUF"
    seen = set()

    def look():
        for path in home.rglob("*"):
            if path.is_file() or path.is_symlink():
                seen.add(path.relative_to(home).as_posix())

    with Hub() as hub:
        use_hub(monkeypatch, hub.url, home)
        hub.add(name, {"model-Q4_K_M.gguf": b"w" * 4096, "mmproj-F16.gguf": b"m" * 512})
        selection = select(fetch_repository(name))
        download.download(selection, progress=lambda _: look())
    look()
    paths = {
        f"HF_HUB_CACHE/{path.removeprefix('hub/')}" if path.startswith("hub/") else f"HF_HOME/{path}" for path in seen
    }
    assert not [path for path in paths if not is_documented(path)]
    for pattern in documented_files():
        if pattern.startswith(("HF_HOME", "HF_HUB")) and not pattern.endswith(".tmp"):
            assert fnmatch.filter(paths, pattern), f"{pattern} was never there"
