"""`localalt models`, `pull`, `remove` and `verify`: which models there are, and which are on this machine."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from localalt import selftest
from localalt.cli.layout import print_paragraph, print_table
from localalt.cli.terminal import NO_MODEL, OK, SOME_FAILED, USAGE, say
from localalt.console import print_json, print_line
from localalt.errors import LocalAltError, ModelNotFoundError

if TYPE_CHECKING:
    from localalt.hub.cache import Partial
    from localalt.hub.store import LocalModel
    from localalt.models.listing import Row

__all__ = ["add_parser"]

EPILOG = """\
exit status:
  0    done
{more}  2    wrong usage: an option
  3    {failed}
  130  stopped by Ctrl-C{then}

JSON fields: docs/json.md; files in the cache: docs/cache.md
"""

_DIFFERS = "  1    with --check: the hub lists something else, or did not answer for a model\n"
_DAMAGED = "  1    a file is damaged, missing, or not pinned by the lock file\n"

Run = Callable[[argparse.Namespace], int]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to those of the parser."""
    models = _add(
        commands,
        "models",
        _models,
        "list the models with size, memory and seconds per picture: best for this machine first",
        failed="the models cannot be listed",
        more=_DIFFERS,
    )
    which = models.add_mutually_exclusive_group()
    which.add_argument("--downloaded", action="store_true", help="list only downloaded models, with their size on disk")
    which.add_argument(
        "--check",
        nargs="*",
        metavar="MODEL",
        help="compare what localalt knows of its models, or of those named, with what the hub lists now; downloads "
        "nothing",
    )
    models.add_argument("--json", action="store_true", help="print one JSON array, sizes in bytes, times in seconds")
    pull = _add(
        commands,
        "pull",
        _pull,
        "download models and verify them",
        failed="the model could not be found or downloaded",
        then="; the next pull continues the download",
    )
    pull.add_argument("model", nargs="+", metavar="MODEL", help=f'{_NAMED}, or "auto" for what suits this machine')
    pull.add_argument("--update", action="store_true", help="replace the pinned files with what the hub has now")
    pull.add_argument("-q", "--quiet", action="store_true", help="show no progress bar, only errors")
    remove = _add(
        commands, "remove", _remove, "delete downloaded models", failed="the model could not be found or removed"
    )
    remove.add_argument("model", nargs="*", metavar="MODEL", help=f"{_NAMED}; it may be incomplete")
    remove.add_argument(
        "--partial",
        action="store_true",
        help="delete only what broken downloads left: of MODEL, or of all models that localalt knows",
    )
    verify = _add(
        commands,
        "verify",
        _verify,
        "check downloaded models against their SHA-256",
        failed="the model could not be found",
        more=_DAMAGED,
    )
    verify.add_argument("model", nargs="*", metavar="MODEL", help=f"{_NAMED} (default: all downloaded models)")


_NONE = "No model is downloaded. Download one with `localalt pull MODEL`."
_NAMED = 'a name from "localalt models", or owner/repository:QUANT'


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Run,
    help: str,
    *,
    failed: str,
    more: str = "",
    then: str = "",
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=help,
        description=f"{help[0].upper()}{help[1:]}.",
        epilog=EPILOG.format(failed=failed, more=more, then=then),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )

    def guarded(arguments: argparse.Namespace) -> int:
        try:
            return run(arguments)
        except LocalAltError as error:
            say(error.in_command)
            return NO_MODEL

    parser.set_defaults(run=guarded)
    return parser


def _models(arguments: argparse.Namespace) -> int:
    if arguments.check is not None:
        from localalt.cli.catalog_check import check_catalog

        return check_catalog(arguments.check, as_json=arguments.json)
    from localalt.machine import this_machine
    from localalt.models.listing import table

    machine = this_machine()
    rows = [row for row in table(machine) if row.disk_bytes or not arguments.downloaded]
    if arguments.json:
        from dataclasses import asdict

        print_json([asdict(row) for row in rows], indent=2)
    elif arguments.downloaded:
        _print_downloaded(rows)
        _say_partials()
    else:
        from localalt.cli.model_table import print_models

        print_models(rows)
    return OK


def _print_downloaded(rows: list[Row]) -> None:
    from localalt.hub import store
    from localalt.hub.cache import hub_cache
    from localalt.units import format_bytes

    incomplete = [local for local in store.all_pinned() if store.missing(local)]
    for local in incomplete:
        say(
            f"{local.key} is not complete: {format_bytes(store.disk_bytes(local))} are downloaded, and "
            f"{', '.join(store.missing(local))} is missing. Complete it with `localalt pull {local.key}`."
        )
    for key in store.unpinned():
        _say_unpinned(key)
    if rows:
        where = [row.repository if row.repository != row.name else "" for row in rows]
        print_table(
            [
                ("MODEL", "DISK", "REPOSITORY"),
                *(
                    (f"{row.name}:{row.quant}", format_bytes(row.disk_bytes), each)
                    for row, each in zip(rows, where, strict=True)
                ),
                ("all", format_bytes(sum(row.disk_bytes for row in rows)), ""),
            ],
            right=(1,),
            flexible=(2,),
        )
        print_paragraph(f"The files are in {hub_cache()}.")
    elif not incomplete:
        print_line(_NONE)


