"""All regular expressions of the code, and how each of them is used.

Those that stand in a module by name or in its tables are taken from the module itself; those inside functions from
its text, where they must be written out.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localalt.text.pairs import Finder
from scripts import ROOT

__all__ = ["ROOT", "Used", "built_at_run_time", "used_patterns"]

_FLAGS = {name: getattr(re, name) for name in ("IGNORECASE", "I", "DOTALL", "S", "MULTILINE", "M", "ASCII", "A")}
_WAYS = {"match": "match", "fullmatch": "match"}
_FUNCTIONS = ("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer", "compile")


@dataclass(frozen=True, slots=True)
class Used:
    """A pattern: where it stands, and whether texts are searched for it or matched from a given place."""

    name: str
    pattern: re.Pattern[str]
    way: str


def used_patterns(package: str = "localalt") -> Iterator[Used]:
    """The patterns of a package's modules."""
    for name, path in _modules(package):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        ways = _ways_of_names(tree)
        module = importlib.import_module(name)
        named = set()
        for variable, value in vars(module).items():
            if isinstance(getattr(value, "__module__", None), str) and isinstance(value, type):
                continue
            way = ways.get(variable, "scan")
            for index, pattern in enumerate(_held(value)):
                named.add(pattern)
                if isinstance(pattern.pattern, str):
                    yield Used(f"{name}.{variable}[{index}]", pattern, way)
        for call in _calls(tree):
            written = call.args[0] if call.args else None
            if isinstance(written, ast.Constant) and isinstance(written.value, str):
                function = str(getattr(call.func, "attr", ""))
                pattern = re.compile(written.value, _flags(call))
                if function != "compile" or pattern not in named:
                    yield Used(f"{name}:{call.lineno}", pattern, _WAYS.get(function, "scan"))


def built_at_run_time(package: str = "localalt") -> Iterator[str]:
    """Places inside functions where a pattern is put together, which nobody can read off."""
    for name, path in _modules(package):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for call in _calls(function):
                    if call.args and not isinstance(call.args[0], ast.Constant):
                        yield f"{name}.{function.name}"


def _modules(package: str) -> Iterator[tuple[str, Path]]:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(next(iter(spec.submodule_search_locations)))
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        if parts[-1] != "__main__":
            yield ".".join([package, *(part for part in parts if part != "__init__")]), path


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls of `re.something`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.func.attr in _FUNCTIONS:
            yield node


def _flags(call: ast.Call) -> int:
    names = [node.attr for node in ast.walk(call) if isinstance(node, ast.Attribute) and node.attr in _FLAGS]
    return sum({int(_FLAGS[name]) for name in names})


def _ways_of_names(tree: ast.AST) -> Mapping[str, str]:
    """By name: "match" where it is only ever matched from a given place. Of a table, by the loop's name for a row."""
    used: dict[str, set[str]] = {}
    rows = {
        node.target.id: {name.id for name in ast.walk(node.iter) if isinstance(name, ast.Name)}
        for node in ast.walk(tree)
        if isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in _FUNCTIONS:
            for name in {node.value.id, *rows.get(node.value.id, ())}:
                used.setdefault(name, set()).add(node.attr)
    return {name: "match" for name, methods in used.items() if methods <= set(_WAYS)}


def _held(value: Any) -> Iterator[re.Pattern[Any]]:  # noqa: ANN401
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Finder):
        yield from value.patterns
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _held(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _held(each)
