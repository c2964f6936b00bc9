"""What can be found out on this machine is found out before the hub is asked or a model is loaded."""

import asyncio
import io
import os
import subprocess
import sys

import pytest

import localalt
from localalt import shared
from localalt.cli import main
from localalt.errors import ImageError, OptionError
from localalt.readable import check_readable
from tests.support.hub import Hub, use_hub

MODEL = "owner/never-asked-for"


@pytest.fixture
def hub(tmp_path, monkeypatch):
    with Hub() as hub:
        use_hub(monkeypatch, hub.url, tmp_path / "home")
        monkeypatch.chdir(tmp_path)
        yield hub


@pytest.fixture
def bad(tmp_path, expected):
    picture = next(iter(expected)).read_bytes()
    (tmp_path / "text.png").write_text("no picture", encoding="utf-8")
    (tmp_path / "empty.png").touch()
    (tmp_path / "cut.png").write_bytes(picture[: len(picture) // 2])
    (tmp_path / "folder.png").mkdir()
    return ["/nonexistent.png", "text.png", "empty.png", "cut.png"]


def status(*arguments):
    return main([str(each) for each in arguments])


def run(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "localalt", *map(str, arguments)], capture_output=True, **options)


def test_a_picture_that_cannot_be_read_is_told_before_the_hub_is_asked(hub, bad):
    for paths in (["/nonexistent.png"], bad):
        result = run("describe", *paths, "--model", MODEL)
        assert (result.returncode, result.stdout) == (1, b""), result.stderr
        assert len([line for line in result.stderr.splitlines() if b".png" in line]) == len(paths)
    compared = run("compare", *bad[1:], "--models", f"{MODEL},owner/other")
    assert compared.returncode == 1
    assert run("describe", "-", "--model", MODEL, input=b"no picture").returncode == 1
    listed = run("describe", *bad, "--model", MODEL, "--jsonl")
    assert len(listed.stdout.splitlines()) == len(bad)
    assert hub.requests == []


def test_standard_input_that_was_looked_at_is_described(expected):
    picture = next(iter(expected))
    result = run("describe", "-", "--model", "selftest", input=picture.read_bytes())
    assert (result.returncode, result.stdout.decode().strip()) == (0, expected[picture])
    some = run("describe", "/nonexistent.png", picture, "--model", "selftest")
    assert (some.returncode, some.stdout.decode().strip()) == (1, f"{picture}: {expected[picture]}")


@pytest.mark.parametrize(
    "wrong",
    [("--language", " "), ("--prompt", "no-such.json"), ("--max-chars", "0"), ("--fact", "place"), ("--device", "GPU9")]
    + [("--platform", "nowhere"), ("--checks", "some"), ("--detail", "ultra"), ("--candidates", "99")],
)
def test_a_wrong_option_is_told_before_the_hub_is_asked(hub, expected, wrong):
    picture, (option, value) = next(iter(expected)), wrong
    assert status("describe", picture, "--model", MODEL, *wrong) == 2
    if option in ("--language", "--prompt", "--device"):
        assert status("compare", picture, "--models", MODEL, option.replace("pt", "pts"), value) == 2
    if option in ("--prompt", "--device", "--detail", "--checks"):
        named = option.replace("pt", "pts").replace("ail", "ails")
        assert status("eval", "run", "--models", MODEL, named, value, "--out", "o.jsonl", "--limit", "1") == 2
    assert hub.requests == []


def test_an_output_that_cannot_be_written_is_told_before_the_hub_is_asked(hub):
    assert status("eval", "run", "--models", MODEL, "--out", "/dev/null/o.jsonl", "--limit", "1") == 2
    assert hub.requests == []


@pytest.fixture
def never_loaded(monkeypatch):
    monkeypatch.setattr(shared, "Describer", lambda *_, **__: pytest.fail("a model was loaded"))


def test_the_functions_of_the_package_look_at_pictures_and_options_first(never_loaded, bad):
    for function in (
        localalt.describe,
        localalt.stream,
        lambda image, **o: asyncio.run(localalt.adescribe(image, **o)),
    ):
        for image in (*bad, b"no picture", io.BytesIO(b"no picture")):
            with pytest.raises(ImageError):
                function(image, model=MODEL)
        with pytest.raises(OptionError):
            function(bad[0], model=MODEL, language=" ")
    for several in (localalt.describe_many, localalt.as_completed):
        with pytest.raises(OptionError):
            several(iter(bad), model=MODEL, purpose="fun")
        with pytest.raises(OptionError):
            several("one.png", model=MODEL)
        with pytest.raises(ImageError):
            next(iter(several(bad, model=MODEL)))
        assert len(list(several(bad, model=MODEL, on_error="return"))) == len(bad)
        assert list(several([], model=MODEL)) == []

    async def many():
        return [each async for each in localalt.adescribe_many(bad, model=MODEL, on_error="return")]

    assert [isinstance(each, ImageError) for each in asyncio.run(many())] == [True] * len(bad)


def test_a_file_that_was_looked_at_stands_where_it_stood(expected):
    with next(iter(expected)).open("rb") as file:
        check_readable(file)
        assert file.tell() == 0
    read, write = os.pipe()
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        check_readable(pipe)  # cannot go back: left alone
