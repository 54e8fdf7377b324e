"""One request while it arrives: its head, then its body."""

import time
from enum import Enum, auto
from typing import Any

from gunicorn.http.body import LengthReader
from gunicorn.http.errors import InvalidHeader, UnsupportedTransferCoding
from gunicorn.http.message import Request

from crm.web.connections.bodies import SMALL_BYTES, Awaited, Body, Store
from crm.web.connections.chunks import Chunks
from crm.web.connections.heads import END, FRAMED, check_unfinished, parse_head

HEAD_SECONDS = 10.0
STALL_SECONDS = 10.0
SLOWEST_BYTES_A_SECOND = 1024
BODY_SECONDS = 3600.0


class Stage(Enum):
    NOTHING = auto()
    HEAD = auto()
    BODY = auto()
    WHOLE = auto()


class Arrival:
    """`rest` is what came after the request: the beginning of the next one."""

    def __init__(self, cfg: Any, peer: Any, store: Store) -> None:
        self.stage = Stage.NOTHING
        self.head = bytearray()
        self.rest = b""
        self.since = 0.0
        self.asked_at: float | None = None
        self.request: Request | None = None
        self.body: Body | None = None
        self.awaited: Awaited | None = None
        self.asks_first = False
        self._cfg, self._peer, self._store = cfg, peer, store
        self._chunks: Chunks | None = None

    @property
    def is_ready(self) -> bool:
        """Ready for a thread: it is complete, or its view must say whether it wants the body."""
        return self.stage is Stage.WHOLE or (self.awaited is None and self._has_to_ask())

    @property
    def idle_since(self) -> float:
        """When its last bytes came, by the monotonic clock."""
        return self.body.last if self.body is not None else self.since

    def take(self, data: bytes) -> None:
        """Take in the bytes that have arrived. Raises ParseException, Full, Busy."""
        if self.stage is Stage.BODY:
            self._take_body(data)
        elif self.stage is Stage.WHOLE:
            self.rest += data
        else:
            self._take_head(data)

    def finished(self) -> Request:
        """The request, with the body that has come or one that is still awaited. Raises ParseException."""
        request = self.request or self._parse()
        if self.stage is not Stage.WHOLE:
            self.awaited = request.body = Awaited()  # type: ignore[assignment]
        elif self.body is not None:
            request.body = self.body.whole()  # type: ignore[assignment]
            if self._chunks is not None:
                _tell_length(request, self.body.size)
        return request

    def waited(self) -> float:
        """For how many seconds it has waited since its view was first asked."""
        now = time.monotonic()
        if self.asked_at is None:
            self.asked_at = now
        return now - self.asked_at

    def expect_body(self) -> None:
        """Called when the view wants the body. Raises Full, Busy."""
        if self.body is None or self.awaited is None or self.awaited.folder is None:
            raise RuntimeError("no view has asked for this body")
        self.body.last = time.monotonic()
        self._store.expect(self.body, self.awaited.folder)
        self._check_limit()

    def is_overdue(self, now: float) -> bool:
        """It came too slowly, or not at all, by the monotonic clock."""
        if self.stage is Stage.HEAD:
            return now - self.since > HEAD_SECONDS
        if self.stage is not Stage.BODY or self.body is None:
            return False
        slowest = STALL_SECONDS + self.body.size / SLOWEST_BYTES_A_SECOND
        return now - self.body.last > STALL_SECONDS or now - self.since > min(slowest, BODY_SECONDS)

    def close(self) -> None:
        if self.body is not None:
            self.body.close()

    def _take_head(self, data: bytes) -> None:
        if self.stage is Stage.NOTHING:
            self.stage, self.since = Stage.HEAD, time.monotonic()
        searched = max(0, len(self.head) - len(END) + 1)
        self.head += data
        end = self.head.find(END, searched)
        if end < 0:
            check_unfinished(self.head)
            return
        rest = bytes(self.head[end + len(END) :])
        del self.head[end + len(END) :]
        if FRAMED.search(self.head):
            self._begin_body()
            self._take_body(rest)
        else:
            self.stage, self.rest = Stage.WHOLE, rest

    def _begin_body(self) -> None:
        self.request = self._parse()
        self.asks_first = self.request._expected_100_continue  # type: ignore[attr-defined]  # noqa: SLF001
        self.request._expected_100_continue = False  # type: ignore[attr-defined]  # noqa: SLF001
        length = _length_of(self.request)
        if length is not None:
            self.body = Body(self._store, length)
        else:
            _refuse_other_codings(self.request)
            self.body, self._chunks = Body(self._store), Chunks(self.request)
        self.stage, self.since = Stage.BODY, time.monotonic()

    def _take_body(self, data: bytes) -> None:
        if self.body is None:
            raise RuntimeError("this request has no body")
        if self._chunks is not None:
            self.body.write(self._chunks.feed(data))
            if self._chunks.ended:
                self._end(bytes(self._chunks.rest))
        else:
            missing = self.body.promised - self.body.size
            self.body.write(data[:missing])
            if self.body.size == self.body.promised:
                self._end(data[missing:])
        self._check_limit()

    def _check_limit(self) -> None:
        """Chunks over the limit are not taken any further: their view refuses them."""
        if self.awaited is None or self.body is None or self.request is None or self._chunks is None:
            return
        if self.stage is Stage.BODY and self.body.size > self.awaited.limit:
            self.request.force_close()
            self.stage = Stage.WHOLE

    def _end(self, rest: bytes) -> None:
        self.stage, self.rest = Stage.WHOLE, rest

    def _has_to_ask(self) -> bool:
        if self.stage is not Stage.BODY or self.body is None:
            return False
        size = max(self.body.promised, self.body.size)
        return size > SMALL_BYTES or self.asks_first or self._store.is_crowded

    def _parse(self) -> Request:
        request = parse_head(self._cfg, self._peer, bytes(self.head))
        self.request = request
        if not FRAMED.search(self.head) and _length_of(request) != 0:
            raise InvalidHeader("a body without its length", req=request)
        return request


def _length_of(request: Request) -> int | None:
    """Of its body, by its head; None where it comes in chunks."""
    reader = request.body.reader if request.body is not None else None
    return int(reader.length) if isinstance(reader, LengthReader) else None


def _refuse_other_codings(request: Request) -> None:
    for name, value in request.headers:
        if name == "TRANSFER-ENCODING" and value.lower() != "chunked":
            raise UnsupportedTransferCoding(value)


def _tell_length(request: Request, size: int) -> None:
    """The chunks are joined (RFC 9112, section 7.1.3), so that a limit finds a body that is over it."""
    headers = [header for header in request.headers if header[0] != "TRANSFER-ENCODING"]
    request.headers = [*headers, ("CONTENT-LENGTH", str(size))]
