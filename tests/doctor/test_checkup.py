"""Operations, what helps and models put together, on devices that are made up."""

import dataclasses

import pytest

from localalt import cli, native
from localalt.devices import Device, DeviceVerdict
from localalt.doctor import checkup, examination, operations
from localalt.doctor.checkup import Checkup, Listener
from localalt.doctor.examination import Report, Status, TrialResult
from localalt.doctor.operations.card import OperationResult, OperationsCard, Status as OperationStatus
from localalt.doctor.operations.cases import CASES, Product
from localalt.doctor.trial import TrialSettings

GPU = Device("CUDA0", "Some GPU", "CUDA", False, 7_000_000_000, 8_000_000_000)
WITHOUT_FUSION = (("GGML_CUDA_DISABLE_FUSION", "1"),)


class Made:
    """A made-up device whose products are wrong unless a variable is set, and whose models are as a test says."""

    def __init__(self, monkeypatch, *, needs="", off=0.0, wrong=OperationStatus.WRONG):
        self.needs, self.off, self.wrong = needs, off, wrong
        self.tries = []
        monkeypatch.setattr(operations, "examine", self._cards)
        monkeypatch.setattr(examination, "examine", self._reports)

    def _cards(self, devices, *, n_threads, kinds=(), variables=()):
        for device in devices:
            cases = [case for case in CASES if not kinds or case.kind in kinds]
            is_right = not self.needs or self.needs in variables
            yield OperationsCard(
                device,
                tuple(
                    OperationResult(case, self.wrong, 0.5)
                    if isinstance(case, Product) and not is_right
                    else OperationResult(case, OperationStatus.RIGHT, 0.0)
                    for case in cases
                ),
            )

    def _reports(self, devices, *, n_threads, models, bases, on_finding):
        for device in devices:
            (name, settings), *_ = examination.tries(device, n_threads=1, base=bases.get(device.name, DeviceVerdict()))
            status = Status.NOTE if self.off else Status.OK
            finding = TrialResult(name, settings, status, self.off, self.off)
            on_finding(device, finding)
            yield Report(device, (finding,))


def examined(listener=None):
    (found,) = checkup.examine([GPU], n_threads=1, listener=listener)
    return found


def test_a_device_that_is_right_has_the_verdict_of_its_models(monkeypatch):
    Made(monkeypatch)
    found = examined()
    assert (found.is_right, found.helps) == (True, DeviceVerdict())
    assert set(found.verdicts.values()) == {DeviceVerdict()}


def test_what_makes_its_operations_right_is_part_of_every_try_and_so_of_the_verdict(monkeypatch):
    Made(monkeypatch, needs="GGML_CUDA_DISABLE_FUSION")
    found = examined()
    assert found.helps == DeviceVerdict(environment=WITHOUT_FUSION)
    assert found.report.findings[0].settings.environment == WITHOUT_FUSION
    assert set(found.verdicts.values()) == {DeviceVerdict(environment=WITHOUT_FUSION)}
    assert not found.is_right


def test_operations_that_nothing_makes_right_are_reported_and_rule_nothing_out(monkeypatch):
    Made(monkeypatch, needs="GGML_SOMETHING_ELSE")
    found = examined()
    assert found.helps is None
    assert set(found.verdicts.values()) == {DeviceVerdict()}
    assert not found.is_right


def test_what_is_found_is_heard_as_it_comes(monkeypatch):
    heard = []

    class Ear(Listener):
        def on_card(self, card, helps):
            heard.append(("card", card.device.name, helps))

        def on_finding(self, device, finding):
            heard.append(("finding", device.name, finding.status))

        def on_checkup(self, checkup):
            heard.append(("checkup", checkup.device.name, checkup.is_right))

    Made(monkeypatch)
    examined(Ear())
    assert heard == [("card", "CUDA0", DeviceVerdict()), ("finding", "CUDA0", Status.OK), ("checkup", "CUDA0", True)]


# --- in words ---


@pytest.fixture
def said(monkeypatch, capsys):
    monkeypatch.setattr(native, "devices", lambda: (GPU,))
    stored = {}
    monkeypatch.setattr("localalt.machine.verdicts.store", lambda device, found: stored.update(found))

    def run(**options):
        Made(monkeypatch, **options)
        status = cli.main(["doctor", "--device", "CUDA0"])
        lines = capsys.readouterr().out.splitlines()
        assert max(map(len, lines)) <= 80
        return status, " ".join(" ".join(lines).split()), stored

    return run


def test_what_helps_is_said_and_stored(said):
    status, text, stored = said(needs="GGML_CUDA_DISABLE_FUSION")
    assert status == 1
    assert "-> All of them are right so, and localalt computes so: without fused operations." in text
    assert set(stored.values()) == {DeviceVerdict(environment=WITHOUT_FUSION)}


def test_that_nothing_helps_is_said(said):
    status, text, _ = said(needs="GGML_SOMETHING_ELSE")
    assert status == 1
    assert "None of the ways that were tried makes all of them right: update the driver." in text


def test_small_errors_are_a_note_with_the_figure_and_the_device_is_right(said):
    status, text, stored = said(off=0.041)
    assert status == 0
    assert "note 4.10% selftest: all of it, several pictures at once" in text
    assert "The texts of 1 of 1 models are right, and their numbers up to 4.1% off the CPU's" in text
    assert {verdict.off for verdict in stored.values()} == {0.041}


def test_a_model_that_other_devices_computed_in_part_is_named():
    from localalt.cli.doctor import _advice

    untested = TrialResult("all of it", TrialSettings("CUDA0"), Status.UNTESTED, 0.0, 0.0, "a part")
    right = dataclasses.replace(untested, settings=TrialSettings("CUDA0", "qwen35"), status=Status.OK)
    assert list(_advice(Report(GPU, (untested, right)))) == [
        "It computes right.",
        "Other devices computed a part of selftest, of which nothing is known here.",
    ]
    assert Checkup(Report(GPU, (untested, right))).is_right
