"""The doctor: verdicts on made-up answers, and real tries of the known-answer model."""

import dataclasses
import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from localalt import cli, native, selftest, switches
from localalt.cli import doctor
from localalt.devices import Device, DeviceVerdict, model_kind
from localalt.doctor import examination, operations, trial
from localalt.doctor.examination import Status, TrialError
from localalt.doctor.pairs.rows import N_PROMPT_ROWS, Group, groups
from localalt.doctor.placement import Placement
from localalt.doctor.trial import TrialSettings
from localalt.errors import BackendMissingError
from localalt.prompting.presets import FAMILIES
from tests.support.untested import untested

GPU = Device("Vulkan0", "Some GPU", "Vulkan", False, 7_000_000_000, 8_000_000_000)
CPU = Device("CPU", "Some CPU", "CPU", False, 0, 16_000_000_000, "cpu")
BLAS = Device("BLAS", "OpenBLAS", "BLAS", False, 0, 0, "accelerator")


@pytest.fixture(scope="module")
def reference():
    return trial.run(TrialSettings())


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
    return examination.judge("a try", TrialSettings(), answers, reference)


# --- verdicts ---


@pytest.mark.parametrize(
    ("share", "status"),
    [(0.0, Status.OK), (0.02, Status.OK), (0.04, Status.NOTE), (0.25, Status.DIFFERS), (0.5, Status.GARBAGE)],
)
def test_how_far_the_numbers_are_off_decides(reference, share, status):
    found = judge(off_by(reference, share), reference)
    assert found.status is status
    assert found.logits_error == pytest.approx(share, abs=1e-3)
    assert found.embeddings_error == pytest.approx(share, abs=1e-3)


def test_a_wrong_text_of_a_trained_model_is_a_fault_even_where_the_numbers_are_close(reference):
    texts = ["An empty red picture.", *reference.texts[1:]]
    found = judge(dataclasses.replace(reference, texts=texts), reference)
    assert found.status is Status.DIFFERS
    assert found.detail == f"'An empty red picture.' in place of {reference.texts[0]!r}"


@pytest.mark.slow
@pytest.mark.parametrize(("share", "status"), [(0.01, Status.DIFFERS), (0.04, Status.NOTE), (0.15, Status.DIFFERS)])
def test_a_wrong_token_of_a_random_pair_counts_unless_rounding_may_have_turned_it(share, status):
    known = trial.run(TrialSettings(model="qwen35"))
    assert 10 * 0.01 < trial.margin_of("qwen35") < 10 * 0.04
    moved = off_by(known, share)
    wrong = dataclasses.replace(moved, texts=["1 2 3", *known.texts[1:]])
    found = examination.judge("a try", TrialSettings("Vulkan0", "qwen35"), wrong, known)
    assert (found.status, found.is_final) == (status, status is Status.NOTE)
    assert "'1 2 3' in place of" in found.detail
    assert ("the CPU itself is unsure" in found.detail) is (status is Status.NOTE)


@pytest.mark.slow
def test_a_pair_that_passes_rounding_on_is_allowed_more_if_its_tokens_are_right():
    known = trial.run(TrialSettings(model="gemma4-e2b"))
    settings = TrialSettings("Vulkan0", "gemma4-e2b")
    assert examination.judge("a try", settings, off_by(known, 0.1), known).status is Status.OK
    assert examination.judge("a try", settings, off_by(known, 0.2), known).status is Status.NOTE
    wrong = dataclasses.replace(off_by(known, 0.05), texts=["1 2 3", *known.texts[1:]])
    assert examination.judge("a try", settings, wrong, known).status is Status.DIFFERS


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
    assert found.embeddings_error > examination.TOLERANCE > found.logits_error


def test_what_is_added_to_all_logits_is_not_a_difference(reference):
    shifted = dataclasses.replace(reference, logits=[each + 1000 for each in reference.logits])
    assert judge(shifted, reference).status is Status.OK


def test_right_numbers_that_another_device_computed_are_untested(reference):
    on_gpu = {"Vulkan0": {"MUL_MAT": 21, "SOFT_MAX": 3}}
    settings = TrialSettings("Vulkan0")

    def found(answers, layers):
        answers = dataclasses.replace(answers, placement=Placement(on_gpu, layers))
        return examination.judge("a try", settings, answers, reference)

    assert found(reference, on_gpu).status is Status.OK
    attention = {**on_gpu, "CPU": {"FLASH_ATTN_EXT": 3}}
    untested = found(reference, attention)
    assert untested.status is Status.UNTESTED
    assert untested.detail == "of the language model 3 of 3 FLASH_ATTN_EXT ran elsewhere than on Vulkan0"
    assert found(off_by(reference, 0.5), attention).status is Status.GARBAGE  # wrong is wrong, whoever computed it


