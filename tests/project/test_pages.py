"""README, docs/ and the other pages: short enough, and every link, command, example and figure is right."""

import json
import re
import shlex
import shutil

import pytest

import localalt
from localalt import cli, lint
from localalt.lint import codes
from tests.support.paths import ROOT

README = ROOT / "README.md"
PAGES = sorted(
    {
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("benchmarks/**/*.md"),
        *ROOT.glob("localalt/**/*.md"),
        *ROOT.glob(".github/**/*.md"),
    }
)
GUIDES = [page for page in PAGES if page == README or page.parent.name == "docs" or page.name == "CONTRIBUTING.md"]
"""The pages whose commands and examples people copy."""


def named(page):
    return page.relative_to(ROOT).as_posix()


def text_of(page):
    return page.read_text(encoding="utf-8")


def blocks(page, kind):
    """The fenced code blocks of one language."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text_of(page), re.MULTILINE | re.DOTALL)


def prose_of(page):
    """Without code."""
    return re.sub(r"`[^`\n]+`", "", re.sub(r"^```.*?^```$", "", text_of(page), flags=re.MULTILINE | re.DOTALL))


def anchors(page):
    """Of the headings, as GitHub makes them."""
    without_blocks = re.sub(r"^```.*?^```$", "", text_of(page), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", without_blocks, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


# --- the README ---


def test_the_readme_is_short():
    assert len(text_of(README).splitlines()) <= 130


@pytest.mark.parametrize("name", ["try", "test"])
def test_the_two_commands_are_found_where_the_full_run_looks_for_them(name):
    lines = text_of(README).splitlines()
    at = lines.index(f"<!-- {name} -->")
    assert lines[at + 1] == "```sh"
    assert lines[at + 2].startswith(("python3 -m venv", ".venv/bin/pip"))
    assert lines[at + 3] == "```"


def test_the_text_beside_the_readmes_picture_is_the_models_own():
    """tests of the known-answer model hold it to expected.json."""
    expected = json.loads((ROOT / "examples" / "expected.json").read_text(encoding="utf-8"))
    shown = re.search(
        r'<img src="examples/(?P<name>[\w.-]+)"[^>]* alt="(?P<alt>[^"]+)">\n\n'
        r"    \$ localalt describe examples/(?P=name) --model selftest\n    (?P<text>.+)\n",
        text_of(README),
    )
    assert shown is not None
    assert shown["alt"] == shown["text"] == expected[shown["name"]]


def test_the_readmes_figures_of_speed_are_those_of_the_results(capfd):
    plot = re.search(r'<img src="docs/images/pictures-per-minute.png"[^>]* alt="([^"]+)">', text_of(README))
    assert plot is not None
    results = str(ROOT / "benchmarks" / "results" / "cpu-2-cores-zen5.jsonl")
    cli.main(["bench", "compare", results, "--metric", "images_per_min"])
    cells = [[cell.strip() for cell in line.split("|")] for line in capfd.readouterr().out.splitlines()]
    medians = {row[2]: round(float(row[3].split()[0])) for row in cells if len(row) > 3 and row[1].startswith("CPU")}
    assert f"describes {medians['1']} pictures a minute one at a time" in plot[1]
    assert f"{medians['4']} pictures a minute four at a time" in plot[1]


def test_every_page_of_the_documentation_is_found_from_the_readme_and_from_its_table():
    for page in sorted((ROOT / "docs").glob("*.md")):
        assert f"](docs/{page.name}" in text_of(README), page.name
        assert page.name == "README.md" or f"]({page.name})" in text_of(ROOT / "docs" / "README.md"), page.name


# --- links, commands, examples ---


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)\s]+)\)", prose_of(page)) + re.findall(r'(?:src|href)="([^"]+)"', prose_of(page))
    for link in links:
        if re.match(r"https?://|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def commands():
    for page in GUIDES:
        for block in blocks(page, "sh"):
            for line in block.splitlines():
                for part in re.split(r" && ", line):
                    if part.strip():
                        yield pytest.param(part, id=f"{named(page)}: {part[:60]}")


def test_the_pages_have_commands():
    assert len(list(commands())) > 30


@pytest.mark.parametrize("line", list(commands()))
def test_a_command_of_the_pages_is_one_that_there_is(line):
    words = shlex.split(line, comments=True)
    for end in ("|", ">"):
        words = words[: words.index(end)] if end in words else words
    program, *arguments = [word.removeprefix(".venv/bin/") for word in words]
    if program == "localalt":
        cli.parser().parse_args(arguments)  # a wrong one raises SystemExit
    elif program in ("python", "python3", "bash") and arguments[0] == "-m":
        module = arguments[1].replace(".", "/")
        ours = module.startswith(("localalt", "scripts"))
        assert not ours or (ROOT / f"{module}.py").exists() or (ROOT / module / "__main__.py").exists()
    elif program in ("python", "bash"):
        assert (ROOT / arguments[0]).is_file()
    else:
        assert program in ("python3", "pip", "pytest", "ruff", "mypy", "pre-commit", ".", ".ci/run"), program


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [page for page in GUIDES if blocks(page, "python")], ids=lambda page: named(page).removesuffix(".md")
)
def test_the_examples_in_python_run(page, tmp_path, monkeypatch):
    """With the known-answer model in place of those that would be downloaded."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "holiday").mkdir()
    shutil.copy(ROOT / "examples" / "chart.png", tmp_path / "chart.png")
    for name in ("dog.jpg", "holiday/one.jpg", "holiday/two.jpg"):
        shutil.copy(ROOT / "examples" / "shapes.jpg", tmp_path / name)
    describe, printed = localalt.describe, []
    monkeypatch.setattr(localalt, "describe", lambda *a, **options: describe(*a, model="selftest", **options))
    names = {"print": lambda *words, **_: printed.append(words)}
    for block in blocks(page, "python"):
        exec(block.replace('"qwen3.5-4b"', '"selftest"'), names)
    assert printed


@pytest.mark.slow
def test_the_pages_pass_their_own_rules():
    """The alt texts of their pictures."""
    assert cli.main(["lint", "--no-config", "-q", *map(str, PAGES)]) == 0


# --- what pages say of the code ---


def rows(page, heading):
    """The first table under a heading: its cells, without backticks."""
    body = text_of(page).split(f"## {heading}\n", 1)[1]
    lines = [line for line in body.split("\n## ")[0].splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def test_the_rules_and_profiles_are_those_of_the_code():
    page = ROOT / "docs" / "lint.md"
    documented = [(name, level, fixed == "yes", source) for name, level, fixed, _, source in rows(page, "Rules")]
    n_of_files = len(codes.OF_FILES)
    assert [row[:2] for row in documented[:n_of_files]] == [
        (name, level) for name, (level, _) in codes.OF_FILES.items()
    ]
    assert documented[n_of_files:] == [(rule.name, rule.level, rule.is_fixable, rule.source) for rule in lint.RULES]
    assert [name for name, _ in rows(page, "Profiles")] == list(lint.PROFILES)
