"""What localalt itself logs of a run, at INFO: the model and its files, the plan in a line, and each picture's times.

About a dozen lines, for people who ask why it is slow or which files it takes. What llama.cpp says is DEBUG, on the
logger `localalt.llama_cpp`. Names of files and what is in them are shown as `console.visible` shows them.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from localalt.console import visible
from localalt.units import format_bytes, format_seconds

if TYPE_CHECKING:
    from localalt.devices import Machine
    from localalt.models.files import ModelFiles
    from localalt.planning.plan import Plan
    from localalt.types import AltText, ModelSource

__all__ = ["log_choice", "log_loaded", "log_loading", "log_picture", "log_tiles"]

logger = logging.getLogger("localalt.run_log")
"""People filter by this name: it does not follow the module's place."""


def log_loading(model: ModelSource, files: ModelFiles, machine: Machine) -> None:
    """Which model, why, from which files, and on what machine."""
    if not logger.isEnabledFor(logging.INFO):
        return
    why = 'what "auto" stands for on this machine' if model == "auto" else "as asked for"
    origin = f", from {files.repository} at commit {files.commit[:12]}" if files.repository else ""
    _info(f"Model: {files.name}, {why}{origin}.")
    _info(f"Weights: {files.weights.path}, {files.weights.architecture}, {format_bytes(files.weights_bytes)}.")
    _info(f"Projector: {files.mmproj.path}, {format_bytes(files.mmproj_bytes)}.")
    ram = f"{format_bytes(machine.ram_free_bytes)} of {format_bytes(machine.ram_total_bytes)} of RAM free"
    gpus = ", ".join(f"{each.name} ({each.description})" for each in machine.devices) or "no GPU that can be used"
    _info(f"Machine: {machine.n_cores} threads, {ram}, {gpus}.")


def log_choice(why: str) -> None:
    """Why "auto" takes this model."""
    _info(why)


def log_loaded(plan: Plan, load_s: float, *, is_measured: bool) -> None:
    """With which settings it runs, and how long loading took."""
    if not logger.isEnabledFor(logging.INFO):
        return
    devices = f" ({', '.join(plan.devices)})" if plan.devices else ""
    memory = f"{format_bytes(plan.memory.host.total)} of RAM"
    if plan.memory.gpu.total:
        memory += f", {format_bytes(plan.memory.gpu.total)} on GPUs"
    _info(
        f"Plan: {plan.placement}{devices}, {plan.n_seq_max} slots of {plan.n_ctx_seq} positions, at most "
        f"{plan.n_image_tokens} image tokens, batches of {plan.n_ubatch}, {plan.n_threads} threads, {memory}."
    )
    slots = " The number of slots was measured while it loaded." if is_measured else ""
    _info(f"Loaded in {load_s:.2f} s.{slots}")
    for reason in plan.reasons:
        logger.debug("%s", visible(reason))


def log_tiles(source: str, n_tiles: int, n_image_tokens: int, tile_s: tuple[float, float]) -> None:
    """What a transcription of a picture costs whose writing is too small in the whole."""
    _info(
        f"{source}: its writing is too small for the model in the whole: its text, where it is asked for or looked "
        f"up, is read in {n_tiles} tiles, each an encode of at most {n_image_tokens} image tokens: "
        f"{format_seconds(*tile_s)} for each (estimated)."
    )


def log_picture(alt: AltText) -> None:
    """How long a picture took, and where the time went."""
    if not logger.isEnabledFor(logging.INFO):
        return
    times = alt.timings
    names = ", ".join(notice.name for notice in alt.warnings)
    n_tiles = times.n_tiles + sum(text.timings.n_tiles for text in alt.also.values())
    end = (f", {n_tiles} tiles" if n_tiles else "") + (f"; {names}." if names else ".")
    _info(
        f"{alt.source}: {times.total_s:.2f} s, read {times.prepare_s:.2f} s, wait {times.queue_s:.2f} s, encode "
        f"{times.encode_s:.2f} s, prefill {times.prefill_tps:.0f} tokens/s, decode {times.decode_tps:.0f} tokens/s, "
        + (f"OCR {times.ocr_s:.2f} s, " if times.ocr_s else "")
        + f"{times.n_image_tokens} image tokens, {times.n_output_tokens} tokens out{end}"
    )


def _info(message: str) -> None:
    logger.info("%s", visible(message))
