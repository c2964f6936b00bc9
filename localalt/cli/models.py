"""`localalt models`, `pull`, `remove` and `verify`: what can be had, what is here, and keeping it sound."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from localalt.cli.terminal import NO_MODEL, OK, SOME_FAILED, print_columns, say
from localalt.console import print_json, print_line
from localalt.errors import LocalAltError, ModelNotFoundError, NotEnoughMemoryError

if TYPE_CHECKING:
    from localalt.models import Row
    from localalt.pins import LocalModel

__all__ = ["add_parser"]

EPILOG = """\
exit status:
  0    done
  1    verify found a damaged or missing file
  2    wrong usage: an option
  3    the model could not be found, downloaded or removed
  130  stopped by Ctrl-C; a download goes on from there the next time
"""

Run = Callable[[argparse.Namespace], int]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to those of the parser."""
    models = _add(commands, "models", _models, "list the models: size, memory, licence, whether they fit here")
    models.add_argument("--downloaded", action="store_true", help="only those on this machine, with the disk they use")
    models.add_argument("--json", action="store_true", help="one JSON array, sizes in bytes")
    pull = _add(commands, "pull", _pull, "download a model, and verify it")
    pull.add_argument("model", nargs="+", metavar="MODEL", help=f'{_NAMED}, or "auto": what suits this machine')
    pull.add_argument("--update", action="store_true", help="take what the hub has now in place of the pinned files")
    pull.add_argument("-q", "--quiet", action="store_true", help="no progress bar, only errors")
    remove = _add(commands, "remove", _remove, "delete a downloaded model")
    remove.add_argument("model", nargs="+", metavar="MODEL", help=_NAMED)
    verify = _add(commands, "verify", _verify, "compare downloaded models with their sha256")
    verify.add_argument("model", nargs="*", metavar="MODEL", help=f"{_NAMED} (default: all that are downloaded)")


_NONE = "No model is downloaded: localalt pull MODEL downloads one."
_NAMED = 'a name from "localalt models", or owner/repository:QUANT'


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: Run, help: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=help,
        description=f"{help[0].upper()}{help[1:]}.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )

    def guarded(arguments: argparse.Namespace) -> int:
        try:
            return run(arguments)
        except LocalAltError as error:
            say(str(error))
            return NO_MODEL

    parser.set_defaults(run=guarded)
    return parser


def _models(arguments: argparse.Namespace) -> int:
    from localalt.machine import this_machine
    from localalt.models import plan_for, table

    machine = this_machine()
    rows = [row for row in table(machine) if row.disk_bytes or not arguments.downloaded]
    if arguments.json:
        from dataclasses import asdict

        print_json([asdict(row) for row in rows], indent=2)
    elif arguments.downloaded:
        _print_downloaded(rows)
    else:
        _print_table(rows)
        with contextlib.suppress(NotEnoughMemoryError):
            print_line(f'"auto" takes {plan_for("auto", machine)[0]} here.')
    return OK


def _print_table(rows: list[Row]) -> None:
    from localalt.units import amount

    lines = [("MODEL", "DOWNLOAD", "MEMORY", "RUNS HERE", "LICENCE")]
    for row in rows:
        size = "downloaded" if row.disk_bytes else ("about " if row.is_estimate else "") + amount(row.download_bytes)
        licence = row.licence + ("*" if row.terms_url else "")
        lines.append((f"{row.name}:{row.quant}", size, amount(row.memory_bytes), row.reason, licence))
    print_columns(lines, right=(1, 2))
    print_line()
    if any(row.terms_url for row in rows):
        print_line("* with terms of its own; localalt models --json tells where they stand.")


def _print_downloaded(rows: list[Row]) -> None:
    from localalt.hubcache import hub_cache
    from localalt.units import amount

    if rows:
        print_columns(
            [
                ("MODEL", "DISK", "REPOSITORY"),
                *((f"{row.name}:{row.quant}", amount(row.disk_bytes), row.repository) for row in rows),
                ("all", amount(sum(row.disk_bytes for row in rows)), f"in {hub_cache()}"),
            ],
            right=(1,),
        )
    else:
        print_line(_NONE)


def _pull(arguments: argparse.Namespace) -> int:
    from localalt import models, reference
    from localalt.console import DownloadBar
    from localalt.machine import this_machine
    from localalt.units import amount

    machine = this_machine()
    for name in arguments.model:
        named = models.auto(machine)[0] if name == "auto" else reference.parse(name)
        with DownloadBar(quiet=arguments.quiet) as bar:
            local = models.obtain(named, update=arguments.update, on_download=bar, announce=bar.announce)
        print_line(f"{named.name}:{local.quant} is here: {amount(local.n_bytes)}, commit {local.commit[:12]}.")
    return OK


def _local(name: str) -> LocalModel:
    from localalt import models, reference

    local = models.find(reference.parse(name))
    if local is None:
        raise ModelNotFoundError(f"{name} is not downloaded: localalt models --downloaded lists what is.")
    return local


def _remove(arguments: argparse.Namespace) -> int:
    from localalt import pins
    from localalt.units import amount

    for name in arguments.model:
        local = _local(name)
        print_line(f"{local.key} is deleted: {amount(pins.remove(local))} freed.")
    return OK


def _verify(arguments: argparse.Namespace) -> int:
    from localalt import pins
    from localalt.console import DownloadBar

    found = [_local(name) for name in arguments.model] or list(pins.downloaded())
    findings = 0
    if not found:
        print_line(_NONE)
    for local in found:
        with DownloadBar() as bar:
            problems = pins.verify(local, progress=bar)
        findings += len(problems)
        print_line(f"{local.key}: {'damaged' if problems else 'intact'}")
        for problem in problems:
            say(problem)
    return SOME_FAILED if findings else OK
