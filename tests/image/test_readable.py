"""What can be found out on this machine is found out before the hub is asked or a model is loaded."""

import asyncio
import io
import os
import pathlib
import subprocess
import sys

import pytest

import localalt
from localalt.cli import describe, main
from localalt.cli.describe import own_warnings
from localalt.describer import registry
from localalt.errors import ImageError, OptionError
from localalt.image.readable import check_readable
from tests.support.fake_engine import FakeEngine, fake_model
from tests.support.hub import use_hub

MODEL = "owner/never-asked-for"


@pytest.fixture
def hub(hub, tmp_path, monkeypatch):
    use_hub(monkeypatch, hub.url, tmp_path / "home")
    monkeypatch.chdir(tmp_path)
    return hub


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


@pytest.mark.slow
def test_a_picture_that_cannot_be_read_is_reported_before_the_hub_is_asked(hub, bad):
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


@pytest.mark.slow
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
def test_a_wrong_option_is_reported_before_the_hub_is_asked(hub, expected, wrong):
    picture, (option, value) = next(iter(expected)), wrong
    assert status("describe", picture, "--model", MODEL, *wrong) == 2
    if option in ("--language", "--prompt", "--device"):
        assert status("compare", picture, "--models", MODEL, option.replace("pt", "pts"), value) == 2
    if option in ("--prompt", "--device", "--detail", "--checks"):
        named = option.replace("pt", "pts").replace("ail", "ails")
        assert status("eval", "run", "--models", MODEL, named, value, "--out", "o.jsonl", "--limit", "1") == 2
    assert hub.requests == []


def test_an_output_that_cannot_be_written_is_reported_before_the_hub_is_asked(hub):
    assert status("eval", "run", "--models", MODEL, "--out", "/dev/null/o.jsonl", "--limit", "1") == 2
    assert hub.requests == []


@pytest.fixture
def never_loaded(monkeypatch):
    monkeypatch.setattr(registry, "Describer", lambda *_, **__: pytest.fail("a model was loaded"))


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


# --- where no model need be asked, none is loaded ---

SHORT = "Our dog Ada"


@pytest.mark.parametrize(
    ("options", "verdict"),
    [
        ({"purpose": "decorative"}, "decorative"),
        ({"purpose": "decorative", "existing": "Our dog Ada."}, "decorative"),
        ({"existing": "Our dog Ada asleep on a red sofa in Lisbon."}, "kept"),
        ({"existing": "Search", "purpose": "button"}, "kept"),
        ({"existing": SHORT}, "kept"),
    ],
)
def test_no_function_of_the_package_loads_a_model_that_it_need_not_ask(never_loaded, expected, options, verdict):
    paths = list(expected)[:2]
    options = {**options, "model": MODEL}
    stream = localalt.stream(paths[0], **options)
    assert list(stream) == []
    stream.close()

    async def source():
        for path in paths:
            yield path

    async def by_asyncio():
        alone = await localalt.adescribe(paths[0], **options)
        plain = [each async for each in localalt.adescribe_many(paths, **options)]
        return [alone, *plain, *[each async for each in localalt.adescribe_many(source(), **options)]]

    alts = [
        localalt.describe(paths[0], **options),
        stream.result,
        *localalt.describe_many(iter(paths), **options),
        *(alt for _, alt in localalt.as_completed(paths, **options)),
        *asyncio.run(by_asyncio()),
    ]
    assert [(alt.verdict, alt.finish_reason, alt.model) for alt in alts] == [(verdict, "unasked", None)] * 11
    assert [alt.source for alt in alts[2:4]] == [str(path) for path in paths]
    assert [index for index, _ in localalt.as_completed(paths, **options)] == [0, 1]


def test_a_picture_that_is_not_there_is_an_error_also_where_no_model_is_asked(never_loaded, expected):
    paths = [next(iter(expected)), "missing.png"]
    options = {"model": MODEL, "purpose": "decorative"}
    for several in (localalt.describe_many, localalt.as_completed):
        results = several(paths, **options)
        next(results)
        with pytest.raises(localalt.ImageNotFoundError):
            next(results)
    first, missing = localalt.describe_many(paths, on_error="return", **options)
    assert (first.verdict, type(missing)) == ("decorative", localalt.ImageNotFoundError)
    with pytest.raises(localalt.ImageNotFoundError):
        localalt.stream("missing.png", **options)


