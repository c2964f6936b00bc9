"""A job's answers -> what the caller gets: texts, warnings and timings."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from localalt.assignment import Assignment
from localalt.interview import Outcome
from localalt.job import Answered, Job
from localalt.types import AltText, ModelIdentity, Notice, TextVerdict, Timings

__all__ = ["draft", "settled"]

NOTHING_ASKED = Timings(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0, 0, n_answers=0)


def draft(job: Job, model: ModelIdentity, *, notices: tuple[Notice, ...], load_s: float) -> AltText:
    """What comes of a job that is done.

    Args:
        job: the picture with its answers.
        model: who answered.
        notices: what is to be known about every text of this model.
        load_s: seconds that loading the model took.
    """
    assignment = job.assignment
    if assignment.settled is not None:
        return settled(assignment, assignment.settled, job.source)
    interview = job.interview
    assert interview is not None

    def text(outcome: Outcome) -> AltText:
        answers = [job.answers[key] for key in outcome.keys]
        sequence = answers[0].generation.sequence
        assert sequence.finish_reason is not None
        return AltText(
            text=outcome.text,
            source=job.source,
            finish_reason=sequence.finish_reason,
            warnings=(*notices, *job.notices, *outcome.notices),
            timings=_timings(job, answers, load_s),
            model=model,
            raw=answers[0].generation.text,
            prompt=assignment.prompt.identity,
        )

    also = {name: text(interview.also(name)) for name in assignment.also}
    alt = dataclasses.replace(text(interview.alt()), also=also, candidates=interview.candidates())
    if assignment.existing is None or assignment.on_existing != "check":
        return alt
    kept = settled(assignment, "kept", job.source)
    warnings = (*notices, *job.notices, *kept.warnings, *interview.review())
    also["draft"] = dataclasses.replace(alt, also={})
    return dataclasses.replace(kept, warnings=warnings, also=also, timings=alt.timings, prompt=alt.prompt)


def settled(assignment: Assignment, verdict: TextVerdict, source: str) -> AltText:
    """The result for a picture about which no model need be asked, or whose text is a person's in any case."""
    findings = assignment.findings_of_existing if verdict == "kept" else ()
    return AltText(
        text=assignment.existing or "" if verdict == "kept" else "",
        source=source,
        finish_reason="unasked",
        warnings=tuple(Notice(each.rule, each.message, (each.start, each.end)) for each in findings),
        timings=NOTHING_ASKED,
        model=None,
        raw="",
        verdict=verdict,
    )


def _timings(job: Job, answers: Sequence[Answered], load_s: float) -> Timings:
    """Of all answers that a text took."""
    sequences = [answer.generation.sequence for answer in answers]
    kept = sequences[0]
    return Timings(
        load_s=load_s,
        prepare_s=job.prepare_s,
        queue_s=job.waited_s + sum(sequence.queue_s for sequence in sequences),
        encode_s=sum(sequence.encode_s for sequence in sequences),
        prefill_s=sum(sequence.prefill_s for sequence in sequences),
        decode_s=sum(sequence.decode_s for sequence in sequences),
        ttft_s=min(sequences, key=lambda sequence: -sequence.encode_s).ttft_s,
        total_s=max(answer.total_s for answer in answers),
        n_prompt_tokens=kept.n_prompt_tokens,
        n_image_tokens=kept.n_image_tokens,
        n_output_tokens=sum(len(sequence.tokens) for sequence in sequences),
        n_answers=len(answers),
    )
