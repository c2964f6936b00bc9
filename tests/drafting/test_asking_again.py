"""More than one question about a picture, through the real engine: other tries, candidates, transcriptions.

The known-answer model says the same to every question that it knows, so that what is asked again, and of which
picture, is seen in its answers and in the counts of the engine.
"""

import dataclasses
import itertools
import threading
import time

import pytest

import localalt
from localalt import native
from localalt.concurrency.reader_pool import N_READERS
from localalt.describer.loading import load_model
from localalt.engine.sequence import Prefix
from localalt.prompting.builtin import PROMPTS
from localalt.prompting.presets import VENDOR_SAMPLING
from tests.support.engine_probe import EngineProbe, before_the_second, recorded
from tests.support.fake_engine import FakeEngine, fake_model
from tests.support.semaphores import n_free

PATIENCE_S = 60


@pytest.fixture
def loaded():
    return load_model("selftest", {"device": "cpu", "n_seq_max": 3})


@pytest.fixture
def own(loaded):
    with localalt.Describer.from_loaded(loaded) as describer:
        yield describer


@pytest.fixture
def probe(loaded):
    """What looks into the engine of `own`."""
    return EngineProbe(loaded.engine)


@pytest.fixture
def fake():
    """A Describer without a model, and the engine that answers it."""
    engine = FakeEngine()
    with localalt.Describer.from_loaded(fake_model(engine)) as describer:
        yield describer, engine


@pytest.fixture
def pictures(expected):
    return list(expected.items())


def is_open(handle):
    try:
        return bool(handle.pointer)
    except localalt.ClosedError:
        return False


def is_at_rest(describer, probe):
    end = time.monotonic() + PATIENCE_S
    while not probe.is_idle:
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)
    return n_free(describer._service.permits) == describer.plan.n_seq_max + N_READERS + 1


@pytest.fixture
def prefixes(monkeypatch):
    """All pictures that come to an engine."""
    found = []

    def record(*arguments, **options):
        found.append(Prefix(*arguments, **options))
        return found[-1]

    monkeypatch.setattr("localalt.engine.ticket.Prefix", record)
    return found


def held(prefixes):
    """Those that still hold what the cache held."""
    return [each for each in prefixes if each.state is not None]


@pytest.mark.slow
def test_another_try_is_answered_about_the_same_picture_without_another_encode(own, probe, pictures, prefixes):
    """Asked for German, the model says it in English again: the second question is about the picture all the same."""
    for path, text in pictures[:6]:
        alt = own.describe(path, language="de", checks="lint")
        assert alt.text == text
        assert alt.timings.n_answers in (1, 2)  # few words do not show their language
        if alt.timings.n_answers == 2:
            assert "language" in [notice.name for notice in alt.warnings]
    assert is_at_rest(own, probe)
    assert not held(prefixes)


@pytest.mark.slow
def test_another_try_costs_text_tokens_only(own, pictures, monkeypatch):
    path, text = next(each for each in pictures if "chart" in each[0].name)
    n_image_decodes = itertools.count()
    decode_image = native.Context.decode_image
    monkeypatch.setattr(
        native.Context, "decode_image", lambda *arguments: (next(n_image_decodes), decode_image(*arguments))
    )
    alt = own.describe(path, language="de", checks="full", also=("long",))
    assert next(n_image_decodes) == 1
    assert (alt.text, alt.timings.n_answers) == (text, 2)
    assert (alt.also["long"].text, alt.also["long"].timings.n_answers) == (text, 2)


@pytest.mark.slow
def test_many_pictures_are_asked_again_each_about_itself(own, probe, pictures, prefixes):
    paths, texts = zip(*pictures * 3, strict=True)
    alts = list(own.describe_many(paths, language="de", checks="full", also=("long", "text")))
    assert [alt.text for alt in alts] == list(texts)
    assert [alt.also["long"].text for alt in alts] == list(texts)
    assert is_at_rest(own, probe)
    assert not held(prefixes)


@pytest.mark.slow
def test_a_quotation_is_supported_by_a_transcription_of_the_same_picture(own, pictures):
    path, text = next(each for each in pictures if '"' in each[1])
    alt = own.describe(path, checks="full", ocr="off")
    assert (alt.text, alt.timings.n_answers) == (text, 2)
    assert not [notice for notice in alt.warnings if notice.name.startswith("unsupported")]


