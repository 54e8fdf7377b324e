"""An exported list as a download, made while it is sent."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

from flask import Response, request

from crm import clock
from crm.db.file_stores.opening import file_store
from crm.exports.exporting import MEDIA, SUFFIXES, Order, begin_export, file_parts
from crm.slots import Slots
from crm.web.requests.reading import write
from crm.web.sessions.identity import actor, database, settings

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
    return _named(streamed(lambda: _parts_of(order)), order)


def streamed(begin: Callable[[], Iterator[bytes]]) -> Response:
    """What `begin` gives, as it is made. Raises as it does, and Busy beyond two at once."""
    with ExitStack() as stack:
        stack.enter_context(_slots.taken())
        response = Response(_begun(begin()))
        response.call_on_close(stack.pop_all().close)
    return response


def _parts_of(order: Order) -> Iterator[bytes]:
    write(begin_export, order)
    return file_parts(database(), actor(), order, file_store(settings()))


def _begun(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Without empty parts, which end nothing and cost a packet each."""
    return (part for part in parts if part)


def _named(response: Response, order: Order) -> Response:
    name = f"{order.kind.table}-{clock.timestamp()[:10]}.{SUFFIXES[order.form]}"
    response.headers["Content-Type"] = MEDIA[order.form]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