# --- what is tried, and what follows ---

MODELS = ("selftest", "qwen35", "qwen3vl", "gemma4")


@pytest.fixture(scope="module")
def references():
    return {model: trial.run(TrialSettings(model=model)) for model in MODELS}


def examine(references, *devices, off=lambda settings: 0.0, crash=lambda settings: False, hangs=False):
    """Reports on devices that are made up: how far settings are off, and which end the process."""

    def attempt(settings):
        if crash(settings):
            raise TrialError("SIGSEGV", is_hang=hangs)
        share = settings.device and off(settings)
        return off_by(references[settings.model], share) if share else references[settings.model]

    return list(examination.examine(devices, n_threads=1, models=MODELS, attempt=attempt))


WRONG = 2.0
"""How far off a wrong kernel is."""


def settings_of(report):
    return {model: finding and finding.settings for model, finding in report.chosen.items()}


@pytest.mark.slow
def test_a_device_that_computes_right_is_used_as_a_whole(references):
    cpu, gpu = examine(references, CPU, BLAS, GPU)
    assert cpu.is_right
    assert gpu.is_right
    assert {finding.status for finding in (*cpu.findings, *gpu.findings)} == {Status.OK}
    assert settings_of(gpu) == {model: TrialSettings("Vulkan0", model, n_seq=trial.N_PICTURES) for model in MODELS}
    # Nothing more is tried once it is right.
    assert [finding.settings.model for finding in gpu.findings] == list(MODELS)


@pytest.mark.slow
def test_a_wrong_projector_leaves_it_to_the_cpu(references):
    (report,) = examine(references, GPU, off=lambda settings: WRONG * settings.projector_on_device)
    assert not report.is_right
    assert report.findings[0].status is Status.GARBAGE
    assert not any(settings.projector_on_device for settings in settings_of(report).values())
    assert set(report.verdicts.values()) == {DeviceVerdict(projector_on_device=False)}


@pytest.mark.slow
def test_wrong_flash_attention_of_one_projector_is_switched_off_there_alone(references):
    def off(settings):
        return WRONG * (settings.model == "gemma4" and settings.projector_flash_attn is None)

    (report,) = examine(references, GPU, off=off)
    assert report.verdicts == {
        "gemma3 with gemma3": DeviceVerdict(),
        "qwen35 with qwen3vl_merger": DeviceVerdict(),
        "qwen3vl with qwen3vl_merger": DeviceVerdict(),
        "gemma4 with gemma4v": DeviceVerdict(projector_flash_attn=False),
    }


@pytest.mark.slow
def test_a_crash_is_a_finding_and_the_next_try_goes_on(references):
    (report,) = examine(references, GPU, crash=lambda settings: settings.device and settings.flash_attn is None)
    assert (report.findings[0].status, report.findings[0].detail) == (Status.CRASHES, "SIGSEGV")
    assert {settings.flash_attn for settings in settings_of(report).values()} == {False}


@pytest.mark.slow
def test_a_device_that_is_always_wrong_for_a_model_is_not_to_be_used_for_it(references):
    (report,) = examine(references, GPU, off=lambda settings: WRONG * (settings.model == "qwen35"))
    assert report.chosen["qwen35"] is None
    assert report.verdicts["qwen35 with qwen3vl_merger"] == DeviceVerdict(is_usable=False)
    assert report.verdicts["gemma3 with gemma3"] == DeviceVerdict()


def has(settings, *variables):
    return set(variables) <= {name for name, _ in settings.environment}


@pytest.mark.slow
def test_a_device_that_is_right_without_cooperative_matrices_is_used_without_them_and_with_all_else(references):
    (report,) = examine(references, GPU, off=lambda each: 0.0 if has(each, "GGML_VK_DISABLE_COOPMAT") else WRONG)
    environment = (("GGML_VK_DISABLE_COOPMAT2", "1"), ("GGML_VK_DISABLE_COOPMAT", "1"))
    assert set(report.verdicts.values()) == {DeviceVerdict(environment=environment)}
    assert len(set(report.verdicts)) == len(MODELS)
    # What was at fault for one model is tried first for the next.
    assert [report.chosen[model] for model in MODELS[1:]] == [report.findings[index] for index in (-5, -3, -1)]
    assert not report.is_right


