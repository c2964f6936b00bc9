"""The parsers of `localalt bench` and of its two further commands."""

from __future__ import annotations

import argparse

from localalt.cli.bench import compare, run, sweep

__all__ = ["add_parser"]

DESCRIPTION = """\
Measure how fast models describe pictures on this machine. Each run is a process of its own, and the order of
the runs is shuffled. The command measures reading, encoding, prompt, tokens, first token, pictures per minute, memory,
energy, and the share of what the device could do at best. Nothing is downloaded. --shape writes random weights
of a model's true shape: they are as fast as the real ones, because speed does not depend on the values of weights.
"""
EPILOG = """\
examples:
  localalt bench --shape qwen3.5-0.8b --widths 1,4 --append results
  localalt bench compare results/here.jsonl results/there.jsonl --plot plots
  localalt bench sweep --shape qwen3.5-0.8b --store throughput

exit status:
  0    everything was measured
  1    at least one setup could not be measured
  2    wrong usage, or no two results can be compared
  3    a model is not downloaded, does not fit, or llama-cpp-python is missing
  130  stopped by Ctrl-C: results measured before are in the file of --out or --append
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the parser."""
    measuring = commands.add_parser(
        "bench",
        help="measure how fast models describe pictures here, and compare results",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    run.add_arguments(measuring)
    measuring.set_defaults(run=run.run)
    actions = measuring.add_subparsers(metavar="[compare | sweep]", required=False)
    comparing = actions.add_parser("compare", help="compare results", description="Compare results with a baseline.")
    compare.add_arguments(comparing)
    comparing.set_defaults(run=compare.run)
    sweeping = actions.add_parser(
        "sweep",
        help="find the fastest settings on this machine",
        description="Find the fastest settings on this machine: for one picture (latency) and for many (throughput).",
    )
    sweep.add_arguments(sweeping)
    sweeping.set_defaults(run=sweep.run)