@pytest.mark.slow
def test_candidates_are_drawn_the_same_whatever_else_is_under_way(own, pictures):
    alone = [own.describe(path, candidates=3, checks="lint").candidates for path, _ in pictures]
    together = list(own.describe_many([path for path, _ in pictures] * 2, candidates=3, checks="lint"))
    assert [alt.candidates for alt in together] == alone * 2
    assert all(alt.text == text for alt, (_, text) in zip(together, pictures * 2, strict=True))


@pytest.mark.slow
def test_hot_candidates_differ_and_the_next_greedy_answer_is_not_touched(own, pictures, monkeypatch):
    path, text = pictures[0]
    hot = dataclasses.replace(VENDOR_SAMPLING["generic"], temperature=4.0, top_p=1.0, top_k=0, min_p=0.0)
    monkeypatch.setattr("localalt.drafting.task.VENDOR_SAMPLING", {"generic": hot})
    samplers = recorded(monkeypatch, "localalt.native.context.Sampler", native.Sampler)
    alt = own.describe(path, candidates=4, checks="lint")
    assert len({str(each) for each in alt.candidates}) > 2
    assert str(alt.candidates[0]) == text
    assert [each.text for each in own.describe_many([path] * 6)] == [text] * 6
    assert len(samplers) > 3
    assert sum(map(is_open, samplers)) <= 3, "each slot has one sampler, and its earlier ones are closed"


@pytest.mark.slow
def test_slots_that_draw_differently_are_swapped_while_they_answer(own, pictures, monkeypatch):
    """Short answers leave gaps below longer ones, which move down into slots that drew in another way."""
    hot = dataclasses.replace(VENDOR_SAMPLING["generic"], temperature=1.0)
    monkeypatch.setattr("localalt.drafting.task.VENDOR_SAMPLING", {"generic": hot})
    has_moved: list[bool] = []
    move = native.Context.move
    monkeypatch.setattr(native.Context, "move", lambda *arguments: (has_moved.append(True), move(*arguments)))
    n_rounds = 0
    while n_rounds < 3 or (not has_moved and n_rounds < 30):  # on a busy machine readers may leave no gap for a while
        n_rounds += 1
        for alt, (_, text) in zip(
            own.describe_many([path for path, _ in pictures], candidates=2, checks="lint"), pictures, strict=True
        ):
            assert str(alt.candidates[0]) == text
    assert has_moved, "nothing was tried here"


@pytest.mark.slow
def test_a_second_try_that_fails_leaves_the_first_answer(own, probe, pictures, monkeypatch, prefixes):
    def fail():
        raise localalt.NativeError("no", call="llama_decode", code=-1)

    before_the_second(monkeypatch, fail)
    path, text = next(each for each in pictures if "chart" in each[0].name)
    alt = own.describe(path, language="de", checks="lint")
    assert (alt.text, alt.timings.n_answers) == (text, 1)
    assert is_at_rest(own, probe)
    assert not held(prefixes)


@pytest.mark.slow
def test_giving_up_between_two_tries_frees_everything(own, probe, pictures, monkeypatch, prefixes):
    chart = next(path for path, _ in pictures if "chart" in path.name)
    second, go_on = threading.Event(), threading.Event()
    before_the_second(monkeypatch, lambda: (second.set(), go_on.wait(PATIENCE_S)))
    stream = own.stream(chart, language="de", checks="lint")
    assert "".join(stream)
    assert second.wait(PATIENCE_S)
    stream.close()
    go_on.set()
    with pytest.raises(localalt.ClosedError):
        _ = stream.result
    assert is_at_rest(own, probe)
    assert not held(prefixes)
    assert own.describe(chart).text


@pytest.mark.slow
def test_closing_the_describer_between_two_tries_ends_the_call(own, loaded, pictures, monkeypatch):
    describer = own
    chart = next(path for path, _ in pictures if "chart" in path.name)
    ask = loaded.engine.ask

    def close_first(*arguments):
        threading.Thread(target=describer.close).start()
        time.sleep(0.05)
        return ask(*arguments)

    monkeypatch.setattr(loaded.engine, "ask", close_first)
    with pytest.raises(localalt.ClosedError):
        describer.describe(chart, language="de", checks="lint")


@pytest.mark.slow
def test_what_is_asked_again_comes_before_what_waits(own, pictures, prefixes):
    """Otherwise every picture of a long list would hold its cache's state until the list is done."""
    most = 0
    chart = next(path for path, _ in pictures if "chart" in path.name)
    for _ in own.describe_many([chart] * 30, language="de", checks="lint"):
        most = max(most, len(held(prefixes)))
    assert most <= 3 + 3, "as many as there are slots, and those that have just ended"