@pytest.mark.slow
def test_cublas_in_f32_is_found_before_the_projector_is_given_up(references):
    cuda = dataclasses.replace(GPU, name="CUDA0", backend="CUDA")

    def off(settings):
        overflows = settings.projector_on_device and not has(settings, "GGML_CUDA_CUBLAS_COMPUTE_TYPE")
        return float("nan") if overflows else 0.0

    (report,) = examine(references, cuda, off=off)
    (verdict,) = set(report.verdicts.values())
    assert verdict == DeviceVerdict(environment=(("GGML_CUDA_CUBLAS_COMPUTE_TYPE", "f32"),))
    assert verdict.words == ("large products in F32",)


@pytest.mark.slow
def test_two_faults_at_once_are_met_by_switching_everything_off(references):
    def off(settings):
        is_right = has(settings, "GGML_VK_DISABLE_F16", "GGML_VK_DISABLE_FUSION") and settings.flash_attn is False
        return 0.0 if is_right else WRONG

    (report,) = examine(references, GPU, off=off)
    (verdict,) = set(report.verdicts.values())
    assert verdict.environment == switches.of_backend("Vulkan")
    assert verdict.projector_on_device


@pytest.mark.slow
def test_right_texts_with_small_errors_are_usable_with_a_note_of_the_figure(references):
    (report,) = examine(references, GPU, off=lambda settings: 0.06)
    assert report.is_right
    assert [finding.status for finding in report.findings] == [Status.NOTE] * len(MODELS)
    for verdict in report.verdicts.values():
        assert verdict.off == pytest.approx(0.06, abs=1e-3)
        assert dataclasses.replace(verdict, off=0.0) == DeviceVerdict()


@pytest.mark.slow
def test_with_larger_errors_a_closer_way_is_looked_for_and_the_closest_of_a_random_pair_is_taken(references):
    (report,) = examine(references, GPU, off=lambda each: 0.01 if has(each, "GGML_VK_DISABLE_F16") else 0.2)
    assert {verdict.environment for verdict in report.verdicts.values()} == {(("GGML_VK_DISABLE_F16", "1"),)}
    (report,) = examine(references, GPU, off=lambda each: 0.15 if each.n_seq == 1 else 0.2)
    damps = report.verdicts[trial.kind_of("selftest")]
    assert damps == DeviceVerdict(is_usable=False)
    for verdict in (report.verdicts[trial.kind_of(model)] for model in MODELS[1:]):
        assert (verdict.one_at_a_time, round(verdict.off, 2)) == (True, 0.15)


@pytest.mark.slow
def test_numbers_that_are_none_rule_a_device_out(references):
    (report,) = examine(references, GPU, off=lambda settings: float("nan"))
    assert set(report.verdicts.values()) == {DeviceVerdict(is_usable=False)}
    assert {finding.status for finding in report.findings} == {Status.GARBAGE}


@pytest.mark.slow
def test_a_device_that_hangs_is_not_waited_for_again_and_again(references):
    (report,) = examine(references, GPU, crash=lambda settings: settings.device, hangs=True)
    assert [finding.settings.model for finding in report.findings] == ["selftest"] * 2 + list(MODELS[1:])
    assert "not tried" in report.findings[-1].detail
    assert set(report.verdicts.values()) == {DeviceVerdict(is_usable=False)}


@pytest.mark.slow
def test_what_was_computed_elsewhere_says_nothing_of_a_device(references, monkeypatch):
    monkeypatch.setattr(examination, "_untested", lambda settings, answers: "nothing" * (settings.model == "qwen35"))
    (report,) = examine(references, GPU)
    assert report.is_right
    assert set(report.verdicts) == {trial.kind_of(model) for model in MODELS if model != "qwen35"}
    monkeypatch.setattr(examination, "_untested", lambda settings, answers: "nothing")
    (report,) = examine(references, GPU)
    assert not report.is_right
    assert report.verdicts == {}


def test_without_a_cpu_to_compare_with_there_is_no_verdict(references):
    with pytest.raises(BackendMissingError, match="model selftest does not run on the CPU"):
        examine(references, GPU, crash=lambda settings: True)


