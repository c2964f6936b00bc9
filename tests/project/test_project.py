"""The files about the project: metadata, workflows and hooks say the same, and say what is there."""

import re
import subprocess
import sys

import pytest

import localalt
from tests.support.paths import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
GROUPS = PROJECT["dependency-groups"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def name_of(requirement):
    return re.match(r"[\w.-]+", requirement)[0].lower()


def extras_in(requirement):
    found = re.match(r"localalt\[([\w,-]+)\]$", requirement)
    return found[1].split(",") if found else []


def in_readme(command):
    """The line in the fenced block after its mark."""
    return (ROOT / "README.md").read_text(encoding="utf-8").split(f"<!-- {command} -->\n```sh\n")[1].split("\n```")[0]


def test_the_version_is_one_and_the_changelog_has_it():
    assert PROJECT["project"]["version"] == localalt.__version__
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert headings[1].split(" ")[0] == localalt.__version__


def test_extras_refer_to_extras_that_there_are():
    for requirements in (*EXTRAS.values(), *GROUPS.values()):
        for requirement in requirements:
            assert name_of(requirement) != "localalt" or extras_in(requirement)
            assert set(extras_in(requirement)) <= set(EXTRAS)


def test_what_several_extras_need_has_one_bound():
    bounds = {}
    for requirements in (*EXTRAS.values(), *GROUPS.values()):
        for requirement in requirements:
            if name_of(requirement) != "localalt":
                bounds.setdefault(name_of(requirement), set()).add(requirement)
    assert {name: found for name, found in bounds.items() if len(found) > 1} == {}


def test_every_extra_that_a_page_names_is_there():
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")]:
        text = page.read_text(encoding="utf-8")
        named = re.findall(r"(?:localalt|'\.|\s\.)\[([a-z,]+)\]'", text) + re.findall(r"extra `([a-z]+)`", text)
        assert {extra for names in named for extra in names.split(",")} <= set(EXTRAS), page.name


@pytest.mark.skipif(sys.platform == "win32", reason="a script of bash")
@pytest.mark.parametrize("name", ["try", "test"])
def test_the_full_run_and_the_workflows_read_the_readmes_commands(name):
    printed = subprocess.run([ROOT / ".ci" / "readme_command", name], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == in_readme(name)
    assert printed.startswith(("python3 -m venv .venv", ".venv/bin/pip install"))


@pytest.mark.skipif(sys.platform == "win32", reason="a script of bash")
def test_a_block_that_is_not_in_the_readme_is_an_error():
    run = subprocess.run([ROOT / ".ci" / "readme_command", "no-such-block"], capture_output=True, text=True)
    assert run.returncode == 1
    assert "no block" in run.stderr


def test_there_is_a_workflow_for_each_system_and_it_runs_the_readmes_commands():
    assert [path.stem for path in WORKFLOWS] == ["linux", "macos", "windows"]
    for path in WORKFLOWS:
        text = path.read_text(encoding="utf-8")
        assert ".ci/readme_command try" in text
        assert ".ci/readme_command test" in text or ".ci/run" in text
    assert "localalt doctor" in (ROOT / ".github" / "workflows" / "macos.yml").read_text(encoding="utf-8")


def test_the_hooks_run_what_the_extra_for_tests_installs():
    hooks = re.findall(r"^ +entry: (\w+)", (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(hooks) == {"ruff", "mypy"}
    assert set(hooks) <= {name_of(requirement) for requirement in EXTRAS["test"]}
    assert "pre-commit" in {name_of(requirement) for requirement in GROUPS["dev"]}