def test_a_decorative_picture_is_never_handed_to_the_engine(fake, pictures):
    own, engine = fake
    alt = own.describe(pictures[0][0], purpose="decorative")
    assert (alt.text, alt.verdict, alt.model, alt.finish_reason) == ("", "decorative", None, "unasked")
    assert alt.source == str(pictures[0][0])
    assert [each.verdict for each in own.describe_many([path for path, _ in pictures], purpose="decorative")] == [
        "decorative"
    ] * len(pictures)
    stream = own.stream(pictures[0][0], purpose="decorative")
    assert (list(stream), stream.result.verdict) == ([], "decorative")
    alt.to_dict()
    assert engine.n_asked == 0


def test_no_model_is_loaded_for_a_decorative_picture_or_a_text_that_stays(pictures, monkeypatch):
    monkeypatch.setattr("localalt.describer.registry.Describer", None)
    assert localalt.describe(pictures[0][0], purpose="decorative").verdict == "decorative"
    kept = localalt.describe(pictures[0][0], existing="Our dog Ada asleep on a red sofa in Lisbon.")
    assert (kept.text, kept.verdict) == ("Our dog Ada asleep on a red sofa in Lisbon.", "kept")
    with pytest.raises(localalt.ImageNotFoundError):
        localalt.describe("missing.jpg", purpose="decorative")
    with pytest.raises(localalt.OptionError, match="did you mean"):
        localalt.describe(pictures[0][0], purpose="decorativ")


@pytest.mark.slow
def test_a_persons_text_stays_and_what_the_model_has_to_say_is_beside_it(own, pictures):
    path, text = pictures[0]
    alt = own.describe(path, existing="Our dog Ada asleep on a red sofa in Lisbon.", on_existing="check")
    assert (alt.text, alt.verdict, alt.model) == ("Our dog Ada asleep on a red sofa in Lisbon.", "kept", None)
    assert alt.also["draft"].text == text
    assert ("doubtful", f"The model objects: {text}") in [(each.name, each.message) for each in alt.warnings]


@pytest.mark.slow
def test_a_text_of_a_persons_that_is_none_gets_a_draft(own, pictures):
    path, text = pictures[0]
    alt = own.describe(path, existing="IMG_2034.jpg", checks="lint")
    assert (alt.text, alt.verdict) == (text, "draft")
    assert "existing-replaced" in [notice.name for notice in alt.warnings]


def test_options_are_checked_at_the_call_whoever_calls(own, pictures):
    for options, message in (
        ({"purpose": "lnik"}, 'did you mean "link"'),
        ({"detail": "hgih"}, 'did you mean "high"'),
        ({"checks": None}, 'use "full"'),
        ({"candidates": 0}, "candidates is 0"),
        ({"candidates": 9}, "from 1 to 8"),
        ({"candidates": True}, "candidates is True"),
        ({"metadata": "yes"}, "metadata is 'yes'"),
        ({"existing": 5}, "existing must be text"),
        ({"on_existing": "maybe"}, "on_existing is 'maybe'"),
        ({"platform": "blusky"}, "did you mean"),
        ({"prompt": "plian"}, "did you mean"),
        ({"facts": {"poeple": "Ada"}}, 'did you mean "people"'),
        ({"purpose": ["link"]}, "purpose is"),
    ):
        for call in (own.describe, own.stream, lambda path, **options: own.describe_many([path], **options)):
            with pytest.raises(localalt.OptionError, match=message):
                call(pictures[0][0], **options)


@pytest.mark.slow
def test_results_say_which_prompt_wrote_them(own, pictures):
    assert own.describe(pictures[0][0]).prompt == PROMPTS["selftest"].identity


def test_what_a_file_says_comes_into_its_own_question_alone(fake, pictures, tmp_path):
    from PIL import Image

    path, _ = pictures[0]
    exif = Image.Exif()
    exif[0x010E] = "Ada"
    named = tmp_path / "named.png"
    Image.open(path).save(named, exif=exif)
    own, engine = fake
    list(own.describe_many([path, named], metadata=True))
    own.describe(named)
    words = ["".join(text for text, _ in request.questions[0].parts) for request in engine.requests]
    assert sorted("Caption, from the file: Ada" in each for each in words) == [False, False, True]
