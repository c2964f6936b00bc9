"""One parent's wishes, from the first frame to the last: load a model, describe pictures, and say how it goes."""

from __future__ import annotations

import contextlib
import functools
import os
import platform
import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from io import RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt._version import __version__
from localalt.first_imports import import_once
from localalt.isolation.codec import decode, encode
from localalt.isolation.errors_as_data import encode_error
from localalt.isolation.frames import PROTOCOL, Frame, FrameReader, FrameWriter
from localalt.isolation.shared_memory import MappedMemory
from localalt.worker.allocator import hold_on_to_memory
from localalt.worker.log_forwarding import forward_log, set_level

if TYPE_CHECKING:
    from localalt.describer.in_process import InProcess
    from localalt.describer.loading import LoadedModel, PlannedLoad
    from localalt.describer.text_model import TextModel
    from localalt.drafting.options import LoadOptions
    from localalt.drafting.picture_job import MakeJob, PictureJob
    from localalt.switches import Environment
    from localalt.types import DownloadProgress

__all__ = ["Session", "serve"]

BEAT_S = 1.0
"""Seconds between two signs of life, as long as there is something to do."""
HEAVY = ("numpy", "PIL.Image", "localalt.image.readable", "llama_cpp", "localalt.describer.in_process")
"""Modules that take a while to import, and that whoever loads a model needs."""
N_CALLS = 64
"""Calls whose options are remembered: most pictures have those of the picture before."""


def serve(commands: RawIOBase, answers: int) -> int:
    """Do what frames from `commands` ask for, and write to the file descriptor `answers`, until the parent is gone."""
    outbox: queue.SimpleQueue[Frame] = queue.SimpleQueue()
    writer = FrameWriter(answers)
    threading.Thread(target=_write, args=(writer, outbox), name="localalt-answers", daemon=True).start()
    memory = MappedMemory()
    session = Session(outbox.put, writer.write, memory)
    reader = FrameReader(commands, memory)
    session.greet()
    while (frame := reader.read()) is not None:
        if not session.obey(frame):
            break
    return 0


def _write(writer: FrameWriter, outbox: queue.SimpleQueue[Frame]) -> None:
    # A thread of its own: a parent that does not read must not hold up the engine.
    while True:
        try:
            writer.write(outbox.get())
        except OSError:
            os._exit(0)  # the parent is gone


def _is_late(environment: Environment) -> bool:
    """Whether one of these variables is missing that llama.cpp does not read again and again. The others are set here,
    as in any process: a fresh one takes a second and more where a driver starts slowly."""
    from localalt.switches import SWITCHES, ReadAt

    missing = [name for name, value in environment if os.environ.get(name) != value]
    return any(SWITCHES[name].read_at is not ReadAt.EVERY_CALL for name in missing)


class _FreshProcessWantedError(Exception):
    """The plan needs variables that are to be there before llama.cpp is loaded: a process that is started with them."""

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self.environment = environment


