"""Arms, and runs of them with the known-answer models."""

import pytest

import localalt
from localalt.evaluation.arms import arms_of
from localalt.evaluation.cases import pictures_as_cases, read_cases
from localalt.evaluation.outputs import read_outputs
from localalt.evaluation.records import Records, read_records
from localalt.evaluation.runner import run
from tests.support.evaluation import cases_folder


@pytest.fixture
def folder(tmp_path, expected):
    return cases_folder(tmp_path, expected)


def test_arms_of_one_model_stand_together_and_are_named_by_what_is_unusual():
    arms = arms_of(["m", "n"], ["plain", "brief"], details=("auto", "high"))
    assert [arm.model for arm in arms] == ["m"] * 4 + ["n"] * 4
    assert arms[1].name == f"m {arms[1].prompt.identity}, detail high"
    for options, message in (({"seeds": 2}, "same text with every"), ({"samplings": ("hot",)}, "no sampling 'hot'")):
        with pytest.raises(localalt.OptionError, match=message):
            arms_of(["m"], ["plain"], **options)


@pytest.mark.slow
def test_a_run_loads_models_one_after_the_other_decodes_each_picture_once_and_goes_on(folder, monkeypatch):
    cases = read_cases(folder / "cases.jsonl")
    arms = arms_of(["selftest", "selftest-gemma4"], ["plain"])
    records, loaded, alive = Records(folder / "outputs.jsonl"), [], []

    def load(arm):
        assert not [each for each in alive if each._finalizer.alive], "the model before is still loaded"
        alive.append(localalt.load(arm.model, device="cpu"))
        loaded.append(arm.model)
        return alive[-1]

    decoded = []
    from localalt.evaluation import runner

    decode = runner._decoded
    monkeypatch.setattr(runner, "_decoded", lambda path: (decoded.append(path), decode(path))[1])
    run(cases, arms, records, load=load, pictures=runner.Pictures())
    assert loaded == ["selftest", "selftest-gemma4"]
    assert sorted(decoded) == sorted(case.picture for case in cases)
    found = read_outputs([records.path], cases)
    texts = {case.id: case.references[0] for case in cases}
    assert all(each.text == texts[each.case] for each in found)
    assert len(found) == 2 * len(cases)
    before = records.path.read_bytes()
    run(cases, arms, Records(records.path), load=load)
    assert records.path.read_bytes() == before


@pytest.mark.slow
def test_a_picture_that_cannot_be_read_is_a_record_and_ends_nothing(folder):
    broken = folder / "broken.png"
    broken.write_bytes(b"no picture")
    cases = [*read_cases(folder / "cases.jsonl")[:1], *pictures_as_cases([broken])]
    records = Records(folder / "outputs.jsonl")
    run(cases, arms_of(["selftest"], ["plain"]), records, load=lambda arm: localalt.load(arm.model, device="cpu"))
    assert ["error" in record for record in read_records(records.path)].count(True) == 1


class Crashing:
    """Describers of a model whose process crashes: at the first picture that it is shown, or as it loads."""

    def __init__(self, monkeypatch):
        self.crashes, self.loads = True, True
        self._monkeypatch = monkeypatch

    def load(self, arm):
        if not self.loads and arm.model == "selftest":
            raise localalt.WorkerCrashedError("It ended as it loaded.", is_final=True)
        describer = localalt.load(arm.model, device="cpu")
        describe, left = describer.describe, [self.crashes and arm.model == "selftest"]

        def crash(image, **options):
            if any(left):
                left.clear()
                raise localalt.WorkerCrashedError("It ended at this picture.")
            return describe(image, **options)

        self._monkeypatch.setattr(describer, "describe", crash)
        return describer


@pytest.mark.slow
def test_a_crash_costs_one_text_and_the_next_run_tries_it_again(folder, monkeypatch):
    cases = read_cases(folder / "cases.jsonl")
    arms, crashing = arms_of(["selftest", "selftest-gemma4"], ["plain"]), Crashing(monkeypatch)
    path = folder / "outputs.jsonl"
    run(cases, arms, Records(path), load=crashing.load)
    found = read_outputs([path], cases)
    assert [each.error for each in found if not each.text] == ["It ended at this picture."]
    assert len(found) == 2 * len(cases)
    crashing.crashes = False
    for n_lines in (1, 0):  # only once
        before = len(list(read_records(path)))
        run(cases, arms, Records(path), load=crashing.load)
        assert len(list(read_records(path))) == before + n_lines
    found = read_outputs([path], cases)
    assert [each.error for each in found if not each.text] == []
    assert len(found) == 2 * len(cases)


@pytest.mark.slow
def test_a_model_that_crashes_while_it_loads_costs_its_own_texts(folder, monkeypatch):
    cases, done = read_cases(folder / "cases.jsonl"), []
    arms, crashing = arms_of(["selftest", "selftest-gemma4"], ["plain"]), Crashing(monkeypatch)
    crashing.crashes = crashing.loads = False
    path = folder / "outputs.jsonl"
    run(cases, arms, Records(path), load=crashing.load, on_done=lambda *record: done.append(record))
    assert len(done) == 2 * len(cases)
    found = read_outputs([path], cases)
    assert {each.error for each in found if each.arm == arms[0].name} == {"It ended as it loaded."}
    assert all(each.text for each in found if each.arm == arms[1].name)
    crashing.loads = True
    run(cases, arms, Records(path), load=crashing.load)
    found = read_outputs([path], cases)
    assert len(found) == 2 * len(cases)
    assert all(each.text for each in found)
