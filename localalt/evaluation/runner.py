"""Cases and arms -> outputs: models one after the other, several pictures at a time, what is there already left out.

Each text has its timings, so every picture is read and decoded for each arm, unless the caller, who wants no timings,
passes `Pictures` to share. Knows nothing of scores.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt._version import __version__, llama_cpp_version
from localalt.drafting.options import DescribeOptions
from localalt.drafting.task import make_task
from localalt.errors import ImageError, LocalAltError, WorkerCrashedError
from localalt.evaluation.arms import Arm
from localalt.evaluation.cases import Case
from localalt.evaluation.outputs import content_key
from localalt.evaluation.records import Records
from localalt.hub.cache import sha256_of
from localalt.prompting.presets import PRESETS
from localalt.types import AltText, ModelIdentity

if TYPE_CHECKING:
    import PIL.Image

    from localalt.describer.describer import Describer

__all__ = ["Pictures", "check", "file_digest", "run"]

MAX_SHARED_PIXELS = 100_000_000
"""Of decoded pictures that are shared: 300 MB. The ones beyond it are decoded again for each model."""
LONGEST_PX = 2048
"""Side that a shared picture is reduced to: twice what any projector sees of it."""
AHEAD = 2
"""Pictures that wait for a slot, beside those that have one."""


class Pictures:
    """The decoded pictures of cases: each is decoded once, however many models look at it, as far as a bound allows."""

    def __init__(self) -> None:
        self._images: dict[str, PIL.Image.Image] = {}
        self._n_pixels = 0

    def get(self, case: Case) -> PIL.Image.Image | Path:
        """A case's picture, decoded, or its path where there is no more room, or the reader is to refuse it."""
        if case.sha256 in self._images:
            return self._images[case.sha256]
        if self._n_pixels >= MAX_SHARED_PIXELS:
            return case.picture
        try:
            image = _decoded(case.picture)
        except LocalAltError:
            return case.picture  # whoever reads it says what is wrong
        self._n_pixels += image.width * image.height
        self._images[case.sha256] = image
        return image


def check(cases: Sequence[Case], arms: Sequence[Arm], *, with_context: bool = True, transcribes: bool = False) -> None:
    """Look at everything that `run` will ask for, before a model is loaded or looked up.

    Raises:
        OptionError: an arm's or a case's option is wrong.
    """
    different = {(case.language, case.context): case for case in cases}.values()
    for arm, case in itertools.product(arms, different):
        make_task(_options(PRESETS["generic"].family, arm, case, 0, with_context, transcribes))


def run(
    cases: Sequence[Case],
    arms: Sequence[Arm],
    records: Records,
    *,
    load: Callable[[Arm], Describer],
    with_context: bool = True,
    transcribes: bool = False,
    pictures: Pictures | None = None,
    on_known: Callable[[int], None] = lambda _: None,
    on_done: Callable[[Arm, Case, dict[str, Any]], None] = lambda *_: None,
) -> None:
    """Describe every case with every arm and add what comes of it to `records`, one picture after the other.

    Args:
        load: loads an arm's model; it is closed before the next one is loaded. For timings that hold, with
            `reuse=False`: arms of one model look at the same pictures.
        with_context: whether the model gets what the author supplies.
        transcribes: whether it is asked for the text in the picture, too.
        pictures: decoded pictures to share, for callers without a use for timings.
        on_known: called with how many of an arm's texts are there already, once its model is loaded.
        on_done: called with each new record.

    A picture that fails is a record with its error, and so is each picture of a model whose process ends while it
    loads, or at every picture. Records of crashes have no key: the next run makes them again.

    Raises:
        LocalAltError: a model cannot be loaded, or the records cannot be written.
    """
    check(cases, arms, with_context=with_context, transcribes=transcribes)
    for _, group in itertools.groupby(arms, key=lambda arm: arm.model):
        same_model = list(group)
        try:
            describer = load(same_model[0])
        except WorkerCrashedError as error:
            for arm, case in itertools.product(same_model, cases):
                for seed in range(arm.seeds):
                    record = {"case": case.id, "sha256": case.sha256, "arm": arm.name, "seed": seed, **arm.identity()}
                    record |= {"text": "", "error": error.in_command}
                    records.add(record)
                    on_done(arm, case, record)
            continue
        with describer:
            model = _model_parts(describer.model)
            for arm in same_model:
                wanted = [
                    (case, seed, key)
                    for case, seed in itertools.product(cases, range(arm.seeds))
                    if (key := _key(case, arm, seed, model, with_context, transcribes)) not in records.keys
                ]
                on_known(len(cases) * arm.seeds - len(wanted))
                for case, record in _described(describer, arm, wanted, pictures, with_context, transcribes):
                    records.add({**record, **model})
                    on_done(arm, case, record)


