"""No cache serves in a measurement: a picture seen before costs the same, by the counts of native calls."""

import collections

import pytest

import localalt
import localalt.cli
from localalt import native, selftest
from localalt.bench import child
from localalt.bench.setup import Setup
from localalt.bench.targets import Target
from localalt.errors import EngineError, OptionError
from localalt.evaluation.arms import arms_of
from localalt.evaluation.cases import pictures_as_cases
from localalt.evaluation.records import Records, read_records
from localalt.evaluation.runner import run

SELFTEST = Target("selftest", selftest.WEIGHTS, selftest.MMPROJ, "real")


@pytest.fixture
def counts(monkeypatch):
    """Chunks encoded, tokens of text prefilled, and caches copied back, by name."""
    found = collections.Counter()
    encode_batch, decode_text, restore = (
        native.Projector.encode_batch,
        native.Context.decode_text,
        native.Context.restore,
    )

    def counted_encode(self, chunks):
        found["encoded"] += len(chunks)
        return encode_batch(self, chunks)

    def counted_text(self, tokens, *arguments, **options):
        found["text tokens"] += len(tokens)
        return decode_text(self, tokens, *arguments, **options)

    def counted_restore(self, *arguments):
        found["restored"] += 1
        return restore(self, *arguments)

    monkeypatch.setattr(native.Projector, "encode_batch", counted_encode)
    monkeypatch.setattr(native.Context, "decode_text", counted_text)
    monkeypatch.setattr(native.Context, "restore", counted_restore)
    return found


def measured(pictures, width, n_tokens):
    return child.run(Setup(SELFTEST, "cpu", width, "own", "0" * 64, tuple(pictures), n_tokens))


@pytest.mark.slow
@pytest.mark.parametrize("n_tokens", [None, 3], ids=["own ending", "exact tokens"])
@pytest.mark.parametrize("width", [1, 2, 4, 8])
def test_a_picture_seen_before_costs_the_same_at_every_width(counts, expected, width, n_tokens, monkeypatch):
    monkeypatch.setattr(native, "measure_rates", lambda *_, **__: native.Rates(1e9, 1e9))  # takes seconds
    picture, other = list(expected)[:2]
    measured([picture, other], width, n_tokens)  # the first run makes nothing cheaper for the second
    costs = []
    for pictures in ([picture, other] * 2, [picture] * 4):
        counts.clear()
        measured(pictures, width, n_tokens)
        n_all = len(pictures) + max(child.N_WARM_UP, width)
        assert counts["encoded"] == n_all
        costs.append((counts["text tokens"] / n_all, counts["restored"]))
    assert costs[0] == costs[1]


@pytest.mark.slow
def test_a_run_with_a_picture_from_a_cache_has_no_figures(expected):
    with localalt.load("selftest", device="cpu") as describer:
        texts = [describer.describe(next(iter(expected))) for _ in range(2)]
    child._check_encoded(texts[:1])
    with pytest.raises(EngineError, match=r"was not encoded"):
        child._check_encoded(texts)


@pytest.mark.slow
def test_outside_of_measurements_a_picture_seen_before_is_not_encoded_again(counts, expected):
    with localalt.load("selftest", device="cpu") as describer:
        for _ in range(3):
            describer.describe(next(iter(expected)))
    assert counts["encoded"] == 1


@pytest.mark.slow
def test_without_reuse_the_words_before_a_picture_are_computed_for_each(counts, expected):
    per_load = {}
    for reuse in (True, False):
        counts.clear()
        with localalt.load("selftest", device="cpu", n_seq_max=1, reuse=reuse) as describer:
            texts = [describer.describe(picture, checks="off") for picture in list(expected)[:3]]
        assert [alt.text for alt in texts] == [expected[picture] for picture in list(expected)[:3]]
        per_load[reuse] = counts["text tokens"], counts["restored"]
    n_image = texts[0].timings.n_image_tokens
    assert per_load[False] == (sum(alt.timings.n_prompt_tokens - n_image for alt in texts), 0)
    assert per_load[True][0] < per_load[False][0]
    assert per_load[True][1] == 2


@pytest.mark.parametrize("value", [None, 0, 1, "no"])
def test_reuse_is_true_or_false(value):
    with pytest.raises(OptionError, match="reuse is"):
        localalt.load("selftest", reuse=value)


@pytest.mark.slow
def test_arms_of_one_model_pay_for_every_picture_in_eval_run(counts, expected, tmp_path):
    """Through the command, since it chooses how a model is loaded."""
    folder = tmp_path / "cases.jsonl"
    paths = list(expected)[:2]
    folder.write_text("".join(f'{{"id": "{path.stem}", "picture": "{path}"}}\n' for path in paths))
    out = tmp_path / "out.jsonl"
    prompts = tmp_path / "other.txt"
    prompts.write_text("describe it")
    common = [
        "--models",
        "selftest",
        "--prompts",
        f"plain,{prompts}",
        "--checks",
        "off",
        "--device",
        "cpu",
        "--in-process",
    ]
    assert localalt.cli.main(["eval", "run", "--cases", str(folder), *common, "--out", str(out), "-q"]) == 0
    records = list(read_records(out))
    assert len(records) == 4
    assert counts["encoded"] == 4
    assert all(each["timings"]["encode_s"] > 0 for each in records)


@pytest.mark.slow
def test_pictures_are_read_for_every_arm_unless_the_caller_shares_them(expected, tmp_path, monkeypatch):
    from localalt.evaluation import runner

    decoded = []
    own = runner._decoded
    monkeypatch.setattr(runner, "_decoded", lambda path: decoded.append(path) or own(path))
    cases = pictures_as_cases(list(expected)[:2])
    for number, pictures in enumerate((None, runner.Pictures())):
        run(
            cases,
            arms_of(["selftest"], ["plain"]),
            Records(tmp_path / f"{number}.jsonl"),
            load=lambda arm: localalt.load(arm.model, device="cpu"),
            pictures=pictures,
        )
        assert len(decoded) == (0 if pictures is None else 2)
