"""An exported list as a download, made while it is sent."""

from collections.abc import Iterator
from contextlib import ExitStack

from flask import Response, request

from crm import clock
from crm.exports.exporting import MEDIA, SUFFIXES, Order, begin_export, file_parts
from crm.slots import Slots
from crm.web.requests.reading import write
from crm.web.sessions.identity import actor, database

AT_ONCE, WAITING, SECONDS, RETRY = 2, 2, 5.0, 10

_slots = Slots(
    AT_ONCE,
    waiting=WAITING,
    seconds=SECONDS,
    refusal="Other exports are under way. Please try again in a moment.",
    retry_after=RETRY,
)


def send_export(order: Order) -> Response:
    """The ledger knows of it before the first byte leaves. Raises Invalid, and Busy beyond two at once."""
    if request.method == "HEAD":
        return _named(Response(mimetype=None), order)
    with ExitStack() as stack:
        stack.enter_context(_slots.taken())
        write(begin_export, order)
        response = Response(_begun(file_parts(database(), actor(), order)))
        response.call_on_close(stack.pop_all().close)
    return _named(response, order)


def _begun(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Without empty parts, which end nothing and cost a packet each."""
    return (part for part in parts if part)


def _named(response: Response, order: Order) -> Response:
    name = f"{order.kind.table}-{clock.timestamp()[:10]}.{SUFFIXES[order.form]}"
    response.headers["Content-Type"] = MEDIA[order.form]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
