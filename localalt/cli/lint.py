"""`localalt lint`: check alt texts in files, or on the command line, against the rules."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from localalt.cli.terminal import OK, SOME_FAILED, USAGE, names_in, say
from localalt.console import print_bytes, print_draft
from localalt.errors import DocumentError, OptionError
from localalt.files.kinds import FileKind
from localalt.files.search import Problem, Search

if TYPE_CHECKING:
    from localalt.cli.lint_output import LintReport
    from localalt.cli.lint_settings import Configurations
    from localalt.lint.settings import LintSettings

__all__ = ["add_parser"]

EPILOG = """\
examples:
  localalt lint --text "Image of a dog"
  localalt lint drafts.jsonl --language en --platform bluesky
  localalt lint site/ README.md --ignore length,hedge
  localalt lint site/ --diff
  localalt lint index.html --fix
  localalt lint --rules

Files that it reads: HTML (.html), Markdown (.md; needs pip install 'localalt[markdown]'), components (.jsx, .tsx,
.vue, .svelte, .astro, .mdx; findings only, no fixes), JSON lines with "alt", "alt_text" or "text" (.jsonl, .json), and
text with one alt text a line (.txt, and standard input). --form says what other files are. In a folder it looks for
pages and components; files that are hidden, ignored (.gitignore), generated, or part of an installed package are
skipped and counted: to check one, name it.

configuration, in the nearest pyproject.toml at or above a file; options of the command override it:
  [tool.localalt.lint]
  profile = "web"                   # or language, platform, max-chars = 250, strict = true
  ignore = ["length"]               # or select = ["missing", "empty"]: only these
  exclude = ["archive/", "*.draft.md"]
  [tool.localalt.lint.per-file-ignores]
  "blog/2019/**" = ["missing"]

comments that ignore findings, in the line of a picture or before it, and for a whole file:
  <!-- localalt-ignore: length, hedge -->     <!-- localalt-ignore-file: emoji -->     {/* localalt-ignore */} in JSX

exit status:
  0    no error; with --strict, no warning either; with --diff, nothing to fix
  1    an error, or with --strict a warning; with --diff, something to fix
  2    wrong usage, a configuration that is not valid, or a file that cannot be read

