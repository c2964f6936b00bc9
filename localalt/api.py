"""The functions of the package, on Describers that the whole process shares (`registry`)."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from localalt.concurrency.pipeline import until_done
from localalt.describer.describer import Describer, check_images, without_frames
from localalt.describer.registry import ashared_describer, is_loaded, shared_describer
from localalt.describer.run_log import log_picture
from localalt.drafting.options import DescribeOptions, LoadOptions
from localalt.drafting.signatures import takes_describe_options, takes_load_options
from localalt.drafting.stream import Stream
from localalt.errors import ImageError, LocalAltError
from localalt.first_imports import importing
from localalt.types import AltText, ImageSource, ModelSource, OnError

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from localalt.drafting.task import Task

__all__ = [
    "adescribe",
    "adescribe_many",
    "as_completed",
    "describe",
    "describe_many",
    "load",
    "stream",
]

_Result = TypeVar("_Result")


@takes_load_options
def load(model: ModelSource = "auto", **options: Unpack[LoadOptions]) -> Describer:
    """Load a model. Close the Describer, or use it in a `with` block.

    Args:
        model: a name of the catalog, "owner/repository:QUANT" on the hub, a pair of local GGUF files
            (weights, mmproj), the path of a folder with one such pair, "selftest", or "auto": see `Describer`.

    Raises:
        OptionError: an option is unknown or out of range.
        ModelError: the model is not there, cannot be downloaded, or cannot be used here.
        EngineError: the backend or its memory does not suffice.
    """
    return Describer(model, **options)


@takes_describe_options
def describe(image: ImageSource, *, model: ModelSource = "auto", **options: Unpack[DescribeOptions]) -> AltText:
    """Draft the alt text of one picture: see `Describer.describe`.

    The model is loaded on first use and stays loaded until the process ends; for a picture about which none need be
    asked, none is. How it is loaded is said to `load`.

    Args:
        image: a path, the bytes of a picture file, an open binary file, a PIL image, or a uint8 array.
        model: see `load`.

    Raises:
        OptionError: an option is unknown or out of range, or the context is too long.
        ImageError: the picture cannot be used.
        ModelError: the model is not there, cannot be downloaded, or cannot be used here.
        TimedOutError: it took more than `timeout_s` seconds.
        EngineError: llama.cpp failed at this picture.
    """
    task, options = _read(options)
    if task.verdict_without_model is not None:
        return _without_model(task, image)
    _check_readable(model, image)
    return shared_describer(model).describe(image, **options)


@overload
def describe_many(
    images: Iterable[ImageSource],
    *,
    model: ModelSource = "auto",
    on_error: Literal["raise"] = "raise",
    **options: Unpack[DescribeOptions],
) -> Iterator[AltText]: ...


@overload
def describe_many(
    images: Iterable[ImageSource],
    *,
    model: ModelSource = "auto",
    on_error: Literal["return"],
    **options: Unpack[DescribeOptions],
) -> Iterator[AltText | LocalAltError]: ...


@takes_describe_options
def describe_many(
    images: Iterable[ImageSource],
    *,
    model: ModelSource = "auto",
    on_error: OnError = "raise",
    **options: Unpack[DescribeOptions],
) -> Iterator[AltText] | Iterator[AltText | LocalAltError]:
    """Draft the alt texts of many pictures, in their order: see `Describer.describe_many`.

    Raises:
        LocalAltError: see `describe`; with `on_error="return"` a picture's error takes the place of its text.
    """
    is_raised = check_images(images, on_error, Iterable)
    task, options = _read(options)
    if task.verdict_without_model is not None:
        return (_outcome_without_model(task, image, is_raised) for image in images)
    refused = _all_refused(model, images)
    if refused is not None:
        return _refusals(refused, is_raised)
    return shared_describer(model).describe_many(images, on_error=on_error, **options)


@overload
def as_completed(
    images: Iterable[ImageSource],
    *,
    model: ModelSource = "auto",
    on_error: Literal["raise"] = "raise",
    **options: Unpack[DescribeOptions],
) -> Iterator[tuple[int, AltText]]: ...


@overload
def as_completed(
    images: Iterable[ImageSource],
    *,
    model: ModelSource = "auto",
    on_error: Literal["return"],
    **options: Unpack[DescribeOptions],
) -> Iterator[tuple[int, AltText | LocalAltError]]: ...


@takes_describe_options
def as_completed(
    images: Iterable[ImageSource],
    *,
    model: ModelSource = "auto",
    on_error: OnError = "raise",
    **options: Unpack[DescribeOptions],
) -> Iterator[tuple[int, AltText]] | Iterator[tuple[int, AltText | LocalAltError]]:
    """The alt texts of many pictures as they are done, each with its index: see `Describer.as_completed`.

    Raises:
        LocalAltError: see `describe_many`.
    """
    is_raised = check_images(images, on_error, Iterable)
    task, options = _read(options)
    if task.verdict_without_model is not None:
        return enumerate(_outcome_without_model(task, image, is_raised) for image in images)
    refused = _all_refused(model, images)
    if refused is not None:
        return enumerate(_refusals(refused, is_raised))
    return shared_describer(model).as_completed(images, on_error=on_error, **options)


@takes_describe_options
def stream(image: ImageSource, *, model: ModelSource = "auto", **options: Unpack[DescribeOptions]) -> Stream:
    """The answer in pieces as the model writes it: see `Describer.stream`.

    Raises:
        LocalAltError: see `describe`.
    """
    task, options = _read(options)
    if task.verdict_without_model is not None:
        return Stream.of_result(_without_model(task, image))
    _check_readable(model, image)
    return shared_describer(model).stream(image, **options)


@takes_describe_options
async def adescribe(image: ImageSource, *, model: ModelSource = "auto", **options: Unpack[DescribeOptions]) -> AltText:
    """`describe` for asyncio: not even loading the model blocks the event loop.

    Raises:
        LocalAltError: see `describe`.
    """
    task, options = _read(options)
    if task.verdict_without_model is not None:
        return _without_model(task, image)
    if not is_loaded(model):
        await _apart(lambda: _check_readable(model, image))
    return await (await ashared_describer(model)).adescribe(image, **options)


@overload
def adescribe_many(
    images: Iterable[ImageSource] | AsyncIterable[ImageSource],
    *,
    model: ModelSource = "auto",
    on_error: Literal["raise"] = "raise",
    **options: Unpack[DescribeOptions],
) -> AsyncGenerator[AltText, None]: ...


@overload
def adescribe_many(
    images: Iterable[ImageSource] | AsyncIterable[ImageSource],
    *,
    model: ModelSource = "auto",
    on_error: Literal["return"],
    **options: Unpack[DescribeOptions],
) -> AsyncGenerator[AltText | LocalAltError, None]: ...


@takes_describe_options
async def adescribe_many(
    images: Iterable[ImageSource] | AsyncIterable[ImageSource],
    *,
    model: ModelSource = "auto",
    on_error: OnError = "raise",
    **options: Unpack[DescribeOptions],
) -> AsyncGenerator[AltText | LocalAltError, None]:
    """`describe_many` for asyncio: see `Describer.adescribe_many`. A wrong option is raised at the first step.

    Raises:
        LocalAltError: see `describe_many`.
    """
    is_raised = check_images(images, on_error, Iterable, AsyncIterable)
    task, options = _read(options)
    if task.verdict_without_model is not None:
        async for image in _each(images):
            yield _outcome_without_model(task, image, is_raised)
        return
    refused = await _apart(lambda: _all_refused(model, images)) if isinstance(images, list | tuple) else None
    if refused is not None:
        for error in _refusals(refused, is_raised):
            yield error
        return
    describer = await ashared_describer(model)
    async with contextlib.aclosing(describer.adescribe_many(images, on_error=on_error, **options)) as results:
        async for result in results:
            yield result


# What describing needs is imported when something is first described, and not before a model is loaded: in a child
# process, the child imports it, too, and this one does so meanwhile.


def _read(options: DescribeOptions) -> tuple[Task, DescribeOptions]:
    with importing():
        from localalt.drafting.task import read_options
    return read_options(options)


def _without_model(task: Task, image: ImageSource) -> AltText:
    """The result for a picture about which no model need be asked, such as a decorative one.

    Raises:
        ImageError: it is a path, and there is no such file.
    """
    with importing():
        from localalt.drafting.result import result_without_model
        from localalt.image.source import validate_name
    assert task.verdict_without_model is not None
    result = result_without_model(task, task.verdict_without_model, validate_name(image))
    log_picture(result)
    return result


def _outcome_without_model(task: Task, image: ImageSource, is_raised: bool) -> Any:  # noqa: ANN401
    """`_without_model` for one of many pictures: an error in place of its text, unless errors are raised."""
    try:
        return _without_model(task, image)
    except LocalAltError as error:
        if is_raised:
            raise
        return without_frames(error)


async def _each(images: Iterable[ImageSource] | AsyncIterable[ImageSource]) -> AsyncIterator[ImageSource]:
    if isinstance(images, AsyncIterable):
        async for image in images:
            yield image
    else:
        for image in images:
            yield image


def _check_readable(model: ModelSource, image: ImageSource) -> None:
    """Raises what reading `image` would raise, where a model would be loaded first, which may take long."""
    if not is_loaded(model):
        _read_once(image)


def _read_once(image: ImageSource) -> None:
    with importing():
        from localalt.image.readable import check_readable
    check_readable(image)


def _all_refused(model: ModelSource, images: object) -> list[ImageError] | None:
    """Errors for each picture of a list of which none can be read, before a model is loaded for them; else None.

    Other iterables are taken one picture at a time, and never twice.
    """
    if not isinstance(images, list | tuple) or is_loaded(model):
        return None
    errors = []
    for image in images:
        try:
            _read_once(image)
        except ImageError as error:
            errors.append(error)
        else:
            return None
    return errors


def _refusals(errors: Iterable[ImageError], is_raised: bool) -> Iterator[Any]:
    for error in errors:
        if is_raised:
            raise error
        yield error


async def _apart(work: Callable[[], _Result]) -> _Result:
    """The result of `work`, done in a thread of its own: reading a picture must not block the event loop."""
    result: Future[_Result] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:
            result.set_exception(error)

    threading.Thread(target=run, name="localalt-check", daemon=True).start()
    await until_done(result)
    return result.result()
