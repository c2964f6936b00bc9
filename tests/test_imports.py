"""What single rooms may import, and that importing the package is cheap."""

import ast
import functools
import inspect
import subprocess
import sys
import typing

import pytest

import localalt
from scripts.checks import house

STANDARD_LIBRARY_ONLY = {
    "text.agreement",
    "engine.detokenizer",
    "prompting.prompt",
    "drafting.task",
    "text.claims",
    "drafting.draft",
    "text.truncation",
    "prompting.notes",
    "prompting.fence",
    "files",
    "first_imports",
    "text.folding",
    "text.graphemes",
    "drafting.dialogue",
    "text.language_names",
    "text.language_subtags",
    "text.language_tag",
    "limits",
    "lint",
    "text.platforms",
    "prompting.builder",
    "prompting.prompt_file",
    "prompting.builtin",
    "text.quotations",
    "concurrency.pipeline",
    "drafting.options",
    "text.pairs",
    "concurrency.semaphore",
    "concurrency.reader_pool",
    "prompting.presets",
    "engine.ticket",
    "types",
    "errors",
    "frozen",
    "gguf.check",
    "gguf.damage",
    "gguf.mmproj_check",
    "gguf.vocabulary",
    "gguf.mmproj_tensors",
    "engine.sequence",
    "engine.scheduler",
    "text.cleaning",
    "engine.loop_detector",
    "gguf.header",
    "gguf.mmproj",
    "models.catalog",
    "planning.planner",
    "planning.cpu_kernels",
    "planning.memory",
    "models.files",
    "models.paths",
    "planning.plan",
    "models.reference",
    "hub.file_names",
    "hub.listing",
    "hub.repository",
    "hub.selection",
    "request",
    "gguf.hparams",
    "models.catalog_hparams",
    "drafting.signatures",
    "suggest",
    "units",
    "concurrency.waiting",
    "planning.weights",
    "errors.wording",
}
FOR_TYPE_CHECKERS = {"types", "request", "engine.sequence"}
"""They name numpy, and the first of them Pillow, for type checkers alone."""
CONNECTING = {"hub.client"}
"""The only module that may open a connection."""
ASKS_HUGGINGFACE_HUB = {
    "machine.json_cache",
    *(
        f"hub.{name}"
        for name in ("cache", "cached_repository", "endpoint", "lockfile", "patience", "refusals", "store")
    ),
}
"""They ask huggingface_hub for its settings, its errors, the folders of its cache and its locks."""
NETWORK_PACKAGES = {"socket", "http", "httpx", "httpx2", "requests", "urllib3", "ssl", "asyncore", "ftplib", "smtplib"}


MODULES = [(name, path) for name, path in house.modules() if name]


@functools.cache
def imported(path):
    """The top-level package of every import in a file, deferred and typing-only ones too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module.partition(".")[0])
    return found


def is_among(name, rooms):
    """Whether a module, by its dotted name below localalt, is one of these or within one of them."""
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


@pytest.mark.parametrize(("name", "path"), MODULES, ids=str)
def test_llama_cpp_is_imported_by_native_alone(name, path):
    assert is_among(name, {"native"}) or "llama_cpp" not in imported(path)


@pytest.mark.parametrize(("name", "path"), MODULES, ids=str)
def test_policy_uses_the_standard_library_alone(name, path):
    if is_among(name, STANDARD_LIBRARY_ONLY):
        foreign = imported(path) - set(sys.stdlib_module_names) - {"localalt"}
        assert foreign <= ({"numpy", "PIL"} if name in FOR_TYPE_CHECKERS else set())


@pytest.mark.parametrize(("name", "path"), MODULES, ids=str)
def test_only_the_download_speaks_to_a_network(name, path):
    packages = imported(path)
    assert is_among(name, CONNECTING) or not packages & NETWORK_PACKAGES
    if not is_among(name, CONNECTING | ASKS_HUGGINGFACE_HUB):
        assert "huggingface_hub" not in packages


def run_python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


def test_importing_the_package_imports_nothing_heavy():
    loaded = run_python("import localalt, sys; print(*sys.modules)")
    assert not {"llama_cpp", "numpy", "PIL", "huggingface_hub", "tqdm", "jinja2"} & set(loaded)


@pytest.mark.slow
def test_help_imports_nothing_heavy():
    code = "import sys; from localalt.cli import parser; parser().format_help(); print(*sys.modules)"
    assert not {"llama_cpp", "numpy", "PIL", "huggingface_hub", "tqdm", "jinja2"} & set(run_python(code))


def test_every_public_name_is_there_and_documented():
    for name in localalt.__all__:
        value = getattr(localalt, name)
        # Type aliases cannot carry a docstring; the module that has them says what they are.
        assert not (callable(value) or inspect.ismodule(value)) or typing.get_origin(value) or value.__doc__, name


def test_every_error_is_public_and_drawn_in_the_tree():
    from localalt import errors

    for name in errors.__all__:
        assert name in localalt.__all__
        assert name in (errors.__doc__ or "")
        assert issubclass(getattr(errors, name), localalt.LocalAltError)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'desribe'"):
        localalt.desribe  # noqa: B018
