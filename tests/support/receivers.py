"""A receiver of webhooks: a real HTTP server on this machine that keeps what it gets, and fails on demand."""

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def told(self) -> tuple[str, int]:
        """What happened, and to which record."""
        return self.event["type"], self.event["data"]["id"]


@dataclass(frozen=True, slots=True)
class Reply:
    """`drip`: the answer comes byte by byte, so many seconds apart."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    delay: float = 0.0
    drip: float = 0.0


class Receiver:
    """`replies` are given one after another, then `usual`; those of `to` belong to a record by its id."""

    def __init__(self) -> None:
        self.got: list[Received] = []
        self.replies: deque[Reply] = deque()
        self.to: dict[int, Reply] = {}
        self.usual = Reply()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._stopped = threading.Event()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def told(self) -> list[tuple[str, int]]:
        return [each.told for each in self.got]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def reply_to(self, received: Received) -> Reply:
        self.got.append(received)
        record = received.event.get("data", {}).get("id") if received.body else None
        if record in self.to:
            return self.to[record]
        return self.replies.popleft() if self.replies else self.usual

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:  # who sends it died
                    return
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = receiver.reply_to(Received(self.path, headers, body))
                receiver._stopped.wait(reply.delay)
                self.answer(reply)

            def answer(self, reply: Reply) -> None:
                lines = [f"HTTP/1.1 {reply.status} Told", f"Content-Length: {len(reply.body)}"]
                lines += [f"{name}: {value}" for name, value in reply.headers.items()]
                answer = "\r\n".join([*lines, "Connection: close", "", ""]).encode() + reply.body
                try:
                    for part in [answer] if not reply.drip else [bytes([each]) for each in answer]:
                        self.wfile.write(part)
                        self.wfile.flush()
                        time.sleep(reply.drip)
                except OSError:
                    return

            do_GET = do_POST  # noqa: N815 - the library looks for it by this name

            def log_message(self, *_: object) -> None:
                return

        return Handler
