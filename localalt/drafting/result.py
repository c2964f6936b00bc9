"""A job's answers -> what the caller gets: texts, warnings and timings."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from localalt.drafting.dialogue import Outcome
from localalt.drafting.task import Task
from localalt.types import AltText, ModelIdentity, Notice, TextVerdict, Timings

if TYPE_CHECKING:
    from localalt.drafting.job import Job, ReceivedAnswer

__all__ = ["build_result", "result_without_model"]

NO_TIMINGS = Timings(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0, 0, n_answers=0)


def build_result(job: Job, model: ModelIdentity, *, notices: tuple[Notice, ...], load_s: float) -> AltText:
    """What the caller gets for a job whose answers are all there.

    Args:
        job: the picture with its answers.
        model: the model that answered.
        notices: what a reader should know about every text of this model.
        load_s: seconds that loading the model took.
    """
    task = job.task
    if task.verdict_without_model is not None:
        return result_without_model(task, task.verdict_without_model, job.source)
    dialogue = job.dialogue
    assert dialogue is not None

    def text(outcome: Outcome) -> AltText:
        answers = [job.answers[key] for key in outcome.keys]
        n_tiles = sum(key.tile is not None for key in outcome.keys)
        # What is copied tile by tile is all of its answers; any other text comes from the first of them.
        own = answers if n_tiles == len(answers) else answers[:1]
        faults = dict.fromkeys(fault for each in answers for fault in each.generation.sequence.faults)
        reasons = [each.generation.sequence.finish_reason for each in own]
        finish_reason = next((each for each in reasons if each != "stop"), reasons[0])
        assert finish_reason is not None
        return AltText(
            text=outcome.text,
            source=job.source,
            finish_reason=finish_reason,
            warnings=(*notices, *(Notice("device-fault", fault) for fault in faults), *job.notices, *outcome.notices),
            timings=_timings(job, answers, load_s, n_tiles=n_tiles),
            model=model,
            raw="\n\n".join(each.generation.text for each in own),
            verdict=outcome.verdict,
            prompt=task.prompt.identity,
            supported=outcome.supported,
        )

    also = {name: text(dialogue.also(name)) for name in task.also}
    alt = dataclasses.replace(text(dialogue.alt()), also=also, candidates=dialogue.candidates())
    if task.existing is None or task.on_existing != "check":
        return alt
    existing = result_without_model(task, "kept", job.source)
    warnings = (*notices, *job.notices, *existing.warnings, *dialogue.review())
    also["draft"] = dataclasses.replace(alt, also={})
    return dataclasses.replace(existing, warnings=warnings, also=also, timings=alt.timings, prompt=alt.prompt)


def result_without_model(task: Task, verdict: TextVerdict, source: str) -> AltText:
    """The result for a picture about which no model need be asked, or whose text is a person's in any case.

    Args:
        task: what the caller asks for.
        verdict: "decorative" or "kept".
        source: what the picture is called.
    """
    existing = task.checked_existing if verdict == "kept" else None
    return AltText(
        text="" if existing is None else existing.text,
        source=source,
        finish_reason="unasked",
        warnings=() if existing is None else existing.notices,
        timings=NO_TIMINGS,
        model=None,
        raw="",
        verdict=verdict,
    )


def _timings(job: Job, answers: Sequence[ReceivedAnswer], load_s: float, *, n_tiles: int) -> Timings:
    """Of all answers that a text took, those about tiles last."""
    sequences = [answer.generation.sequence for answer in answers]
    first = sequences[0]
    about_whole = sequences[: len(sequences) - n_tiles] or sequences[:1]
    return Timings(
        load_s=load_s,
        prepare_s=job.prepare_s,
        queue_s=job.waited_s + sum(sequence.queue_s for sequence in sequences),
        encode_s=sum(sequence.encode_s for sequence in sequences),
        prefill_s=sum(sequence.prefill_s for sequence in sequences),
        decode_s=sum(sequence.decode_s for sequence in sequences),
        ttft_s=min(about_whole, key=lambda sequence: -sequence.encode_s).ttft_s,
        total_s=max(answer.total_s for answer in answers),
        n_prompt_tokens=first.n_prompt_tokens,
        n_image_tokens=first.n_image_tokens,
        n_output_tokens=sum(len(sequence.tokens) for sequence in sequences),
        n_answers=len(answers),
        n_tiles=n_tiles,
        ocr_s=job.ocr_s,
    )