# --- real tries ---


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [TrialSettings(n_seq=4), TrialSettings(flash_attn=False, projector_flash_attn=False)],
    ids=["batch", "no flash"],
)
def test_the_cpu_answers_as_torch_does_in_every_way(reference, settings):
    found = judge(trial.run(settings), reference)
    assert found.status is Status.OK
    assert found.logits_error < examination.TOLERANCE / 10


@pytest.mark.slow
@pytest.mark.parametrize("model", trial.TRAINED)
def test_every_trained_model_answers_on_the_cpu_as_torch_does_in_every_way(model):
    alone = trial.run(TrialSettings(model=model))
    assert list(alone.texts) == list(trial.truths(model))
    for flash_attn in (False, True):
        together = TrialSettings(model=model, n_seq=4, flash_attn=flash_attn, projector_flash_attn=flash_attn)
        found = examination.judge("a try", together, trial.run(together), alone)
        assert found.status is Status.OK
        assert max(found.logits_error, found.embeddings_error) < examination.TOLERANCE / 10


@pytest.mark.slow
def test_a_trained_model_that_takes_any_shape_is_shown_more_than_squares():
    for model in ("selftest-qwen3vl", "selftest-gemma4"):
        assert len({len(embeddings) for embeddings in trial.run(TrialSettings(model=model)).embeddings}) > 1


@pytest.mark.slow
@pytest.mark.parametrize("model", [family.name for family in selftest.families()])
def test_every_familys_pair_answers_on_the_cpu_as_torch_does_in_every_way(model):
    alone = trial.run(TrialSettings(model=model))
    assert list(alone.texts) == list(trial.truths(model))
    together = TrialSettings(model=model, n_seq=trial.N_PICTURES, flash_attn=False, projector_flash_attn=False)
    found = examination.judge("a try", together, trial.run(together), alone)
    assert found.status is Status.OK
    allowed = max(examination.TOLERANCE, examination.NOISE_SHARE * trial.noise_of(model))
    assert max(found.logits_error, found.embeddings_error) < 3 / 4 * allowed


def test_every_kind_of_model_with_a_preset_of_its_own_is_tried_but_those_marked_untested():
    wanted = {model_kind(*pair) for pair in set(FAMILIES) - untested()}
    assert {trial.kind_of(model) for model in trial.models()} >= wanted


def test_answers_pass_between_processes_whole(reference, tmp_path):
    placement = Placement({"CPU": {"MUL_MAT": 3}}, {"Vulkan0": {"MUL_MAT": 2}, "CPU": {"GET_ROWS": 1}})
    trial.save(dataclasses.replace(reference, placement=placement), tmp_path / "answers.npz")
    loaded = trial.load(tmp_path / "answers.npz")
    assert loaded.placement == placement
    assert list(loaded.texts) == list(reference.texts)
    for name in ("embeddings", "logits"):
        for own, other in zip(getattr(loaded, name), getattr(reference, name), strict=True):
            assert np.array_equal(own, other)


@pytest.mark.slow
def test_a_fault_between_encode_and_decode_is_caught(reference, monkeypatch):
    encode = native.Projector.encode
    monkeypatch.setattr(native.Projector, "encode", lambda *arguments: encode(*arguments)[::-1].copy())
    found = judge(trial.run(TrialSettings()), reference)
    assert found.status is not Status.OK
    assert found.embeddings_error > examination.TOLERANCE


def test_a_process_that_crashes_reports_its_signal(monkeypatch):
    monkeypatch.setattr(trial, "as_json", lambda settings: "{}")
    run = subprocess.run

    def crash(command, **options):
        return run([sys.executable, "-c", f"import os; os.kill(os.getpid(), {int(signal.SIGTERM)})"], **options)

    if os.name != "nt":
        monkeypatch.setattr("subprocess.run", crash)
        with pytest.raises(TrialError, match="SIGTERM"):
            examination.in_a_process(TrialSettings())


