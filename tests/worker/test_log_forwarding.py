"""What a child logs reaches its parent, from the parent's level on; llama.cpp's words reach standard error, too."""

import logging

import pytest

from localalt.worker.log_forwarding import forward_log

NAMES = ("localalt", "localalt.llama_cpp")


@pytest.fixture(autouse=True)
def loggers():
    found = [logging.getLogger(name) for name in NAMES]
    before = [(logger.level, logger.propagate, list(logger.handlers)) for logger in found]
    yield
    for logger, (level, propagate, handlers) in zip(found, before, strict=True):
        logger.setLevel(level)
        logger.propagate = propagate
        logger.handlers[:] = handlers


def test_records_from_the_parents_level_on_are_sent_with_name_and_level():
    sent = []
    forward_log(logging.INFO, sent.append)
    logger = logging.getLogger("localalt.engine")
    logger.debug("too small")
    logger.info("loaded %s", "ä\ud800")
    logging.getLogger("PIL").error("not localalt's")
    assert sent == [{"event": "log", "name": "localalt.engine", "level": logging.INFO, "message": "loaded ä\ud800"}]


def test_a_traceback_is_part_of_the_message():
    sent = []
    forward_log(logging.INFO, sent.append)
    try:
        raise KeyError("op")
    except KeyError:
        logging.getLogger("localalt.engine").exception("failed")
    assert sent[0]["message"].startswith("failed\nTraceback")


def test_llama_cpps_words_are_on_standard_error_whatever_the_level_and_sent_as_of_it(capfd):
    sent = []
    forward_log(logging.WARNING, sent.append)
    logger = logging.getLogger("localalt.llama_cpp")
    logger.debug("a detail")
    logger.info("loads %d tensors", 7)
    logger.warning("short of memory \ud800")
    assert capfd.readouterr().err == "loads 7 tensors\nshort of memory ?\n"
    assert [each["message"] for each in sent] == ["short of memory \ud800"]


def test_a_closed_standard_error_is_no_error(monkeypatch):
    def fail(fd, data):
        raise OSError(9, "Bad file descriptor")

    forward_log(logging.WARNING, lambda body: None)
    monkeypatch.setattr("os.write", fail)
    logging.getLogger("localalt.llama_cpp").warning("unheard")