class Session:
    """What this process does for its parent.

    Args:
        send: takes the frames for the parent, and sends them soon.
        send_now: sends one before it returns, and before those that are still to be sent.
        memory: where the parent may put pictures.
    """

    def __init__(self, send: Callable[[Frame], None], send_now: Callable[[Frame], None], memory: MappedMemory) -> None:
        self._send, self._send_now, self._memory = send, send_now, memory
        self._loaded: LoadedModel | None = None
        self._free_bytes: Mapping[str, int] = {}
        self._service: Future[InProcess] = Future()
        self._text_model: TextModel | None = None
        self._is_loading = False
        self._jobs: dict[int, PictureJob] = {}
        self._make_jobs = functools.lru_cache(N_CALLS)(self._jobs_of)
        self._operations: dict[str, Callable[[dict[str, Any], Frame], None]] = {
            "hello": self._hello,
            "prepare": self._prepare,
            "load": self._load,
            "describe": self._describe,
            "cancel": self._cancel,
            "log": self._set_log_level,
            "devices": self._devices,
            "check": self._check,
            "lineup": self._lineup,
            "load_text": self._load_text,
            "answer": self._answer,
            "blame": self._blame,
            "limit": self._limit,
        }

    def greet(self) -> None:
        """Say which version this is."""
        self._tell("hello", protocol=PROTOCOL, localalt=__version__, python=platform.python_version())

    def obey(self, frame: Frame) -> bool:
        """Do what a frame asks for, or begin with it; False where it asks for the end."""
        operation = frame.body["op"]
        if operation == "close":
            return False
        self._operations[operation](frame.body, frame)
        return True

    def _tell(self, event: str, **body: Any) -> None:  # noqa: ANN401 (JSON values)
        self._send(Frame({"event": event, **body}))

    # --- what the parent asks for ---

    def _hello(self, body: dict[str, Any], _: Frame) -> None:
        if body["import_path"] is not None:
            sys.path[:] = body["import_path"]
        if sys.platform != "win32":
            import resource

            # Whoever looks for the cause has the log; nobody wants a file of the size of the model.
            resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        hold_on_to_memory()
        forward_log(body["log_level"], self._send_body)
        offer = body.get("memory")
        if offer is not None and self._memory.accept(offer):
            self._tell("mapped")
        threading.Thread(target=self._beat, name="localalt-beat", daemon=True).start()

    def _send_body(self, body: dict[str, Any]) -> None:
        self._send(Frame(body))

    def _prepare(self, _body: dict[str, Any], _: Frame) -> None:
        for name in HEAVY:  # what is missing is reported where it is used
            import_once(name)

    def _load(self, body: dict[str, Any], _: Frame) -> None:
        self._is_loading = True
        # Beside the thread that reads: the parent may close meanwhile.
        threading.Thread(target=self._load_model, args=(body,), name="localalt-load", daemon=True).start()

    def _load_model(self, body: dict[str, Any]) -> None:
        try:
            from localalt.describer.loading import load_model
            from localalt.devices import Share

            os.chdir(body["folder"] or os.curdir)  # for relative paths of model files alone
            options: LoadOptions = decode(body["options"])
            options["progress"] = lambda share: self._tell("progress", share=share)
            options["on_download"] = self._report_download
            loaded = load_model(
                decode(body["model"]),
                options,
                share=Share(**body["share"]),
                announce=lambda words: self._tell("announcement", words=words),
                on_plan=self._report_plan,
            )
            self._loaded, self._is_loading = loaded, False
            self._tell(
                "loaded",
                identity=encode(loaded.identity),
                notices=encode(loaded.notices),
                plan=encode(loaded.engine.plan),
                geometry=encode(loaded.geometry),
                load_s=loaded.load_s,
                n_ahead=loaded.n_ahead,
                free_bytes=encode(self._free_bytes),
            )
        except _FreshProcessWantedError as wanted:
            self._is_loading = False
            self._tell("restart", environment=wanted.environment)
            return
        except BaseException as error:
            self._is_loading = False
            self._tell("failed", error=encode_error(error))
            return
        try:  # what pictures need takes long to import: the parent goes on meanwhile
            from localalt.describer.in_process import InProcess

            self._service.set_result(InProcess(loaded))
        except BaseException as error:
            self._service.set_exception(error)

    def _report_download(self, progress: DownloadProgress) -> None:
        self._tell("download", progress=encode(progress))

    def _report_plan(self, planned: PlannedLoad) -> None:
        if _is_late(planned.plan.environment):
            raise _FreshProcessWantedError(planned.plan.environment)
        self._free_bytes = planned.free_bytes
        devices = planned.plan.devices
        plan = {
            "devices": devices,
            "kind": planned.kind,
            "load_key": planned.load_key,
            "gpu_bytes": planned.plan.memory.gpu.total // max(1, len(devices)),
            "picture_s": planned.picture_s,
        }
        # What comes next may end this process, and the parent is to know which devices that was on.
        self._send_now(Frame({"event": "planned", **plan}))

    def _describe(self, body: dict[str, Any], frame: Frame) -> None:
        number: int = body["id"]
        try:
            from localalt.isolation.sources import PictureMessage, unpack

            service = self._service.result()
            make_job = self._make_jobs(body["options"])
            image: Any = unpack(PictureMessage(body["picture"], tuple(frame.buffers)))
            on_text = functools.partial(self._report_text, number) if body["streams"] else None
            job = make_job(image, on_text=on_text, started=time.perf_counter() - body["elapsed_s"])
        except BaseException as error:
            self._tell("error", id=number, error=encode_error(error))
            return
        self._jobs[number] = job
        job.done.add_done_callback(lambda _: self._report_end(number, job))
        if body["streams"]:  # in a thread that the next frame does not wait for
            threading.Thread(target=self._run_stream, args=(number, job), name="localalt-stream", daemon=True).start()
        else:
            service.start(job)

    def _run_stream(self, number: int, job: PictureJob) -> None:
        """Read a picture, and say when that is done: whoever asks for its pieces waits for it."""
        with contextlib.suppress(BaseException):  # `_report_end` says it
            job.run()
            self._tell("begun", id=number)

    def _jobs_of(self, options: str) -> MakeJob:
        import json

        return self._service.result().jobs(decode(json.loads(options)))

    def _report_text(self, number: int, text: str | None) -> None:
        if number in self._jobs:  # its end says that nothing more comes, and whether that was an error
            self._tell("text", id=number, text=text)

    def _report_end(self, number: int, job: PictureJob) -> None:
        self._jobs.pop(number, None)
        error = job.done.exception()
        if error is not None:
            self._tell("error", id=number, error=encode_error(error))
        else:
            self._tell("done", id=number, result=encode(job.result))

    def _cancel(self, body: dict[str, Any], _: Frame) -> None:
        job = self._jobs.get(body["id"])
        if job is not None:
            job.cancel()

    def _set_log_level(self, body: dict[str, Any], _: Frame) -> None:
        set_level(body["level"])

    def _devices(self, _body: dict[str, Any], _: Frame) -> None:
        from localalt.machine.probe import gpu_names

        self._reply(lambda: {"names": gpu_names()})

    def _check(self, body: dict[str, Any], frame: Frame) -> None:
        from localalt.image.readable import check_readable
        from localalt.isolation.sources import PictureMessage, unpack

        def check() -> None:
            image: Any = unpack(PictureMessage(body["picture"], tuple(frame.buffers)))
            check_readable(image)

        self._reply(check)

    def _lineup(self, body: dict[str, Any], _: Frame) -> None:
        from localalt.machine import this_machine
        from localalt.models.lineup import distinct

        same: list[tuple[Any, Any]] = []

        def look_up() -> dict[str, Any]:
            machine, *_ = [this_machine(device=name) for name in body["devices"]]
            os.chdir(body["folder"] or os.curdir)
            models = distinct(
                decode(body["named"]), machine, offline=body["offline"], on_same=lambda *pair: same.append(pair)
            )
            return {"models": encode(models), "same": encode(same)}

        self._reply(look_up)

    def _blame(self, body: dict[str, Any], _: Frame) -> None:
        from localalt.machine.verdicts import step_down

        def blame() -> dict[str, Any]:
            ways = {name: step_down(name, body["kind"]) for name in body["devices"]}
            return {"ways": {name: list(way.words) for name, way in ways.items() if way is not None}}

        self._reply(blame)

    def _limit(self, body: dict[str, Any], _: Frame) -> None:
        from localalt.machine.load_limits import store

        self._reply(lambda: {"stored": [store(name, body["load_key"], body["gpu_bytes"]) for name in body["devices"]]})

    def _load_text(self, body: dict[str, Any], _: Frame) -> None:
        from localalt.describer.text_model import TextModel

        def load() -> dict[str, Any]:
            os.chdir(body["folder"] or os.curdir)
            self._text_model = model = TextModel(
                Path(body["weights"]), n_text_cells=body["n_text_cells"], max_tokens=body["max_tokens"]
            )
            return {"architecture": model.architecture, "n_ctx_seq": model.n_ctx_seq}

        self._reply(load)

    def _answer(self, body: dict[str, Any], _: Frame) -> None:
        # In the thread that reads: whoever wants to stop it ends this process.
        model = self._text_model
        assert model is not None
        self._reply(lambda: {"text": model.ask(body["question"], body["grammar"])})

    def _reply(self, work: Callable[[], dict[str, Any] | None]) -> None:
        try:
            self._tell("reply", error=None, **(work() or {}))
        except BaseException as error:
            self._tell("reply", error=encode_error(error))

    # --- signs of life ---

    def _beat(self) -> None:
        while True:
            time.sleep(BEAT_S)
            if self._is_loading or self._jobs:
                loaded = self._loaded
                self._tell("beat", n_steps=0 if loaded is None else loaded.engine.n_steps)