def _pull(arguments: argparse.Namespace) -> int:
    from localalt.console import DownloadBar
    from localalt.machine import this_machine
    from localalt.models import choose, local as local_models, reference, resolve as models
    from localalt.units import format_bytes

    machine = this_machine()
    for name in arguments.model:
        if name in selftest.MODELS:
            print_line(f"{name} is part of localalt: there is nothing to download.")
            continue
        if local_models.local_pair(name) is not None:
            raise ModelNotFoundError(f"{name} is a path on this disk: there is nothing to download.")
        with DownloadBar(quiet=arguments.quiet) as bar:
            if name == "auto":
                choice = choose.auto(machine)
                named = choice.named
                bar.announce(choose.why_auto(choice, machine))
            else:
                named = reference.parse(name)
            local = models.obtain(
                named, devices=machine.devices, update=arguments.update, on_download=bar, announce=bar.announce
            )
        print_line(
            f"{named.name}:{local.quant} is downloaded: {format_bytes(local.n_bytes)}, commit {local.commit[:12]}."
        )
    return OK


def _pinned(name: str) -> LocalModel:
    from localalt.models import local as local_models, reference

    local = local_models.find_pinned(reference.parse(name))
    if local is None:
        raise ModelNotFoundError(f"{name} is not downloaded: `localalt models --downloaded` lists the models that are.")
    return local


def _remove(arguments: argparse.Namespace) -> int:
    from localalt.hub import store
    from localalt.models import local as local_models, reference
    from localalt.units import format_bytes

    if not (arguments.model or arguments.partial):
        say("There is nothing to remove: name a model, or add --partial.")
        return USAGE
    for name in arguments.model:
        if name in selftest.MODELS:
            raise ModelNotFoundError(f"{name} is part of localalt: it cannot be removed.")
    if arguments.partial:
        return _remove_partials(arguments.model)
    for name in arguments.model:
        if local_models.find_pinned(reference.parse(name)) is None and _partials_of([name]):
            _remove_partials([name])
            continue
        local = _pinned(name)
        print_line(f"{local.key} is deleted: {format_bytes(store.remove(local))} freed.")
    return OK


def _partials_of(names: Sequence[str]) -> list[Partial]:
    """What is left of broken downloads: of the models named, or all."""
    from localalt.hub.cache import partials
    from localalt.models import reference

    wanted = {reference.parse(name).repository.lower() for name in names}
    return [each for each in partials() if not wanted or each.repository.lower() in wanted]


def _remove_partials(names: Sequence[str]) -> int:
    from localalt.hub.cached_repository import CachedRepository
    from localalt.units import format_bytes

    found = {each.repository for each in _partials_of(names)}
    # Without a name, only what localalt may have begun itself: other programs download into the same cache.
    repositories = sorted(found if names else filter(_is_known, found))
    for repository in repositories:
        freed = CachedRepository(repository).remove_partials()
        print_line(f"What broken downloads of {repository} left is deleted: {format_bytes(freed)} freed.")
    for repository in sorted(found - set(repositories)):
        say(
            f"What a broken download of {repository} left may belong to another program, so it was not deleted: "
            f"delete it with `localalt remove --partial {repository}`."
        )
    if not found:
        print_line("No broken download left anything.")
    return OK


def _is_known(repository: str) -> bool:
    """Whether it is one of the catalog, or a model of it was downloaded by localalt."""
    from localalt.hub.cache import named_in_cache
    from localalt.models.catalog import CATALOG

    named = {key.rpartition(":")[0] for key in named_in_cache()}
    return repository.lower() in {each.lower() for each in (*named, *(entry.repository for entry in CATALOG.values()))}


def _verify(arguments: argparse.Namespace) -> int:
    from localalt.console import DownloadBar
    from localalt.hub import store

    names = [name for name in arguments.model if name not in selftest.MODELS]
    for name in arguments.model:
        if name in selftest.MODELS:
            print_line(f"{name}: part of localalt, so nothing is downloaded")
    found = [_pinned(name) for name in names]
    is_all = not arguments.model
    if is_all:
        found = list(store.all_pinned())
    findings = 0
    for local in found:
        with DownloadBar() as bar:
            problems = store.verify(local, progress=bar)
        findings += len(problems)
        print_line(f"{local.key}: {'damaged or not complete' if problems else 'intact'}")
        for problem in problems:
            say(problem)
    if is_all:
        others = store.unpinned()
        findings += len(others)
        for key in others:
            _say_unpinned(key)
        _say_partials()
        if not (found or others):
            print_line(_NONE)
    return SOME_FAILED if findings else OK


def _say_unpinned(key: str) -> None:
    say(f"{key} has files in the cache that the lock file does not pin: pin them with `localalt pull {key}`.")


def _say_partials() -> None:
    import time

    from localalt.units import format_bytes

    for each in _partials_of([]):
        hours = max(0.0, time.time() - each.changed_s) / 3600
        age = f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
        say(
            f"{each.path} has {format_bytes(each.n_bytes)} of a broken download of {each.repository}, {age} old: "
            f"pull the model to continue it, or delete it with `localalt remove --partial {each.repository}`."
        )