def _described(
    describer: Describer,
    arm: Arm,
    wanted: Sequence[tuple[Case, int, str]],
    pictures: Pictures | None,
    with_context: bool,
    transcribes: bool,
) -> Iterator[tuple[Case, dict[str, Any]]]:
    coming, waiting = iter(wanted), dict[Future[AltText], tuple[Case, int, str]]()
    n_threads = describer.plan.n_seq_max + AHEAD
    with ThreadPoolExecutor(n_threads, thread_name_prefix="localalt-eval") as threads:
        try:
            while True:
                for case, seed, key in itertools.islice(coming, n_threads - len(waiting)):
                    options = _options(describer.model.family, arm, case, seed, with_context, transcribes)
                    picture = case.picture if pictures is None else pictures.get(case)
                    task = threads.submit(describer.describe, picture, **options)
                    waiting[task] = case, seed, key
                if not waiting:
                    return
                for done in wait(waiting, return_when=FIRST_COMPLETED).done:
                    case, seed, key = waiting.pop(done)
                    yield case, _record(done, arm, case, seed, describer.model.family, key)
        except BaseException:
            describer.close()  # ends the calls that the threads are in
            raise


def _options(family: str, arm: Arm, case: Case, seed: int, with_context: bool, transcribes: bool) -> DescribeOptions:
    prompt = dataclasses.replace(arm.prompt, sampling=arm.sampling_for(family), seed=seed)
    return {
        "prompt": prompt,
        "context": case.context if with_context else None,
        "language": case.language,
        "detail": arm.detail,
        "checks": arm.checks,  # type: ignore[typeddict-item]  # `describe` refuses a wrong one
        "also": ("text",) if transcribes else (),
    }


def _record(done: Future[AltText], arm: Arm, case: Case, seed: int, family: str, key: str) -> dict[str, Any]:
    sampler = dataclasses.asdict(arm.sampling_for(family))
    record: dict[str, Any] = {"case": case.id, "sha256": case.sha256, "arm": arm.name, "seed": seed, **arm.identity()}
    record["sampler"] = sampler
    try:
        alt = done.result()
    except ImageError as error:
        return {**record, "text": "", "error": error.in_command, "key": key}
    except WorkerCrashedError as error:
        return {**record, "text": "", "error": error.in_command}  # without a key
    record["key"] = key
    assert alt.model is not None
    timings = dataclasses.asdict(alt.timings)
    return {
        **record,
        "text": alt.text,
        "verdict": alt.verdict,
        "raw": alt.raw,
        "transcription": alt.also["text"].text if "text" in alt.also else None,
        "finish_reason": alt.finish_reason,
        "warnings": [notice.name for notice in alt.warnings],
        "architecture": alt.model.architecture,
        "preset": alt.model.preset,
        "prompt": alt.prompt,
        "model": alt.model.name,
        "n_image_tokens": alt.timings.n_image_tokens,
        "total_s": timings["total_s"],
        "timings": timings,
    }


def _key(case: Case, arm: Arm, seed: int, model: dict[str, Any], with_context: bool, transcribes: bool) -> str:
    context = case.context if with_context else None
    asked = {"language": case.language, "context": context, "transcribes": transcribes, "seed": seed}
    return content_key(picture=case.sha256, case=case.id, **arm.identity(), **model, **asked)


def _model_parts(model: ModelIdentity) -> dict[str, Any]:
    return {
        "model_digest": file_digest(Path(model.weights)),
        "mmproj_digest": file_digest(Path(model.mmproj)),
        "versions": {"localalt": __version__, "llama-cpp-python": llama_cpp_version()},
    }


def file_digest(path: Path) -> str:
    """The sha256 of a file, computed once for as long as its size and time stay."""
    status = path.stat()
    return _digest(path, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _digest(path: Path, size: int, mtime_ns: int) -> str:
    return sha256_of(path)


def _decoded(path: Path) -> PIL.Image.Image:
    from localalt.image.processor import load_picture
    from localalt.types import ImageGeometry

    # The reader's own way, with its care for orientation and colours, at a size beyond any projector's.
    most = LONGEST_PX * LONGEST_PX
    pixels = load_picture(path, ImageGeometry(None, 1, 1, most)).pixels
    from PIL import Image  # which was imported by then, and not while another thread forks

    return Image.fromarray(pixels)