def test_many_pictures_that_need_no_model_are_taken_one_at_a_time(never_loaded, expected):
    taken = []

    def endless():
        while True:
            taken.append(next(iter(expected)))
            yield taken[-1]

    results = localalt.describe_many(endless(), model=MODEL, purpose="decorative")
    assert taken == []
    next(results)
    assert len(taken) == 1


@pytest.mark.parametrize("options", [("--purpose", "decorative"), ("--existing", "Our dog Ada on a red sofa.")])
def test_the_command_loads_no_model_that_it_need_not_ask(hub, expected, options, capsys):
    pictures = list(expected)[:2]
    for more in ((), ("--jsonl",), ("--json", "-q")):
        assert status("describe", *pictures, "--model", MODEL, *options, *more) == 0
    assert status("describe", pictures[0], "missing.png", "--model", MODEL, *options) == 1
    assert hub.requests == []
    assert "missing.png" in capsys.readouterr().err


def test_a_warning_about_a_text_that_stays_is_printed(hub, expected, capsys):
    """It was dropped in place of one that every result of the loaded model carries."""
    picture = next(iter(expected))
    assert status("describe", picture, "--model", "selftest", "--existing", SHORT) == 0
    assert f"{picture}: length: " in capsys.readouterr().err


def test_only_the_warnings_that_all_results_share_are_left_out():
    shared_by_all = localalt.Notice("memory-short", "Close other programs.")
    own = localalt.Notice("memory-short", "It is the same by name only.")
    assert own == shared_by_all
    assert own_warnings((shared_by_all, own), (shared_by_all,)) == [own]
    assert own_warnings((own,), (shared_by_all,))[0] is own


# --- a prompt's file is read once ---


@pytest.fixture
def prompt(tmp_path, monkeypatch):
    """A prompt of a person's own, and how often its file was opened."""
    path, opened = tmp_path / "mine.txt", []
    path.write_text("Describe this picture in one sentence.", encoding="utf-8")
    open_ = pathlib.Path.open

    def count(self, *arguments, **options):
        if self == path:
            opened.append(self)
        return open_(self, *arguments, **options)

    monkeypatch.setattr(pathlib.Path, "open", count)
    return path, opened


@pytest.fixture
def fake(monkeypatch):
    """The engine of the Describer that the package's functions share."""
    engine = FakeEngine()
    monkeypatch.setattr(registry, "loads", {})
    monkeypatch.setattr(registry, "Describer", lambda *_, **__: localalt.Describer.from_loaded(fake_model(engine)))
    yield engine
    for loaded in registry.loads.values():
        loaded.result().close()


@pytest.mark.slow
def test_a_prompts_file_is_read_once_a_call(fake, prompt, expected, monkeypatch):
    path, opened = prompt
    picture = next(iter(expected))

    async def by_asyncio():
        await localalt.adescribe(picture, prompt=path)
        return [each async for each in localalt.adescribe_many([picture], prompt=path)]

    for n_questions, call in (
        (1, lambda: localalt.describe(picture, prompt=path)),
        (1, lambda: localalt.stream(picture, prompt=path).result),
        (2, lambda: list(localalt.describe_many([picture] * 2, prompt=path))),
        (2, lambda: list(localalt.as_completed([picture] * 2, prompt=str(path)))),
    ):
        fake.requests.clear()
        opened.clear()
        call()
        assert len(opened) == 1
        words = ["".join(text for text, _ in request.questions[0].parts) for request in fake.requests]
        assert len(words) == n_questions
        assert all("Describe this picture in one sentence." in each for each in words)
    opened.clear()
    asyncio.run(by_asyncio())
    assert len(opened) == 2


def test_a_prompts_file_is_read_once_a_command(prompt, expected, monkeypatch, capsys):
    path, opened = prompt
    fake = localalt.Describer.from_loaded(fake_model(FakeEngine()))
    monkeypatch.setattr(describe, "load_model", lambda *_, **__: fake)
    assert status("describe", *list(expected)[:2], "--prompt", path, "--in-process") == 0
    assert len(opened) == 1
