"""The doctor: verdicts on made-up answers, and real tries of the known-answer model."""

import dataclasses
import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from localalt import cli, doctor, native, trial
from localalt.doctor import Status, TrialError
from localalt.errors import BackendMissingError
from localalt.trial import Settings
from localalt.types import Device

GPU = Device("Vulkan0", "Some GPU", "Vulkan", False, 7_000_000_000, 8_000_000_000)
CPU = Device("CPU", "Some CPU", "CPU", False, 0, 16_000_000_000, "cpu")
BLAS = Device("BLAS", "OpenBLAS", "BLAS", False, 0, 0, "accelerator")


@pytest.fixture(scope="module")
def reference():
    return trial.run(Settings())


def off_by(reference, share, *, seed=0):
    """Answers whose embeddings and logits are off by that share of their norm; the texts stay."""
    rng = np.random.default_rng(seed)

    def moved(array):
        noise = rng.standard_normal(array.shape).astype(np.float32)
        noise -= noise.mean()
        centred = array - array.mean() if array.ndim == 1 else array
        return array + noise * (share * np.linalg.norm(centred) / np.linalg.norm(noise))

    return trial.Answers(
        [moved(each) for each in reference.embeddings], [moved(each) for each in reference.logits], reference.texts
    )


def judge(answers, reference):
    return doctor.judge("a try", Settings(), answers, reference)


# --- verdicts ---


@pytest.mark.parametrize(
    ("share", "status"),
    [(0.0, Status.OK), (0.02, Status.OK), (0.05, Status.DIFFERS), (0.25, Status.DIFFERS), (0.5, Status.GARBAGE)],
)
def test_how_far_the_numbers_are_off_decides(reference, share, status):
    found = judge(off_by(reference, share), reference)
    assert found.status is status
    assert found.logits_error == pytest.approx(share, abs=1e-3)
    assert found.embeddings_error == pytest.approx(share, abs=1e-3)


def test_a_wrong_text_is_told_even_where_the_numbers_are_close(reference):
    texts = ["An empty red picture.", *reference.texts[1:]]
    found = judge(dataclasses.replace(reference, texts=texts), reference)
    assert found.status is Status.DIFFERS
    assert found.detail == f"'An empty red picture.' in place of {reference.texts[0]!r}"


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_garbage(reference, number):
    logits = [np.full_like(reference.logits[0], number), *reference.logits[1:]]
    assert judge(dataclasses.replace(reference, logits=logits), reference).status is Status.GARBAGE


def test_embeddings_of_another_shape_are_garbage(reference):
    embeddings = [each[:-1] for each in reference.embeddings]
    assert judge(dataclasses.replace(reference, embeddings=embeddings), reference).status is Status.GARBAGE


def test_the_projector_is_known_to_be_at_fault_by_its_embeddings(reference):
    wrong = dataclasses.replace(off_by(reference, 1.0), logits=reference.logits)
    found = judge(wrong, reference)
    assert found.embeddings_error > doctor.TOLERANCE > found.logits_error


def test_what_is_added_to_all_logits_is_no_difference(reference):
    shifted = dataclasses.replace(reference, logits=[each + 1000 for each in reference.logits])
    assert judge(shifted, reference).status is Status.OK


# --- what is tried, and what follows ---


def examine(reference, *devices, wrong=lambda settings: False, crash=lambda settings: False):
    """Reports on devices that are made up: which settings compute wrong, and which end the process."""

    def attempt(settings):
        if crash(settings):
            raise TrialError("SIGSEGV")
        return off_by(reference, 2.0) if wrong(settings) else reference

    return list(doctor.examine(devices, n_threads=1, attempt=attempt))


def test_a_device_that_computes_right_is_used_as_a_whole(reference):
    cpu, gpu = examine(reference, CPU, BLAS, GPU)
    assert cpu.chosen is cpu.findings[0]
    assert gpu.chosen is gpu.findings[0]
    assert {finding.status for finding in (*cpu.findings, *gpu.findings)} == {Status.OK}


def test_a_wrong_projector_leaves_it_to_the_cpu(reference):
    (report,) = examine(reference, GPU, wrong=lambda settings: settings.device and settings.projector_on_device)
    assert report.findings[0].status is Status.GARBAGE
    assert report.chosen.settings == Settings("Vulkan0", projector_on_device=False, n_seq=trial.N_PICTURES)


