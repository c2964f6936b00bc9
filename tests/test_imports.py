"""What the package's layout promises: imports point one way, and importing is cheap."""

import ast
import inspect
import subprocess
import sys
import typing
from pathlib import Path

import pytest

import localalt

PACKAGE = Path(localalt.__file__).parent

# Each layer may import from those below it only.
LAYERS = [
    {"__main__"},
    {"cli"},
    {"shared", "evaluation"},
    {"describer", "lineup"},
    {"listing"},
    {"models", "pieces", "drafts", "doctor"},
    {"slots", "job", "trial", "run_log"},
    {"engine", "interview"},
    {"assignment", "documents", "readable"},
    {"machine", "model", "modelpaths", "prompt", "promptfile", "facts", "template", "image", "lint", "download"},
    {"text", "agreement", "claims"},
    {"endings", "hints", "detail", "language", "language_tag"},
    {"encoder", "verdicts", "readers", "many", "tuned", "picture_times", "quotations"},
    {"options", "platforms"},
    {"native", "hardware", "pins", "scheduler", "colour", "formats", "resize", "sandbox", "sources", "reference"},
    {"planning"},
    {
        "containers",
        "libtiff",
        "plan",
        "widths",
        "places",
        "shapes",
        "hubcache",
        "lockfile",
        "hub",
        "catalog",
        "console",
    },
    {
        "memory",
        "answer",
        "loop",
        "sequence",
        "repository",
        "selftest",
        "embeddings",
        "bfloat16",
        "drivers",
        "kept",
        "isolated",
        "regular",
    },
    {"weights", "kernels", "kept", "isolated"},
    {"header_check"},
    {"mmproj_tensors"},
    {"shape"},
    {"projector"},
    {"gguf"},
    {"presets", "prompts", "graphemes", "languages", "language_names", "language_subtags", "pairs", "folding", "fence"},
    {"limits"},
    {"signatures"},
    {"types", "errors", "wording", "frozen", "units", "asking", "files", "first_imports"},
]
STANDARD_LIBRARY_ONLY = {
    "agreement",
    "answer",
    "asking",
    "assignment",
    "claims",
    "endings",
    "facts",
    "fence",
    "files",
    "first_imports",
    "folding",
    "graphemes",
    "interview",
    "language_names",
    "language_subtags",
    "language_tag",
    "limits",
    "lint",
    "platforms",
    "prompt",
    "promptfile",
    "prompts",
    "quotations",
    "many",
    "options",
    "pairs",
    "places",
    "readers",
    "presets",
    "types",
    "errors",
    "frozen",
    "header_check",
    "mmproj_tensors",
    "sequence",
    "scheduler",
    "text",
    "loop",
    "gguf",
    "projector",
    "catalog",
    "hardware",
    "kernels",
    "memory",
    "model",
    "modelpaths",
    "plan",
    "reference",
    "repository",
    "shape",
    "shapes",
    "signatures",
    "units",
    "weights",
    "wording",
}
CONNECTING = {"hub", "download"}
"""The only modules that may open a connection."""
NETWORK_PACKAGES = {"socket", "http", "httpx", "httpx2", "requests", "urllib3", "ssl", "asyncore", "ftplib", "smtplib"}


def modules():
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts != ("__init__",):
            yield parts[0], path


def imported(path):
    """(top-level package, module within localalt) of every import in a file, deferred and typing-only ones too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = node.module == "localalt"
            names = [f"{node.module}.{alias.name}" if package else node.module for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            yield parts[0], parts[1] if len(parts) > 1 and parts[0] == "localalt" else ""


def test_every_module_has_its_layer():
    assert {name for name, _ in modules()} == set().union(*LAYERS)


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=str)
def test_imports_point_down_only(name, path):
    level = next(index for index, layer in enumerate(LAYERS) if name in layer)
    above = set().union(*LAYERS[:level])
    for package, module in imported(path):
        if package == "localalt" and module not in ("", name) and name != "selftest":
            assert module not in above, f"{path.name} imports {module} from above"
        if package == "llama_cpp":
            assert name == "native", f"{path.name} imports llama_cpp"


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=str)
def test_policy_uses_the_standard_library_alone(name, path):
    if name in STANDARD_LIBRARY_ONLY:
        foreign = {package for package, _ in imported(path)} - set(sys.stdlib_module_names) - {"localalt"}
        assert foreign <= ({"numpy", "PIL"} if name == "types" else set())  # types names them for type checkers


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=str)
def test_only_the_download_speaks_to_a_network(name, path):
    packages = {package for package, _ in imported(path)}
    assert name in CONNECTING or not packages & NETWORK_PACKAGES
    if name not in CONNECTING | {"hubcache", "kept", "lockfile", "pins"}:  # these know the cache's folders and locks
        assert "huggingface_hub" not in packages


def run_python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


def test_importing_the_package_imports_nothing_heavy():
    loaded = run_python("import localalt, sys; print(*sys.modules)")
    assert not {"llama_cpp", "numpy", "PIL", "huggingface_hub", "tqdm", "jinja2"} & set(loaded)


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
