"""A file that code or a page names is in the repository, or belongs to another project that is named here."""

import re

import pytest

from tests.support.paths import ROOT

FOLDERS = ("localalt", "scripts", "tests", "docs", "benchmarks", "examples", r"\.ci", r"\.github", "facts", "house")
NAMED = re.compile(rf"(?<![\w./~*-])(?:{'|'.join(FOLDERS)})(?:/[\w.*{{}},-]+)+")
PAGE = re.compile(r"(?<![\w./-])[A-Z]{4,}\.md\b")
OTHERS = {
    "docs/gguf.md": "ggml",
    "docs/README.md": "jetstream, and this one has it too",
    "tests/snapshots/qwen3.6-27b.schema": "llama.cpp",
    "tests/snapshots/gemma-3-4b-it.schema": "llama.cpp",
    "localalt/models.lock.json": "in HF_HOME: docs/cache.md",
    "localalt/models.lock.guard": "in HF_HOME: docs/cache.md",
}
"""What is not here, or need not be: whose it is."""
SOURCES = sorted(
    path
    for pattern in (
        "*.*",
        ".ci/*",
        *(f"{folder}/**/*.*" for folder in (".github", "benchmarks", "docs", "localalt", "scripts")),
    )
    for path in ROOT.glob(pattern)
    if path.is_file() and path.suffix in ("", ".md", ".toml", ".yml", ".yaml", ".py", ".sh")
)
"""Tests are left out: they name files that they make up."""


def files_named_in(text):
    for match in NAMED.finditer(text):
        yield match[0].rstrip(".,-")
    yield from PAGE.findall(text)


def is_here(name):
    if "*" in name or "{" in name:
        name = re.split(r"/[^/]*[*{]", name)[0]
    if name.endswith(".md") and "/" not in name:
        return any(path.name == name for path in SOURCES)
    return (ROOT / name).exists()


def test_names_of_files_are_found():
    assert list(files_named_in("see facts/alt-text.md (DESIGN.md), and docs/json.md.")) == [
        "facts/alt-text.md",
        "docs/json.md",
        "DESIGN.md",
    ]
    assert is_here("docs/json.md")
    assert is_here("SCHEMA.md")
    assert is_here("tests/support/*.py")
    assert not is_here("facts/alt-text.md")
    assert not is_here("DESIGN.md")
    assert len(SOURCES) > 200


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_that_is_named_is_here(path):
    missing = {name for name in files_named_in(path.read_text(encoding="utf-8")) if not is_here(name)}
    assert missing <= set(OTHERS)
