"""A job's answers -> the draft that the caller gets: cleaned texts, warnings and timings."""

from __future__ import annotations

import dataclasses

from localalt.job import Answered, Job
from localalt.presets import NO_TEXT, Preset
from localalt.text import Cleaned, clean, clean_copy, clean_paragraphs
from localalt.types import AltText, ModelIdentity, Notice, Timings

__all__ = ["draft"]


def draft(job: Job, preset: Preset, model: ModelIdentity, *, notices: tuple[Notice, ...], load_s: float) -> AltText:
    """The draft of a job that is done.

    Args:
        job: the picture with its answers.
        preset: what it was asked with.
        model: who answered.
        notices: what is to be known about every text of this model.
        load_s: seconds that loading the model took.
    """

    def text(index: int, cleaned: Cleaned) -> AltText:
        answer = job.answers[index]
        sequence = answer.generation.sequence
        assert sequence.finish_reason is not None
        return AltText(
            text=cleaned.text,
            source=job.source,
            finish_reason=sequence.finish_reason,
            warnings=(*notices, *job.notices, *cleaned.notices),
            timings=Timings(
                load_s=load_s,
                prepare_s=job.prepare_s,
                queue_s=job.waited_s + sequence.queue_s,
                encode_s=sequence.encode_s,
                prefill_s=sequence.prefill_s,
                decode_s=sequence.decode_s,
                ttft_s=sequence.ttft_s,
                total_s=answer.total_s,
                n_prompt_tokens=sequence.n_prompt_tokens,
                n_image_tokens=sequence.n_image_tokens,
                n_output_tokens=len(sequence.tokens),
            ),
            model=model,
            raw=answer.generation.text,
        )

    brief = job.brief
    also = {
        name: text(index, _cleaned(job.answers[index], copied=preset.also[name].copied))
        for index, name in enumerate(brief.also, start=1)
    }
    generation = job.answers[0].generation
    assert generation.sequence.finish_reason is not None
    cleaned = clean(generation.text, finish_reason=generation.sequence.finish_reason, max_chars=brief.max_chars)
    return dataclasses.replace(text(0, cleaned), also=also)


def _cleaned(answer: Answered, *, copied: bool) -> Cleaned:
    """A further text."""
    raw, finish_reason = answer.generation.text, answer.generation.sequence.finish_reason
    assert finish_reason is not None
    if copied:
        return clean_copy(raw, finish_reason=finish_reason, nothing=NO_TEXT)
    return clean_paragraphs(raw, finish_reason=finish_reason)
