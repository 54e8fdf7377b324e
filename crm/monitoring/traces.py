"""OpenTelemetry traces: spans of this process, sent by OTLP over HTTP as JSON. Loaded only where set.

What cannot be sent is dropped: no request ever waits for the receiver of traces.
"""

import secrets
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog

from crm.version import VERSION
from crm.when_used import WhenUsed

EVERY_SECONDS = 2.0
SEND_SECONDS = 5.0
MOST_KEPT = 2_048
SERVER, INTERNAL = 2, 1
FAILED = 2

log = structlog.get_logger("crm.traces")
httpx = WhenUsed("httpx2")


@dataclass(slots=True)
class Span:
    """One part of the work on a request; times are in nanoseconds since 1970."""

    name: str
    trace_id: str
    parent_id: str
    kind: int = INTERNAL
    span_id: str = field(default_factory=lambda: secrets.token_hex(8))
    began: int = field(default_factory=time.time_ns)
    ended: int = 0
    failed: bool = False
    facts: dict[str, str | int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        shown = {
            "traceId": self.trace_id,
            "spanId": self.span_id,
            "name": self.name,
            "kind": self.kind,
            "startTimeUnixNano": str(self.began),
            "endTimeUnixNano": str(self.ended),
            "attributes": _attributes(self.facts),
            "status": {"code": FAILED} if self.failed else {},
        }
        return {**shown, "parentSpanId": self.parent_id} if self.parent_id else shown


class Traces:
    """`keep` is called by threads of requests; a thread of its own sends, begun at the first span."""

    def __init__(self, endpoint: str) -> None:
        self._address = f"{endpoint.rstrip('/')}/v1/traces"
        self._spans: deque[Span] = deque(maxlen=MOST_KEPT)
        self._beginning = threading.Lock()
        self._begun = False
        self._failing = False

    def keep(self, span: Span) -> None:
        span.ended = time.time_ns()
        self._spans.append(span)
        if not self._begun:
            with self._beginning:
                if not self._begun:
                    threading.Thread(target=self._send_always, name="traces", daemon=True).start()
                    self._begun = True

    def send(self) -> None:
        """What is kept until now. Where that fails it is said once, until it works again."""
        spans = [self._spans.popleft() for _ in range(len(self._spans))]
        if not spans:
            return
        try:
            httpx.post(
                self._address,
                content=orjson.dumps(_document(spans)),
                headers={"Content-Type": "application/json"},
                timeout=SEND_SECONDS,
            ).raise_for_status()
        except httpx.HTTPError as error:
            if not self._failing:
                log.warning("traces cannot be sent", reason=type(error).__name__)
            self._failing = True
        else:
            self._failing = False

    def _send_always(self) -> None:
        while True:
            time.sleep(EVERY_SECONDS)
            self.send()


def _document(spans: list[Span]) -> dict[str, Any]:
    service = _attributes({"service.name": "holdfast", "service.version": VERSION})
    scope = {"scope": {"name": "holdfast"}, "spans": [span.as_json() for span in spans]}
    return {"resourceSpans": [{"resource": {"attributes": service}, "scopeSpans": [scope]}]}


def _attributes(facts: Mapping[str, str | int]) -> list[dict[str, Any]]:
    return [
        {"key": key, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for key, value in facts.items()
    ]
