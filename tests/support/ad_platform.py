"""A platform on this machine: a real HTTP server with scripted answers, that keeps what it is asked."""

import json
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Told:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


class AdPlatform:
    """`tell(path, …)` queues answers for a path without its query; the last one of a path stays."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: defaultdict[str, deque[Told]] = defaultdict(deque)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def tell(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self._answers[path].append(Told(status, raw, headers))

    def forget(self) -> None:
        self._answers.clear()
        self.asked.clear()

    def paths(self) -> list[str]:
        return [urlsplit(each.path).path for each in self.asked]

    def answer(self, asked: Asked) -> Told:
        self.asked.append(asked)
        waiting = self._answers[urlsplit(asked.path).path]
        if not waiting:
            return Told(404)
        return waiting.popleft() if len(waiting) > 1 else waiting[0]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def _reply(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(length)
                if len(body) < length:
                    return  # who sent it died in the middle
                told = platform.answer(Asked(self.command, self.path, headers, body))
                self.send_response(told.status)
                for name, value in told.headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("content-length", str(len(told.body)))
                self.end_headers()
                self.wfile.write(told.body)

            do_GET = do_POST = _reply  # noqa: N815 - the names that the standard library calls

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Nothing."""

        return Handler
