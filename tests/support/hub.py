"""A model hub on loopback that speaks the hub's own protocol, and fails where a test says so.

    with Hub() as hub:
        commit = hub.add("owner/name-GGUF", {"model-Q4_K_M.gguf": b"...", "mmproj-F16.gguf": Path("mmproj.gguf")})
        hub.fail(path="*/resolve/*", status=503, times=2)
        ...                     # HF_ENDPOINT=hub.url
        hub.requests            # what was asked for, and how many bytes were sent

Files that end in .gguf are in LFS: their content comes from a second server, on another port, as
from the hub's CDN. Uses the standard library alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

CHUNK_BYTES = 1 << 14
_ROUTES = {
    "api": re.compile(r"/api/models/(?P<repo>[^/]+/[^/]+)(?:/revision/(?P<revision>.+))?"),
    "tree": re.compile(r"/api/models/(?P<repo>[^/]+/[^/]+)/tree/(?P<revision>[^/]+)"),
    "resolve": re.compile(r"/(?P<repo>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<file>.+)"),
    "cdn": re.compile(r"/cdn/(?P<sha256>[0-9a-f]{64})"),
}


@dataclass
class Fault:
    """What goes wrong with the requests that match, `times` times (None: always)."""

    path: str = "*"
    """Shell pattern of the path, without the query."""
    method: str = "GET"
    times: int | None = 1
    status: int | None = None
    """Answer this instead of what was asked for."""
    headers: dict[str, str | None] = field(default_factory=dict)
    """More headers; None as the value takes one away."""
    body: bytes = b""
    """With `status`."""
    drop_after: int | None = None
    """Break the connection after this many bytes of the body."""
    hold_after: int | None = None
    """Stop sending after this many bytes of the body, until `Hub.release` is set."""
    corrupt_at: int | None = None
    """Change the byte at this offset of the file."""
    n_bytes: int | None = None
    """Send (and announce) a body that is cut or filled up to this length."""
    ignore_range: bool = False
    chunked: bool = False
    """Announce no length."""


@dataclass
class Request:
    """One request and what was sent for it; it is listed from its beginning and grows."""

    server: str
    """"hub" or "cdn"."""
    method: str
    path: str
    range: str | None
    authorization: str | None
    user_agent: str
    status: int = 0
    sent_bytes: int = 0
    """Of the body."""


@dataclass
class _Commit:
    files: dict[str, bytes]
    sha: str


@dataclass
class _Repository:
    licence: str
    gated: str | bool
    private: bool
    card: dict[str, Any]
    commits: dict[str, _Commit] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)


class Hub:
    """The server; a context manager. `url` is what HF_ENDPOINT is set to."""

    def __init__(self) -> None:
        self.token = "hf_loopback"
        self.may_read: set[str] = set()  # gated repositories whose terms the token's account has accepted
        self.requests: list[Request] = []
        self.release = threading.Event()
        self.held = threading.Event()
        self._repositories: dict[str, _Repository] = {}
        self._renamed: dict[str, str] = {}
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._servers = [_server(self, "hub"), _server(self, "cdn")]
        self.url, self.cdn_url = (f"http://127.0.0.1:{server.server_address[1]}" for server in self._servers)

    def __enter__(self) -> Hub:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.release.set()
        for server in self._servers:
            server.shutdown()
            server.close_connections()
            server.server_close()

    def add(
        self,
        name: str,
        files: Mapping[str, bytes | Path],
        *,
        revision: str = "main",
        licence: str = "apache-2.0",
        gated: str | bool = False,
        private: bool = False,
        card: dict[str, Any] | None = None,
    ) -> str:
        """Commit `files` ({path: bytes or Path}, all files of the revision) to a repository, and return the commit."""
        contents = {
            path: content.read_bytes() if isinstance(content, Path) else content for path, content in files.items()
        }
        listing = {path: hashlib.sha256(content).hexdigest() for path, content in contents.items()}
        repository = self._repositories.setdefault(name, _Repository(licence, gated, private, card or {}))
        parent = repository.refs.get(revision, "")
        sha = hashlib.sha1(f"{name} {parent} {sorted(listing.items())}".encode()).hexdigest()
        repository.commits[sha] = _Commit(contents, sha)
        repository.refs[revision] = sha
        return sha

    def forget_commit(self, name: str, commit: str) -> None:
        """As when an author squashes the history."""
        del self._repositories[name].commits[commit]

    def rename(self, old: str, new: str) -> None:
        """Move a repository; the old name redirects."""
        self._repositories[new] = self._repositories.pop(old)
        self._renamed[old] = new

    def fail(self, **fault: Any) -> None:
        """Plan a `Fault`; those planned first come first."""
        self._faults.append(Fault(**fault))

    def sent_bytes(self, path: str = "*") -> int:
        """Bytes of all bodies that were sent for paths matching the pattern."""
        return sum(request.sent_bytes for request in self.requests if fnmatchcase(request.path, path))

    def downloads(self) -> list[Request]:
        """The requests for content."""
        return [request for request in self.requests if request.server == "cdn"]

    def _fault(self, method: str, path: str) -> Fault:
        with self._lock:
            for fault in self._faults:
                if fault.times != 0 and fault.method == method and fnmatchcase(path, fault.path):
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return Fault()


def _server(hub: Hub, kind: str) -> _Server:
    class Handler(_Handler):
        pass

    Handler.hub, Handler.kind = hub, kind
    return _Server(("127.0.0.1", 0), Handler)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, *args: Any) -> None:
        self._connections: set[Any] = set()
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is not an error here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a head and a body are two writes: the second would wait 40 ms
    hub: Hub
    kind: str

    def log_message(self, *_: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        url = urlsplit(self.path)
        self._path, self._query = unquote(url.path), parse_qs(url.query)
        self._fault = self.hub._fault(self.command, self._path)
        self._request = Request(
            self.kind,
            self.command,
            self._path,
            self.headers.get("Range"),
            self.headers.get("Authorization"),
            self.headers.get("User-Agent", ""),
        )
        self.hub.requests.append(self._request)
        if self._fault.status is not None:
            self._send(self._fault.status, self._fault.body)
        else:
            self._route()

    def _route(self) -> None:
        names = ("cdn",) if self.kind == "cdn" else ("tree", "api", "resolve")
        for name in names:
            match = _ROUTES[name].fullmatch(self._path)
            if match:
                getattr(self, f"_{name}")(**match.groupdict())
                return
        self._refuse(404, "NotFound", "Sorry, we can't find the page you are looking for.")

    def _api(self, repo: str, revision: str | None) -> None:
        found = self._find(repo, revision or "main")
        if found is None:
            return
        repository, commit = found
        blobs = self._query.get("blobs", ["false"])[0].lower() in ("true", "1")
        siblings = [{"rfilename": path, **(_blob(path, data) if blobs else {})} for path, data in commit.files.items()]
        listing = {
            "_id": "0",
            "id": repo,
            "modelId": repo,
            "private": repository.private,
            "sha": commit.sha,
            "gated": repository.gated,
            "disabled": False,
            "tags": ["gguf", *([f"license:{repository.licence}"] if repository.licence else [])],
            "cardData": {**({"license": repository.licence} if repository.licence else {}), **repository.card},
            "siblings": siblings,
        }
        self._send(200, json.dumps(listing).encode(), {"Content-Type": "application/json; charset=utf-8"})

    def _tree(self, repo: str, revision: str) -> None:
        found = self._find(repo, revision)
        if found is None:
            return
        entries = [
            {"type": "file", "path": path, "oid": _blob(path, data)["blobId"], "size": len(data)}
            | (
                {"lfs": {"oid": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}}
                if _is_lfs(path)
                else {}
            )
            for path, data in found[1].files.items()
        ]
        self._send(200, json.dumps(entries).encode(), {"Content-Type": "application/json; charset=utf-8"})

    def _resolve(self, repo: str, revision: str, file: str) -> None:
        found = self._find(repo, revision, reading=True)
        if found is None:
            return
        commit = found[1]
        headers = {"X-Repo-Commit": commit.sha, "Accept-Ranges": "bytes"}
        if file not in commit.files:
            self._refuse(404, "EntryNotFound", "Entry not found", headers)
            return
        data = commit.files[file]
        if not _is_lfs(file):
            self._content(data, {**headers, "ETag": f'"{_blob(file, data)["blobId"]}"'})
            return
        sha256 = hashlib.sha256(data).hexdigest()
        headers |= {"X-Linked-Size": str(len(data)), "X-Linked-Etag": f'"{sha256}"', "ETag": f'"{sha256}"'}
        location = f"{self.hub.cdn_url}/cdn/{sha256}?X-Signature=0"
        self._send(302, f"Found. Redirecting to {location}".encode(), {**headers, "Location": location})

    def _cdn(self, sha256: str) -> None:
        for repository in self.hub._repositories.values():
            for commit in repository.commits.values():
                for data in commit.files.values():
                    if hashlib.sha256(data).hexdigest() == sha256:
                        self._content(data, {"ETag": f'"{sha256}"'})
                        return
        self._send(404, b"no such object")

    def _find(self, name: str, revision: str, reading: bool = False) -> tuple[_Repository, _Commit] | None:
        """The repository and commit, or None after having answered why not, as the hub does."""
        hub, token = self.hub, self.headers.get("Authorization")
        known = token == f"Bearer {hub.token}"
        if token is not None and not known:
            self._refuse(401, None, "Invalid credentials in Authorization header")
            return None
        if name in hub._renamed:
            self._send(307, b"", {"Location": self.path.replace(name, hub._renamed[name], 1)})
            return None
        repository = hub._repositories.get(name)
        if repository is None or (repository.private and not known):
            if known:
                self._refuse(404, "RepoNotFound", "Repository not found")
            else:
                self._refuse(401, None, "Invalid username or password.")
            return None
        if reading and repository.gated and name not in hub.may_read:
            reason = f"Access to model {name} is restricted."
            self._refuse(403 if known else 401, "GatedRepo", reason)
            return None
        commit = repository.commits.get(repository.refs.get(revision, revision))
        if commit is None:
            self._refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
            return None
        return repository, commit

    def _refuse(self, status: int, code: str | None, message: str, headers: Mapping[str, str] | None = None) -> None:
        headers = {**(headers or {}), "X-Error-Message": message, **({"X-Error-Code": code} if code else {})}
        self._send(status, json.dumps({"error": message}).encode(), {**headers, "Content-Type": "application/json"})

    def _content(self, data: bytes, headers: Mapping[str, str]) -> None:
        """A file, or the part of it that was asked for."""
        fault = self._fault
        if fault.corrupt_at is not None and fault.corrupt_at < len(data):
            at = fault.corrupt_at
            data = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        if fault.n_bytes is not None:
            data = data[: fault.n_bytes].ljust(fault.n_bytes, b"\0")
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if span is None or fault.ignore_range:
            self._send(200, data, headers)
            return
        start, end = int(span[1]), int(span[2] or len(data) - 1)
        if start >= len(data):
            self._send(416, b"", {**headers, "Content-Range": f"bytes */{len(data)}"})
        else:
            self._send(206, data[start : end + 1], {**headers, "Content-Range": f"bytes {start}-{end}/{len(data)}"})

    def _send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        fault, request = self._fault, self._request
        request.status = status
        self.send_response(status)
        length = {} if fault.chunked else {"Content-Length": str(len(body))}
        for name, value in {**length, **(headers or {}), **fault.headers}.items():
            if value is not None:
                self.send_header(name, value)
        if fault.chunked:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD":
            return
        stops = {stop for stop in (fault.drop_after, fault.hold_after) if stop is not None and stop < len(body)}
        for stop in (*sorted(stops), len(body)):
            while request.sent_bytes < stop:
                piece = body[request.sent_bytes : min(stop, request.sent_bytes + CHUNK_BYTES)]
                request.sent_bytes += len(piece)  # before the client can have it
                self.wfile.write(piece)
            if stop == fault.hold_after:
                self.hub.held.set()
                self.hub.release.wait(60)
            if stop == fault.drop_after:
                break
        if fault.drop_after is not None or fault.chunked:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)


def _is_lfs(path: str) -> bool:
    return path.endswith(".gguf")


def _blob(path: str, data: bytes) -> dict[str, Any]:
    oid = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    lfs = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
    return {"size": len(data), "blobId": oid, **({"lfs": lfs} if _is_lfs(path) else {})}


def wait_until(condition: Callable[[], object], timeout_s: float = 30.0) -> None:
    """Wait for what another process does; AssertionError where it never does it."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def use_hub(monkeypatch: pytest.MonkeyPatch, url: str, home: Path) -> None:
    """Let huggingface-hub, here and in child processes, use the hub at `url` and keep its files in `home`."""
    from huggingface_hub import constants

    for name in (
        "HF_HUB_CACHE",
        "HUGGINGFACE_HUB_CACHE",
        "HF_TOKEN",
        "HF_TOKEN_PATH",
        "HF_HUB_OFFLINE",
        "HF_HUB_ETAG_TIMEOUT",
    ):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HF_ENDPOINT", url)
    monkeypatch.setenv("HF_HOME", str(home))
    # The client reads the environment once, when it is imported.
    monkeypatch.setattr(constants, "ENDPOINT", url)
    monkeypatch.setattr(constants, "HF_HOME", str(home))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(home / "hub"))
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(home / "token"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