def test_the_process_of_a_try_has_the_variables_that_it_needs_from_its_start(monkeypatch):
    started = {}
    monkeypatch.setenv("GGML_VK_DISABLE_FUSION", "1")  # what the person has switched off is not the device's

    def run(command, **options):
        started["settings"], started["environment"] = trial.from_json(command[3]), options["env"]
        return subprocess.CompletedProcess(command, 1, "", "")

    monkeypatch.setattr("subprocess.run", run)
    settings = TrialSettings("Vulkan0", environment=(("GGML_VK_DISABLE_COOPMAT", "1"), ("GGML_VK_DISABLE_F16", "1")))
    with pytest.raises(TrialError):
        examination.in_a_process(settings)
    assert started["settings"] == settings
    assert set(settings.environment) <= set(started["environment"].items())
    assert not {name for name, _ in settings.environment} & os.environ.keys()
    assert "GGML_VK_DISABLE_FUSION" not in started["environment"]


@pytest.mark.slow
def test_nothing_is_imported_from_the_current_folder(tmp_path, monkeypatch, reference):
    (tmp_path / "numpy.py").write_text("raise SystemExit('a stranger')")
    monkeypatch.chdir(tmp_path)
    assert judge(examination.in_a_process(TrialSettings()), reference).status is Status.OK


@pytest.mark.slow
def test_a_process_that_fails_reports_its_last_words():
    with pytest.raises(TrialError, match=r"exit status 1: .*There is no device Vulkan99"):
        examination.in_a_process(TrialSettings(device="Vulkan99"))


# --- the command ---


@pytest.fixture
def few(monkeypatch):
    """Two models in place of all: each takes processes of its own."""
    monkeypatch.setattr(trial, "models", lambda: ("selftest", "qwen3vl"))


@pytest.fixture(autouse=True)
def _few_operations(monkeypatch):
    """tests/doctor/operations has the rest."""
    examine = operations.examine

    def few(devices, **options):
        return examine([device for device in devices if device.kind == "cpu"], kinds=["top-k"], **options)

    monkeypatch.setattr(operations, "examine", few)


@pytest.fixture
def stored(monkeypatch):
    """What the command keeps, by the device's name."""
    found = {}
    monkeypatch.setattr(
        "localalt.machine.verdicts.store", lambda device, verdicts: found.update({device.name: verdicts})
    )
    return found


@pytest.mark.slow
def test_the_command_examines_the_cpu_and_says_that_it_is_right(capsys, few, stored):
    assert cli.main(["doctor", "--device", "CPU"]) == 0
    title, top_k, advice, *lines = capsys.readouterr().out.splitlines()
    assert title.startswith("CPU, ")
    assert title.endswith(": operations")
    assert top_k == "  top-k: 6 right"
    assert advice.startswith("  -> Every operation that it has is right. (6 operations in ")
    assert lines[0].startswith("CPU, ")
    assert max(map(len, lines)) <= 80
    assert all(line.startswith("  OK ") for line in lines[1:-1])
    assert "qwen3vl: one picture at a time" in lines[-2]
    assert lines[-1] == "  -> It computes right."
    assert stored == {}  # nothing is ever left to another device than the CPU


