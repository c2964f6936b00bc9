"""LintSettings of a linter: which rules count for which files, from a table of configuration and from options.

Pure: a table is passed in as it was parsed, and paths are relative to the folder of the file that it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from localalt import suggest
from localalt.errors import OptionError
from localalt.files.gitignore import Patterns
from localalt.lint.codes import CODES, check_codes
from localalt.lint.profiles import Profile, find_profile
from localalt.text.language_tag import check_language

__all__ = ["TABLE", "LintSettings", "narrowed", "settings_in"]

TABLE = "tool.localalt.lint"
"""Of pyproject.toml."""

_WEB = frozenset(("html", "markdown", "jsx", "vue", "svelte", "astro", "mdx"))


@dataclass(frozen=True, slots=True)
class LintSettings:
    """How files are checked. None is for what nobody has set."""

    profile: str | None = None
    language: str | None = None
    platform: str | None = None
    max_chars: int | None = None
    strict: bool | None = None
    select: frozenset[str] | None = None
    """The rules that count, or all."""
    ignore: frozenset[str] | None = None
    """Rules that do not."""
    exclude: Patterns | None = None
    """Paths that are left out of folders and globs, in the manner of .gitignore."""
    per_file_ignores: tuple[tuple[Patterns, frozenset[str]], ...] = field(default=())

    def with_options(self, options: LintSettings) -> LintSettings:
        """What options set wins."""
        changes = {each.name: getattr(options, each.name) for each in fields(options)}
        return replace(self, **{name: value for name, value in changes.items() if value not in (None, ())})

    def profile_for(self, form: str) -> str:
        """The profile for a form of file: web for pages and components, unless one is set."""
        return self.profile or ("web" if form in _WEB else "default")

    def off(self, path: bytes | None = None) -> frozenset[str]:
        """The rules that do not count for a file, with its path below the configuration's folder if it has one."""
        off = self.ignore or frozenset()
        if self.select is not None:
            off |= frozenset(CODES) - self.select
        for patterns, rules in self.per_file_ignores if path is not None else ():
            if _is_matched(patterns, path or b""):
                off |= rules
        return off

    def excludes(self, path: bytes, *, is_folder: bool) -> bool:
        """Whether a path below the configuration's folder is left out."""
        return self.exclude is not None and bool(self.exclude.verdict(path, is_folder=is_folder))


def narrowed(profile: str, off: frozenset[str]) -> Profile:
    """A profile without some rules.

    Raises:
        OptionError: there is no such profile.
    """
    known = find_profile(profile)
    return replace(known, levels={**known.levels, **dict.fromkeys(off)}) if off else known


def settings_in(table: Mapping[str, Any], where: str) -> LintSettings:
    """The settings of a table of configuration.

    Args:
        table: what is in `TABLE`.
        where: the file, for messages.

    Raises:
        OptionError: a key is not known, a value is of the wrong type, or names nothing that there is.
    """
    for key in table:
        if key not in _READERS:
            raise OptionError(f"{where}: [{TABLE}] has no setting {key!r:.60}: {suggest.advice(key, _READERS)}")
    values = {key.replace("-", "_"): _READERS[key](value, f"{where}: {key}") for key, value in table.items()}
    found = LintSettings(**values)
    if found.profile is not None:
        narrowed(found.profile, frozenset())
    return found


def _text(value: Any, where: str) -> str:  # noqa: ANN401 (whatever TOML can say)
    if not isinstance(value, str) or not value:
        raise OptionError(f"{where} is {value!r:.60}, not a text: write it in quotation marks.")
    return value


def _language(value: Any, where: str) -> str:  # noqa: ANN401
    check_language(_text(value, where), where)
    return str(value)


def _number(value: Any, where: str) -> int:  # noqa: ANN401
    if type(value) is not int or value < 1:
        raise OptionError(f"{where} is {value!r:.60}, not a whole number above 0: write such as 250.")
    return value


def _flag(value: Any, where: str) -> bool:  # noqa: ANN401
    if not isinstance(value, bool):
        raise OptionError(f"{where} is {value!r:.60}: write true or false.")
    return value


def _texts(value: Any, where: str) -> list[str]:  # noqa: ANN401
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise OptionError(f'{where} is {value!r:.60}, not a list of texts: write such as ["a", "b"].')
    return value


def _codes(value: Any, where: str) -> frozenset[str]:  # noqa: ANN401
    return check_codes(_texts(value, where), where)


def _patterns(value: Any, where: str) -> Patterns:  # noqa: ANN401
    return Patterns("\n".join(_texts(value, where)).encode("utf-8", "surrogateescape"))


def _per_file(value: Any, where: str) -> tuple[tuple[Patterns, frozenset[str]], ...]:  # noqa: ANN401
    if not isinstance(value, Mapping):
        raise OptionError(f'{where} is {value!r:.60}, not a table: write such as "docs/*.md" = ["length"].')
    return tuple(
        (Patterns(str(pattern).encode("utf-8", "surrogateescape")), _codes(rules, f"{where}, {pattern}"))
        for pattern, rules in value.items()
    )


_READERS: Mapping[str, Any] = {
    "profile": _text,
    "language": _language,
    "platform": _text,
    "max-chars": _number,
    "strict": _flag,
    "select": _codes,
    "ignore": _codes,
    "exclude": _patterns,
    "per-file-ignores": _per_file,
}


def _is_matched(patterns: Patterns, path: bytes) -> bool:
    names = path.split(b"/")
    return any(
        patterns.verdict(b"/".join(names[: n_names + 1]), is_folder=n_names + 1 < len(names))
        for n_names in range(len(names))
    )
