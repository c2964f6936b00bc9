"""`localalt plan`: how a model would run on this machine, and why."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from localalt.cli.layout import print_paragraph
from localalt.cli.terminal import NO_MODEL, OK, USAGE, add_model_options, model_of, say
from localalt.console import print_json, print_line, visible
from localalt.errors import LocalAltError, OptionError

if TYPE_CHECKING:
    from localalt.planning.memory import Parts
    from localalt.planning.plan import Plan
    from localalt.planning.speed import PictureTime

__all__ = ["add_parser"]

EPILOG = """\
exit status:
  0    the model runs here
  2    wrong usage: an option
  3    the model is not known, not downloaded, or does not fit this machine

JSON fields: docs/json.md
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the parser."""
    plan = commands.add_parser(
        "plan",
        help="show how a model would run here, and why",
        description="Show how a model would run on this machine, and why. Nothing is downloaded or loaded.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    plan.set_defaults(run=_plan)
    plan.add_argument(
        "model",
        nargs="?",
        default="auto",
        metavar="MODEL",
        help='a name from "localalt models", a downloaded owner/repository:QUANT, a GGUF file of weights, or "auto" '
        "for what suits this machine (default: %(default)s)",
    )
    add_model_options(plan, takes_several=False)
    plan.add_argument("--json", action="store_true", help="print one JSON object, sizes in bytes, times in seconds")


def _plan(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from localalt.image.tiles import MAX_TILES
    from localalt.machine import this_machine
    from localalt.machine.picture_times import picture_time
    from localalt.models import forecast
    from localalt.planning.speed import tile_s

    try:
        machine = this_machine(device=arguments.device)
        name, candidate, plan = forecast.planned(model_of(arguments), machine)
    except LocalAltError as error:
        say(error.in_command)
        return USAGE if isinstance(error, OptionError) else NO_MODEL
    time = picture_time(candidate, plan, machine)
    tile = tile_s(candidate, plan, machine)
    if arguments.json:
        seconds = {
            "seconds_per_picture_low": round(time.low_s, 3),
            "seconds_per_picture_high": round(time.high_s, 3),
            "seconds_source": time.basis,
            "seconds_of": time.of,
            "seconds_per_tile_low": round(tile[0], 3),
            "seconds_per_tile_high": round(tile[1], 3),
            "max_tiles": MAX_TILES,
        }
        print_json({"model": name, **asdict(plan), **seconds}, indent=2)
    else:
        _print_plan(name, plan, time, tile)
    return OK


def _print_plan(name: str, plan: Plan, time: PictureTime, tile: tuple[float, float]) -> None:
    from localalt.image.tiles import MAX_TILES
    from localalt.units import format_seconds

    print_line(visible(name))
    print_paragraph(time.sentence, indent="  ")
    print_paragraph(
        f"A large page of small writing is read in up to {MAX_TILES} tiles, where its text is asked for or looked up: "
        f"{format_seconds(*tile)} for each (estimated).",
        indent="  ",
    )
    for reason in plan.reasons:
        print_paragraph(reason, indent="  ")
    gpus = zip(plan.devices, plan.memory.gpus, strict=True) if len(plan.devices) > 1 else [("GPU", plan.memory.gpu)]
    for place, parts in (("RAM", plan.memory.host), *gpus):
        if parts.total:
            print_paragraph(f"{place}: {_parts(parts)}.", indent="  ")


def _parts(parts: Parts) -> str:
    from dataclasses import asdict

    from localalt.units import format_bytes

    sizes = asdict(parts)
    return ", ".join(f"{what.replace('_', ' ')} {format_bytes(size)}" for what, size in sizes.items() if size)
