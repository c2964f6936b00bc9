"""How drafts are printed: texts, JSON and JSON Lines on standard output, warnings and errors on standard error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from localalt.cli import signals
from localalt.console import OutputError, json_text, print_draft, say
from localalt.console.output import write_to_output

if TYPE_CHECKING:
    from typing_extensions import Self

    from localalt.errors import LocalAltError
    from localalt.types import AltText, Notice

__all__ = ["DraftWriter", "Form"]

Form: TypeAlias = Literal["text", "json", "jsonl"]


class DraftWriter:
    """Prints drafts as they come; a JSON array is closed even when Ctrl-C ends it early.

    Args:
        form: lines of text, one JSON array, or one JSON object a line.
        are_several: whether each text stands after its picture's path.
        is_quiet: whether the warnings are left out.
    """

    def __init__(self, form: Form, *, are_several: bool, is_quiet: bool) -> None:
        self._form = form
        self._are_several = are_several
        self._is_quiet = is_quiet
        self._n_printed = 0

    def __enter__(self) -> Self:
        if self._form == "json":
            write_to_output("[")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._form == "json" and kind is not OutputError:
            write_to_output("\n]\n")

    def text(self, path: str, alt: AltText, *, notices: Iterable[Notice]) -> None:
        """Print a picture's texts, and say the warnings that are this picture's own, and those of its further texts."""
        if self._form != "text":
            self._object(_as_json(alt))
        else:
            with signals.held_back():
                print_draft(path if self._are_several else "", alt.text)
                for name, further in alt.also.items():
                    print_draft("", _indented(name, further.text), end="")
        if alt.verdict == "none":
            self._no_text(path, alt)
        elif not self._is_quiet:
            for notice in notices:
                say(f"{path}: {notice.name}: {notice.in_command}")
        of_alt = {(notice.name, notice.message) for notice in alt.warnings}
        for name, further in alt.also.items():
            if further.verdict == "none":
                self._no_text(f"{path}: {name}", further)
            elif not self._is_quiet and name != "draft":  # of which a person's text is the one that is shown
                for notice in further.warnings:
                    if (notice.name, notice.message) not in of_alt:
                        say(f"{path}: {name}: {notice.name}: {notice.in_command}")

    def _no_text(self, where: str, alt: AltText) -> None:
        """Say why there is no text, quiet or not: somebody has to write it. The reason is the last of its warnings."""
        say(f"{where}: {alt.warnings[-1].name}: {alt.warnings[-1].in_command}")

    def error(self, path: str, error: LocalAltError) -> None:
        """Say why a picture has no text."""
        if self._form != "text":
            self._object({"source": path, "error": {"type": type(error).__name__, "message": error.in_command}})
        say(error.in_command if path in error.in_command else f"{path}: {error.in_command}")

    def _object(self, value: dict[str, Any]) -> None:
        line = json_text(value)
        with signals.held_back():
            if self._form == "json":
                write_to_output((",\n" if self._n_printed else "\n") + line)
            else:
                write_to_output(f"{line}\n")
        self._n_printed += 1


def _as_json(alt: AltText) -> dict[str, Any]:
    """`AltText.to_dict`, its warnings in the words of the command."""
    value = alt.to_dict()
    for warning, notice in zip(value["warnings"], alt.warnings, strict=True):
        warning["message"] = notice.in_command
    return {**value, "also": {name: _as_json(text) for name, text in alt.also.items()}}


def _indented(name: str, text: str) -> str:
    """A further text under its picture's line: its name, and its own lines further in."""
    lines = "\n".join(f"    {line}" if line else "" for line in text.splitlines())
    return f"  {name}:\n{lines}\n" if lines else f"  {name}: -\n"
