"""A WhatsApp Cloud API of our own: a real HTTP server with the documented shapes, and faults on demand."""

import hashlib
import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.whatsapp import ACCESS_TOKEN, delivery, status

VERSION = "/v24.0"
ERROR_TITLES = {
    130429: "(#130429) Rate limit hit",
    131000: "(#131000) Something went wrong",
    131026: "(#131026) Message undeliverable",
    131047: "(#131047) Re-engagement message",
    131056: "(#131056) (Business Account, Consumer Account) pair rate limit hit",
    190: "Error validating access token: the session has expired",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What the next request meets. `accept` says whether the message is taken nevertheless."""

    status: int = 200
    code: int | None = None
    retry_after: int | None = None
    delay: float = 0.0
    cut: bool = False
    accept: bool = False
    body: bytes | None = None


def slow(seconds: float) -> Fault:
    return Fault(delay=seconds, accept=True)


def throttled(retry_after: int | None = None) -> Fault:
    return Fault(429, 130429, retry_after=retry_after)


def refused(code: int, status_code: int = 400) -> Fault:
    return Fault(status_code, code)


def broken(status_code: int = 502) -> Fault:
    """An answer that the API itself did not write."""
    return Fault(status_code, body=b"<html>Bad gateway</html>")


CUT_AFTER_ACCEPT = Fault(cut=True, accept=True)
CUT_BEFORE_ACCEPT = Fault(cut=True)


@dataclass(slots=True)
class CloudApiStub:
    """`accepted` are the bodies of messages that it took, with the `wamid` that it gave each."""

    base_url: str = ""
    accepted: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    uploads: list[bytes] = field(default_factory=list)
    media: dict[str, dict[str, Any]] = field(default_factory=dict)
    templates: list[dict[str, Any]] = field(default_factory=list)
    token: str = ACCESS_TOKEN
    faults: deque[Fault] = field(default_factory=deque)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def meet(self, *faults: Fault) -> None:
        """What the next requests meet, in this order."""
        self.faults.extend(faults)

    def offer(self, media_id: str, content: bytes, media_type: str, **more: Any) -> str:
        """Let media be fetched; its SHA-256 in hex."""
        sha256 = hashlib.sha256(content).hexdigest()
        facts = {"url": f"{self.base_url}/download/{media_id}", "mime_type": media_type, "sha256": sha256}
        self.media[media_id] = {"content": content, "facts": {**facts, "file_size": len(content), **more}}
        return sha256

    def status_of(self, index: int, name: str, **more: Any) -> bytes:
        """The delivery that tells what became of the accepted message."""
        message = self.accepted[index]
        token = message.get("biz_opaque_callback_data")
        return delivery(status(message["wamid"], name, biz_opaque_callback_data=token, **more))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stub: CloudApiStub

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Keep the test's output clean."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.endswith("/messages"):
            self._take(lambda: self._accept(json.loads(body)))
        else:
            self._take(lambda: self._upload(body))

    def do_GET(self) -> None:
        name = self.path.removeprefix(VERSION).split("?")[0].strip("/")
        if name.endswith("/message_templates"):
            self._take(self._list_templates)
        elif name.startswith("download/"):
            self._take(lambda: self.stub.media[name.removeprefix("download/")]["content"])
        elif name in self.stub.media:
            self._take(
                lambda: {**self.stub.media[name]["facts"], "id": name, "messaging_product": "whatsapp"}
            )
        elif name.isdigit():
            self._take(
                lambda: {"display_phone_number": "+1 555-078-3881", "verified_name": "Shop", "id": name}
            )
        else:
            self._refuse(Fault(404, 100))

    def _take(self, answer: Any) -> None:
        self.stub.requests.append(f"{self.command} {self.path}")
        with self.stub.lock:
            fault = self.stub.faults.popleft() if self.stub.faults else Fault(accept=True)
        if self.headers.get("Authorization") != f"Bearer {self.stub.token}":
            self._refuse(Fault(401, 190))
            return
        content = answer() if fault.accept else None
        time.sleep(fault.delay)
        if fault.cut:
            self.close_connection = True
            self.connection.close()
        elif content is None:
            self._refuse(fault)
        else:
            self._answer(200, content)

    def _accept(self, message: dict[str, Any]) -> dict[str, Any]:
        with self.stub.lock:
            wamid = f"wamid.out{next(self.stub.ids)}"
            self.stub.accepted.append({**message, "wamid": wamid, "path": self.path})
        to = message.get("to", "")
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to, "wa_id": to}],
            "messages": [{"id": wamid}],
        }

    def _upload(self, body: bytes) -> dict[str, Any]:
        self.stub.uploads.append(body)
        return {"id": f"media-{len(self.stub.uploads)}"}

    def _list_templates(self) -> dict[str, Any]:
        """In pages of two, whatever is asked for."""
        query = parse_qs(urlsplit(self.path).query)
        start = int(query.get("after", ["0"])[0])
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(start + 2)}}
        if start + 2 < len(self.stub.templates):
            paging["next"] = f"{self.stub.base_url}/elsewhere"
        return {"data": self.stub.templates[start : start + 2], "paging": paging}

    def _refuse(self, fault: Fault) -> None:
        if fault.body is not None:
            self._answer(fault.status, fault.body)
            return
        title = ERROR_TITLES.get(fault.code or 0, "(#100) Invalid parameter")
        details = f"details of {fault.code}"
        error = {
            "message": title,
            "type": "OAuthException",
            "code": fault.code,
            "error_data": {"messaging_product": "whatsapp", "details": details},
            "fbtrace_id": "A1b2",
        }
        self._answer(fault.status, {"error": error}, fault.retry_after)

    def _answer(self, code: int, content: Any, retry_after: int | None = None) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        if retry_after is not None:
            self.send_header("Retry-After", str(retry_after))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away in the middle is nothing to tell of."""


@contextmanager
def cloud_api() -> Iterator[CloudApiStub]:
    """A running stub on a free port of this machine."""
    stub = CloudApiStub()
    handler = type("Handler", (_Handler,), {"stub": stub})
    server = _Server(("127.0.0.1", 0), handler)
    stub.base_url = f"http://127.0.0.1:{server.server_address[1]}{VERSION}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