JSON fields: docs/json.md
"""

FORMS = ("text", "jsonl", "html", "markdown", "jsx", "vue", "svelte", "astro", "mdx")
"""Those of `localalt.documents`, which is not imported for other commands."""
MAX_BYTES = 64 * 1024 * 1024
"""Of one file: a larger one is neither a page nor a list of alt texts."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the parser."""
    lint = commands.add_parser(
        "lint",
        help="check alt text that exists already",
        description="Check alt texts in files, whoever wrote them. Each rule has a name and a level: see --rules.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    lint.set_defaults(run=_lint)
    lint.add_argument("paths", nargs="*", metavar="PATH", help="file, folder, glob, or - for standard input")
    lint.add_argument("--text", action="append", default=[], metavar="TEXT", help="an alt text to check")
    lint.add_argument("--rules", action="store_true", help="list the rules and profiles, and exit")
    how = lint.add_argument_group("how")
    how.add_argument(
        "--profile",
        metavar="NAME",
        help="which rules count: see --rules (default: web for pages and components, default for other texts)",
    )
    how.add_argument("--select", action="append", metavar="RULE,RULE", help="only these rules")
    how.add_argument("--ignore", action="append", metavar="RULE,RULE", help="all rules but these")
    how.add_argument(
        "--language",
        metavar="TAG",
        help='the language that texts should be in, such as "en" or "pt-BR", where a page does not say with lang',
    )
    how.add_argument(
        "--platform", metavar="NAME", help='where texts will be published: "bluesky", "mastodon", "iptc" …'
    )
    how.add_argument("--max-chars", type=int, metavar="N", help="the most characters that a text may have")
    how.add_argument(
        "--form",
        choices=FORMS,
        metavar="FORM",
        help=f"the format of files, whatever their names: {', '.join(FORMS)}",
    )
    how.add_argument("--strict", action="store_true", default=None, help="exit with status 1 for warnings too")
    config = how.add_mutually_exclusive_group()
    config.add_argument("--config", metavar="FILE", help="read the configuration from this file only")
    config.add_argument("--no-config", action="store_true", help="read no configuration")
    output = lint.add_argument_group("output")
    change = output.add_mutually_exclusive_group()
    change.add_argument("--fix", action="store_true", help="fix what is safe to fix, in the files")
    change.add_argument("--diff", action="store_true", help="print what --fix would change, and change nothing")
    output.add_argument("--json", action="store_true", help="print each finding as one line of JSON")
    output.add_argument("--statistics", action="store_true", help="print how many findings each rule has")
    output.add_argument("-q", "--quiet", action="store_true", help="print no notes and no summary")


def _lint(arguments: argparse.Namespace) -> int:
    from localalt.cli.lint_output import LintReport, print_rules
    from localalt.cli.lint_settings import Configurations

    if arguments.rules:
        print_rules()
        return OK
    if not arguments.paths and not arguments.text:
        say('Nothing to check: name a file, or pass a text with --text "…".')
        return USAGE
    fixes: Literal["", "done", "shown"] = "done" if arguments.fix else "shown" if arguments.diff else ""
    report = LintReport(is_json=arguments.json, fixes=fixes, is_quiet=arguments.quiet)
    try:
        # What is wrong with options is said before any file is read.
        if arguments.paths.count("-") > 1:
            raise OptionError("Standard input (-) can be read once only: name it once.")
        options = _options(arguments)
        configurations = Configurations(options, file=arguments.config, is_wanted=not arguments.no_config)
        run = _Run(arguments, configurations, report, is_strict=bool(options.strict))
        run.check_texts()
    except OptionError as error:
        say(error.in_command)
        return USAGE
    search = Search(arguments.paths, _pages(), excluded=configurations.excludes)
    try:
        run.check_files(search)
    except OptionError as error:  # of the configuration, while folders are searched
        say(error.in_command)
        return USAGE
    if arguments.statistics:
        report.print_statistics()
    if not arguments.quiet:
        report.say_summary(search.skipped)
    return run.status


class _Run:
    """The texts and files of one call, checked one by one.

    Args:
        arguments: the command's.
        configurations: the settings of each file.
        report: where findings go.
        is_strict: whether warnings count.
    """

    def __init__(
        self, arguments: argparse.Namespace, configurations: Configurations, report: LintReport, *, is_strict: bool
    ) -> None:
        self._arguments, self._configurations, self._report = arguments, configurations, report
        self._is_strict = is_strict
        self._n_changed = 0
        """Texts and files that a fix changes."""
        self._has_failed = False
        self._said: set[str] = set()
        """Errors that were reported: one configuration, or one missing package, is reported once."""

    def check_texts(self) -> None:
        """Check the texts of --text."""
        from localalt.cli.lint_file import check_text, difference
        from localalt.cli.lint_output import print_difference, shown

        is_fixed, is_shown = self._arguments.fix, self._arguments.diff
        for text in self._arguments.text:
            settings, off = self._configurations.of(None)
            new, checked = check_text(text, settings, off, is_fixed=is_fixed or is_shown)
            self._n_changed += new != text
            if is_fixed:
                print_draft("", new)
            elif new != text:
                change = difference("text", f"{text}\n", f"{new}\n")
                print_difference(change, change.encode("utf-8", "replace"))
            self._report.add(shown(text), checked, is_silent=is_shown, to_error=is_fixed)

    def check_files(self, search: Search) -> None:
        """Check the files that are found; what cannot be read is reported, and the rest goes on."""
        for found in search:
            try:
                if isinstance(found, Problem):
                    raise DocumentError(found.message)
                self._check_file(found)
            except (DocumentError, OptionError) as error:
                self._fail(error.in_command)
            except (OSError, ValueError) as error:  # ValueError: a name that no file can have
                reason = getattr(error, "strerror", None) or error
                self._fail(f"{found} cannot be read or written ({reason}): check the path.")

    @property
    def status(self) -> int:
        """The exit status."""
        if self._has_failed:
            return USAGE
        if self._arguments.diff:
            return SOME_FAILED if self._n_changed else OK
        levels = self._report.levels
        return SOME_FAILED if levels["error"] or (self._is_strict and levels["warning"]) else OK

    def _fail(self, message: str) -> None:
        self._has_failed = True
        if message not in self._said:
            say(message)
        self._said.add(message)

    def _check_file(self, path: str) -> None:
        """Check a file, and fix it or show how.

        Raises:
            DocumentError, OptionError, OSError: it cannot be read, or cannot be fixed.
        """
        from localalt.cli.lint_file import check_document, difference, form_for
        from localalt.cli.lint_output import print_difference
        from localalt.documents import Document
        from localalt.files.replacing import replace_file

        is_fixed, is_shown = self._arguments.fix, self._arguments.diff
        settings, off = self._configurations.of(path)
        data = _read(path)
        form = form_for(path, self._arguments.form, is_file=path != "-" and Path(path).is_file())
        document = Document(data, form, name=path)
        checked = check_document(document, settings, off, is_fixed=is_fixed or is_shown)
        if is_shown and checked.after is not None:
            after = Document(checked.after, form, name=path)
            change = difference(path, document.text, after.text)
            print_difference(change, change.encode(document.encoding.codec, "replace"))
        # A file that is fixed on its way through leaves by standard output, and nothing else may.
        self._report.add(path, checked, is_silent=is_shown, to_error=is_fixed and path == "-")
        if is_fixed and path == "-":
            print_bytes(data if checked.after is None else checked.after)
        elif is_fixed and checked.after is not None:
            replace_file(Path(path), checked.after)
        if checked.refused is not None:
            raise checked.refused
        self._n_changed += checked.after is not None
        self._is_strict = self._is_strict or bool(settings.strict)


def _options(arguments: argparse.Namespace) -> LintSettings:
    """What the command's options set.

    Raises:
        OptionError: one of them names nothing that there is.
    """
    from localalt import lint
    from localalt.lint.codes import check_codes
    from localalt.lint.settings import LintSettings, narrowed
    from localalt.text.language_tag import check_language

    check_language(arguments.language)
    profile = narrowed(arguments.profile or "default", frozenset())
    lint.check("", profile=profile, platform=arguments.platform, max_chars=arguments.max_chars)
    return LintSettings(
        profile=arguments.profile,
        language=arguments.language,
        platform=arguments.platform,
        max_chars=arguments.max_chars,
        strict=arguments.strict,
        select=None if arguments.select is None else check_codes(names_in(",".join(arguments.select)), "--select"),
        ignore=None if arguments.ignore is None else check_codes(names_in(",".join(arguments.ignore)), "--ignore"),
    )


def _pages() -> FileKind:
    """What is looked for in folders."""
    from localalt.documents.forms import SUFFIXES

    pages = frozenset(suffix for suffix, form in SUFFIXES.items() if form not in ("text", "jsonl"))
    return FileKind("HTML or Markdown file or component", pages, frozenset(_UNREAD.split()), "page")


_UNREAD = ".php .erb .haml .slim .pug .njk .twig .hbs .ejs .liquid .jinja .j2 .rst .adoc .tex .ipynb .epub .docx .pptx"
"""Pages and documents that refer to images, in forms that are not read."""


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
        raise DocumentError(f"{path} has more than {MAX_BYTES // (1024 * 1024)} MiB: split it, and check the parts.")
    return data