@pytest.mark.slow
def test_the_command_writes_json(capsys, few):
    assert cli.main(["doctor", "--device", "CPU", "--json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)["devices"]
    assert {finding["status"] for finding in report["findings"]} == {"OK"}
    assert report["chosen"] == {"selftest": "several pictures at once", "qwen3vl": "one picture at a time"}
    assert [each["status"] for each in report["operations"]["results"]] == ["right"] * 6


def test_only_the_models_that_are_named_are_tried_and_then_nothing_is_stored(capsys, monkeypatch, references, stored):
    monkeypatch.setattr(examination, "in_a_process", lambda settings: references[settings.model])
    monkeypatch.setattr(native, "devices", lambda: (GPU,))
    assert cli.main(["doctor", "--model", "qwen35", "--json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)["devices"]
    assert {finding["settings"]["model"] for finding in report["findings"]} == {"qwen35"}
    assert report["operations"] is None
    assert stored == {}
    assert cli.main(["doctor", "--model", "gemma9"]) == 2
    assert 'There is no known-answer model gemma9: did you mean "gemma4"?' in capsys.readouterr().err


def test_an_unknown_device_is_answered_with_those_there_are(capsys):
    assert cli.main(["doctor", "--device", "CUDA7"]) == 2
    assert capsys.readouterr().err.startswith("localalt: There is no device 'CUDA7': write one of CPU")


@pytest.mark.slow
def test_a_device_that_computes_wrong_is_reported_with_what_works_and_it_is_stored(
    capsys, monkeypatch, references, few, stored
):
    def attempt(settings):
        answers = references[settings.model]
        if settings.device and settings.model == "qwen3vl":
            return off_by(answers, 2.0)
        return off_by(answers, 2.0) if settings.device and settings.projector_on_device else answers

    own = native.devices()
    monkeypatch.setattr(native, "devices", lambda: (*own, GPU))
    monkeypatch.setattr(examination, "in_a_process", attempt)
    assert cli.main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    *_, first, second, trained = lines
    family = "  -> It computes qwen3vl wrong in every way that was tried: localalt does not use it for such models."
    assert f"{first} {second.strip()}" == family
    assert trained == "  -> It computes selftest right only in this way: the projector on the CPU."
    assert stored["Vulkan0"] == {
        "gemma3 with gemma3": DeviceVerdict(projector_on_device=False),
        "qwen3vl with qwen3vl_merger": DeviceVerdict(is_usable=False),
    }


# --- generated pairs ---

PAIR = "pair-mistral"


@pytest.fixture(scope="module")
def pair_reference():
    return trial.run(trial.reference_of(PAIR, 1))


def of_pair(reference, n_seq):
    """A device's answers that are the CPU's."""
    by_place = dict(zip(Group(1, 32).rows, reference.logits[N_PROMPT_ROWS:], strict=True))
    logits, texts = list(reference.logits[:N_PROMPT_ROWS]), [reference.texts[0]]
    for group in groups(n_seq):
        own = [by_place[place] for place in group.rows]
        logits += [] if group.in_graph else own
        texts.append(" ".join(str(row.argmax()) for row in own))
    return trial.Answers(reference.embeddings, logits, texts, Placement(LAYERS, LAYERS))


LAYERS = {"Vulkan0": {"MUL_MAT": 15, "FLASH_ATTN_EXT": 2}}


def examine_pair(reference, attempt):
    def by_reference(settings):
        return reference if settings.device is None else attempt(settings)

    (report,) = examination.examine([GPU], n_threads=1, models=[PAIR], attempt=by_reference)
    return report


def test_a_generated_pair_is_tried_in_the_widest_batch_and_with_half_of_its_layers(pair_reference):
    report = examine_pair(pair_reference, lambda settings: of_pair(pair_reference, settings.n_seq))
    whole, half = report.findings
    assert (whole.status, half.status) == (Status.OK, Status.OK)
    assert (whole.settings.n_seq, whole.settings.n_gpu_layers, half.settings.n_gpu_layers) == (32, None, 2)
    assert half.name == f"{whole.name}, half of the layers on the CPU"
    assert report.is_right
    assert report.verdicts == {"llama with pixtral": DeviceVerdict()}


def test_layers_on_the_cpu_are_no_fallback_and_a_fault_with_them_is_told_apart(pair_reference):
    both = Placement(LAYERS, {**LAYERS, "CPU": {"MUL_MAT": 14, "FLASH_ATTN_EXT": 1}})

    def attempt(settings):
        answers = dataclasses.replace(of_pair(pair_reference, settings.n_seq), placement=both)
        return answers if settings.n_gpu_layers is not None else dataclasses.replace(answers, placement=None)

    assert [finding.status for finding in examine_pair(pair_reference, attempt).findings] == [Status.OK, Status.OK]

    def wrong(settings):
        answers = of_pair(pair_reference, settings.n_seq)
        return answers if settings.n_gpu_layers is None else off_by(answers, 0.5)

    report = examine_pair(pair_reference, wrong)
    assert [finding.status for finding in report.findings] == [Status.OK, Status.GARBAGE]
    assert not report.is_right
    assert [finding.settings.n_gpu_layers for finding in report.wrong_in_part] == [2]
    assert report.verdicts == {"llama with pixtral": DeviceVerdict()}  # which says nothing of plans that share layers
    assert list(doctor._advice(report)) == [
        f"With half of the layers on the CPU it computes {PAIR} wrong: put all on one device."
    ]


def test_a_way_that_is_right_one_at_a_time_alone_is_found_with_a_generated_pair(pair_reference):
    def attempt(settings):
        answers = of_pair(pair_reference, settings.n_seq)
        return answers if settings.n_seq == 1 else off_by(answers, 0.5)

    assert examine_pair(pair_reference, attempt).verdicts == {"llama with pixtral": DeviceVerdict(one_at_a_time=True)}
