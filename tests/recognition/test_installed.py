"""Without the extra: off, and one clear error for whoever asks for it."""

import pytest

import localalt
from localalt.drafting.task import make_task
from localalt.isolation.jobs import call_of
from localalt.recognition import installed


@pytest.fixture
def without(monkeypatch):
    monkeypatch.setattr(installed, "NEEDED", ("rapidocr_is_not_here", "json"))


@pytest.fixture
def with_all(monkeypatch):
    monkeypatch.setattr(installed, "NEEDED", ("json",))


@pytest.mark.parametrize("ocr", ["check", "assist"])
def test_asking_for_it_without_the_extra_is_one_error(without, ocr):
    with pytest.raises(localalt.OptionError) as caught:
        make_task({"ocr": ocr})
    assert str(caught.value) == (
        'ocr needs rapidocr_is_not_here, which is not installed: pip install "localalt[ocr]", or leave the option out.'
    )
    assert caught.value.in_command.startswith("--ocr needs")


def test_it_is_off_without_the_extra(without):
    assert make_task({}).ocr == "off"
    assert make_task({"ocr": "off"}).ocr == "off"


def test_it_looks_claims_up_where_the_extra_is(with_all):
    assert make_task({}).ocr == "check"
    assert make_task({"ocr": "assist"}).ocr == "assist"
    assert make_task({"ocr": "assist"}, exact=True).ocr == "off"


def test_another_interpreter_may_have_the_extra(without):
    assert '"assist"' in call_of({"ocr": "assist"}, is_here=False).options
    with pytest.raises(localalt.OptionError):
        call_of({"ocr": "assist"})


def test_a_wrong_value_is_named():
    with pytest.raises(localalt.OptionError, match="ocr is 'asist'"):
        make_task({"ocr": "asist"})