def test_wrong_flash_attention_of_the_projector_is_switched_off_there_alone(reference):
    def wrong(settings):
        return settings.device and settings.projector_on_device and settings.projector_flash_attn is None

    (report,) = examine(reference, GPU, wrong=wrong)
    assert report.chosen.settings.projector_flash_attn is False
    assert report.chosen.settings.flash_attn is None
    assert report.chosen.settings.projector_on_device


def test_a_crash_is_a_finding_and_the_next_try_goes_on(reference):
    (report,) = examine(reference, GPU, crash=lambda settings: settings.device and settings.flash_attn is None)
    assert (report.findings[0].status, report.findings[0].detail) == (Status.CRASHES, "SIGSEGV")
    assert report.chosen.settings.flash_attn is False


def test_a_device_that_is_always_wrong_is_not_to_be_used(reference):
    (report,) = examine(reference, GPU, wrong=lambda settings: settings.device is not None)
    assert report.chosen is None


def test_without_a_cpu_to_compare_with_there_is_no_verdict(reference):
    with pytest.raises(BackendMissingError, match="does not run on the CPU"):
        examine(reference, GPU, crash=lambda settings: True)


# --- real tries ---


@pytest.mark.parametrize(
    "settings", [Settings(n_seq=4), Settings(flash_attn=False, projector_flash_attn=False)], ids=["batch", "no flash"]
)
def test_the_cpu_answers_as_torch_does_in_every_way(reference, settings):
    found = judge(trial.run(settings), reference)
    assert found.status is Status.OK
    assert found.logits_error < doctor.TOLERANCE / 10


def test_answers_pass_between_processes_whole(reference, tmp_path):
    trial.save(reference, tmp_path / "answers.npz")
    loaded = trial.load(tmp_path / "answers.npz")
    assert list(loaded.texts) == list(reference.texts)
    for name in ("embeddings", "logits"):
        for own, other in zip(getattr(loaded, name), getattr(reference, name), strict=True):
            assert np.array_equal(own, other)


def test_a_fault_between_encode_and_decode_is_caught(reference, monkeypatch):
    encode = native.Projector.encode
    monkeypatch.setattr(native.Projector, "encode", lambda *arguments: encode(*arguments)[::-1].copy())
    found = judge(trial.run(Settings()), reference)
    assert found.status is not Status.OK
    assert found.embeddings_error > doctor.TOLERANCE


def test_a_process_that_crashes_tells_its_signal(monkeypatch):
    monkeypatch.setattr(trial, "as_json", lambda settings: "{}")
    run = subprocess.run

    def crash(command, **options):
        return run([sys.executable, "-c", f"import os; os.kill(os.getpid(), {int(signal.SIGTERM)})"], **options)

    if os.name != "nt":
        monkeypatch.setattr("subprocess.run", crash)
        with pytest.raises(TrialError, match="SIGTERM"):
            doctor.in_a_process(Settings())


def test_a_process_that_fails_tells_its_last_words():
    with pytest.raises(TrialError, match=r"exit status 1: .*There is no device Vulkan99"):
        doctor.in_a_process(Settings(device="Vulkan99"))


# --- the command ---


def test_the_command_examines_the_cpu_and_says_that_it_is_right(capsys):
    assert cli.main(["doctor", "--device", "CPU"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("CPU, ")
    assert all(line.startswith("  OK ") for line in lines[1:-1])
    assert lines[-1] == "  -> It computes right."


def test_the_command_writes_json(capsys):
    assert cli.main(["doctor", "--device", "CPU", "--json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)["devices"]
    assert {finding["status"] for finding in report["findings"]} == {"OK"}
    assert report["chosen"] == report["findings"][0]["name"]


def test_an_unknown_device_is_answered_with_those_there_are(capsys):
    assert cli.main(["doctor", "--device", "CUDA7"]) == 2
    assert capsys.readouterr().err == "localalt: There is no device CUDA7: here are CPU.\n"


def test_a_device_that_computes_wrong_is_told_with_what_works(capsys, monkeypatch, reference):
    def attempt(settings):
        return off_by(reference, 2.0) if settings.device and settings.projector_on_device else reference

    own = native.devices()
    monkeypatch.setattr(native, "devices", lambda: (*own, GPU))
    monkeypatch.setattr(doctor, "in_a_process", attempt)
    assert cli.main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "garbage" in out
    assert out.splitlines()[-1] == "  -> It computes right only so: the projector on the CPU."
