"""`localalt lint`: what the rules for alt text say of texts in files, or of one that is written out."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt.cli.terminal import OK, SOME_FAILED, USAGE, print_columns, say
from localalt.console import json_text, print_bytes, print_draft, print_line, visible
from localalt.console.output import write_to_error, write_to_output
from localalt.errors import DocumentError, OptionError
from localalt.files.folder import Problem, Search
from localalt.files.kinds import Kind
from localalt.language_tag import check_language, is_registered

if TYPE_CHECKING:
    from localalt.documents import Document, ImageReference
    from localalt.lint import Finding

__all__ = ["add_parser"]

EPILOG = """\
examples:
  localalt lint --text "Image of a dog"
  localalt lint drafts.jsonl --language en --platform bluesky
  localalt lint site/ README.md --profile web
  localalt lint index.html --fix
  localalt lint --rules

What is read: HTML (.html), Markdown (.md; needs pip install 'localalt[markdown]'), JSON lines with "alt", "alt_text"
or "text" (.jsonl, .json), and text, one alt text a line (.txt, and standard input). --form says what other files are.

exit status:
  0    no finding of level error; with --strict, none at all
  1    at least one
  2    wrong usage, or a file that cannot be read
"""

FORMS = ("text", "jsonl", "html", "markdown", "jsx", "vue", "svelte", "astro", "mdx")
"""Those of `localalt.documents`, which is not imported for other commands."""
MAX_BYTES = 64 * 1024 * 1024
"""Of one file: what is larger is no page and no list of alt texts."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the parser."""
    lint = commands.add_parser(
        "lint",
        help="check alt text that is written already",
        description="Check alt texts in files, whoever wrote them: fifteen rules, each with a name and a level.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    lint.set_defaults(run=_lint)
    lint.add_argument(
        "paths", nargs="*", metavar="PATH", help="file, folder of HTML and Markdown, or - for standard input"
    )
    lint.add_argument("--text", action="append", default=[], metavar="TEXT", help="an alt text, written out")
    lint.add_argument("--rules", action="store_true", help="list the rules and profiles, and check nothing")
    how = lint.add_argument_group("how")
    how.add_argument(
        "--profile", default="default", metavar="NAME", help="which rules count, see --rules (default: %(default)s)"
    )
    how.add_argument("--language", metavar="TAG", help='the language that texts should be in, such as "en" or "pt-BR"')
    how.add_argument("--platform", metavar="NAME", help='where they will be published: "bluesky", "mastodon", "iptc" …')
    how.add_argument("--max-chars", type=int, metavar="N", help="characters that a text may have")
    how.add_argument(
        "--form", choices=FORMS, metavar="FORM", help=f"what the files are, whatever their names: {', '.join(FORMS)}"
    )
    how.add_argument("--strict", action="store_true", help="warnings, too, make the exit status 1")
    output = lint.add_argument_group("output")
    output.add_argument("--fix", action="store_true", help="mend in the files what can be mended safely")
    output.add_argument("--json", action="store_true", help="one JSON object a line for each finding")
    output.add_argument("-q", "--quiet", action="store_true", help="no summary")


def _lint(arguments: argparse.Namespace) -> int:
    if arguments.rules:
        _print_rules()
        return OK
    if not arguments.paths and not arguments.text:
        say('Nothing to check: name a file, or write a text with --text "…".')
        return USAGE
    from localalt import lint

    counts = {"texts": 0, "error": 0, "warning": 0, "fixed": 0}
    status = OK
    try:
        # Told before any file is read.
        check_language(arguments.language)
        lint.check("", profile=arguments.profile, platform=arguments.platform, max_chars=arguments.max_chars)
        for text in arguments.text:
            if arguments.fix:
                print_draft("", lint.fix(text, profile=arguments.profile, language=arguments.language))
            else:
                _check_written(text, arguments, counts)
        search = Search(arguments.paths, _pages())
        for found in search:
            if isinstance(found, Problem):
                say(found.message)
                status = USAGE
                continue
            try:
                _check_file(found, arguments, counts)
            except DocumentError as error:
                say(str(error))
                status = USAGE
            except OptionError:
                raise
            except (OSError, ValueError) as error:  # ValueError: a name that no file can have
                reason = getattr(error, "strerror", None) or error
                say(f"{found} cannot be read or written ({reason}): check the path.")
                status = USAGE
    except OptionError as error:
        say(str(error))
        return USAGE
    if not arguments.quiet:
        say(_summary(counts, fixed=arguments.fix) + (f" Skipped: {search.skipped}." if search.skipped else ""))
    if status == OK and (counts["error"] or (arguments.strict and counts["warning"])):
        return SOME_FAILED
    return status


def _check_written(written: str, arguments: argparse.Namespace, counts: dict[str, int]) -> None:
    from localalt.documents import ImageReference

    text = ImageReference(written, 1)
    counts["texts"] += 1
    for finding in _findings(text, arguments):
        counts[finding.level] += 1
        _print("“" + (written if len(written) <= 40 else f"{written[:39]}…") + "”", text, finding, arguments)


def _check_file(path: str, arguments: argparse.Namespace, counts: dict[str, int]) -> None:
    from localalt.documents import Document, form_of

    data = _read(path)
    is_file = path != "-" and Path(path).is_file()  # a pipe has no name that says anything
    form = arguments.form or (form_of(path) if is_file else "text")
    document = Document(data, form, name=path)
    fixed = _fixed(document, arguments) if arguments.fix else {}
    refused: DocumentError | None = None
    try:
        new = document.with_texts(fixed.items())
    except DocumentError as error:
        refused, fixed, new = error, {}, data
    for text in document.references:
        if text.is_hidden:
            continue
        counts["texts"] += 1
        for finding in _findings(dataclasses.replace(text, text=fixed.get(text, text.text)), arguments):
            counts[finding.level] += 1
            _print(path, text, finding, arguments)
    if path == "-" and arguments.fix:
        print_bytes(new)
    elif fixed:
        _write(Path(path), new)
    counts["fixed"] += len(fixed)
    if refused is not None:
        raise refused


def _fixed(document: Document, arguments: argparse.Namespace) -> dict[ImageReference, str]:
    """The texts of a document that can be fixed, and what they become."""
    from localalt import lint

    found = {}
    for text in document.references:
        if text.text and text.place is not None and not text.is_decorative and not text.is_hidden:
            language, kind = _language(text, arguments), "long" if text.is_long else "alt"
            better = lint.fix(text.text, profile=arguments.profile, language=language, kind=kind)  # type: ignore[arg-type]
            if better != text.text:
                found[text] = better
    return found


def _findings(text: ImageReference, arguments: argparse.Namespace) -> Iterable[Finding]:
    from localalt import lint

    if text.problem:
        return (lint.Finding("unreadable", "error", text.problem, 0, 0),)
    if text.text is None:
        if text.is_decorative or text.name or text.state == "computed":
            return ()
        message = (
            'The picture has no alt attribute (WCAG failure F65): describe it, or write alt="" if it is decoration.'
        )
        return (lint.Finding("missing", "error", message, 0, 0),)
    return lint.check(
        text.text,
        profile=arguments.profile,
        language=_language(text, arguments),
        max_chars=arguments.max_chars,
        platform=arguments.platform,
        decorative=text.is_decorative,
        brief=text.is_brief,
        kind="long" if text.is_long else "alt",
    )


def _language(text: ImageReference, arguments: argparse.Namespace) -> str | None:
    """What the file says of itself counts, unless it is not a tag: that is the file's fault and ends nothing."""
    own: str | None = text.language if text.language and is_registered(text.language) else arguments.language
    return own


def _print(path: str, text: ImageReference, finding: Finding, arguments: argparse.Namespace) -> None:
    if arguments.json:
        value: dict[str, Any] = {"path": path, "line": text.line, "picture": text.src, "text": text.text}
        line = json_text({**value, **dataclasses.asdict(finding)})
    else:
        line = visible(f"{path}:{text.line}: {finding.level} {finding.rule}: {finding.message}")
    # A page that is fixed on its way through leaves by standard output, and nothing else may.
    (write_to_error if arguments.fix and path == "-" else write_to_output)(f"{line}\n")


def _summary(counts: dict[str, int], *, fixed: bool) -> str:
    def several(n: int, noun: str) -> str:
        return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"

    found = f"{several(counts['error'], 'error')} and {several(counts['warning'], 'warning')}"
    mended = f", {several(counts['fixed'], 'text')} mended" if fixed else ""
    return f"{several(counts['texts'], 'text')} checked{mended}: {found}{' left' if fixed else ''}."


def _pages() -> Kind:
    """What is looked for in folders."""
    from localalt.documents.forms import SUFFIXES

    return Kind(
        "HTML or Markdown file",
        frozenset(suffix for suffix, form in SUFFIXES.items() if form in ("html", "markdown")),
        frozenset(suffix for suffix, form in SUFFIXES.items() if form not in ("html", "markdown", "text", "jsonl")),
    )


def _read(path: str) -> bytes:
    """A file's bytes.

    Raises:
        DocumentError: it is too large.
        OSError: it cannot be read.
    """
    if path == "-":
        if sys.stdin is None:
            raise OptionError("Standard input (-) is closed: name a file, or pipe a text in.")
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise DocumentError(f"{path} has more than {MAX_BYTES // (1024 * 1024)} MiB: check its parts.")
    return data


def _write(path: Path, content: bytes) -> None:
    """Put a new file in the place of an old one: whole, or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(path.stat().st_mode & 0o7777)
        Path(name).replace(path.resolve())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _print_rules() -> None:
    from localalt.lint import PROFILES, RULES

    lines = [("", "RULE", "LEVEL", "FIX", "WHAT IT FINDS")]
    lines += [(str(r.number), r.name, r.level, "yes" if r.is_fixable else "", r.summary) for r in RULES]
    print_columns(lines, right=(0,))
    print_line()
    changes = [("PROFILE", "FOR")]
    changes += [(profile.name, profile.purpose) for profile in PROFILES.values()]
    print_columns(changes, right=())
