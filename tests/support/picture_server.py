"""A server of pictures on loopback, as the one that the collector's pictures come from."""

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


class PictureServer:
    """Has pictures by their CID; others are not found. `answers`, statuses or bytes, come first, one for a request."""

    def __init__(self, pictures: Mapping[str, bytes], *answers: int | bytes, kind: str = "image/png") -> None:
        self.pictures, self.answers, self.kind = dict(pictures), list(answers), kind
        self.asked: list[str] = []
        """Paths."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "PictureServer":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(server: PictureServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            cid = self.path.rsplit("/", 1)[-1].removesuffix("@jpeg")
            answer = server.answers.pop(0) if server.answers else server.pictures.get(cid, 404)
            if isinstance(answer, int):
                self.send_error(answer)
                return
            self.send_response(200)
            self.send_header("Content-Type", server.kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
