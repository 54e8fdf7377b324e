"""Short messages on a page: after a redirect, or with a fragment."""

from collections.abc import Mapping

import orjson
from flask import Response, flash


def offer_undo(text: str, address: str, fields: Mapping[str, str] | None = None) -> None:
    """On the next page: what was done, and a button that posts `fields` to `address` to undo it."""
    flash({"text": text, "undo": address, "fields": dict(fields or {})})  # type: ignore[arg-type]


def offer(text: str, label: str, address: str, fields: Mapping[str, str]) -> None:
    """On the next page: why something was not done, and a button that posts `fields` to `address` instead."""
    said = {"text": text, "undo": address, "fields": dict(fields), "label": label}
    flash(said, "error")  # type: ignore[arg-type]


def say(text: str) -> None:
    flash(text)


def complain(text: str) -> None:
    flash(text, "error")


def with_events(response: Response, events: Mapping[str, object]) -> Response:
    """Let the page know by events, once the fragment is in place: `toast` says a word."""
    response.headers["HX-Trigger"] = orjson.dumps(events).decode("ascii", "backslashreplace")
    return response
