"""Rows and cards as they were last drawn: most of a list looks as it did a moment ago.

What is kept belongs to all that it was drawn from, so that nothing has to be forgotten when something
changes: another value is another row.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import cast

import orjson
from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup

from crm import clock
from crm.web.requests.present import current_app, g, request
from crm.web.words.formats import reader_formats, reader_zone

KEPT = "holdfast.kept_markup"
MOST_BYTES = 4 * 1024 * 1024
ENTRY_BYTES = 500
"""What an entry takes beside its key and its markup, about."""

Key = tuple[object, ...]


class KeptMarkup:
    """Markup by key; the least recently used is dropped first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._found: OrderedDict[Key, Markup] = OrderedDict()
        self._bytes = 0

    def find(self, key: Key) -> Markup | None:
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
            return found

    def keep(self, key: Key, markup: Markup) -> None:
        with self._lock:
            if key in self._found:
                return
            self._found[key] = markup
            self._bytes += _size(key, markup)
            while self._bytes > self._most:
                self._bytes -= _size(*self._found.popitem(last=False))


def keep_markup(app: Flask) -> None:
    app.extensions[KEPT] = KeptMarkup()
    app.jinja_env.globals.update(drawn_once=drawn_once)


def drawn_once(
    name: str, draw: Callable[..., Markup], record: object, *given: object, beside: object = None
) -> Markup:
    """`draw(record, *given)`, as it was drawn before from the same.

    `name` says which drawing it is, `beside` is what else it shows. The reader's language, formats, zone and
    day are known. It must not depend on anything else: not on the hour, nor on what the reader may do.
    """
    kept = cast(KeptMarkup, current_app.extensions[KEPT])
    key = (name, orjson.dumps((record, given, beside)), *_reader())
    found = kept.find(key)
    if found is None:
        found = draw(record, *given)
        kept.keep(key, found)
    return found


def _reader() -> Key:
    """What drawings depend on beside what they show: as long as a request lasts, it stays."""
    reader: Key | None = g.get("drawing_for")
    if reader is None:
        zone = reader_zone()
        today = clock.now().astimezone(zone).date()
        reader = (str(get_locale()), reader_formats().tag, zone.key, today, request.script_root)
        g.drawing_for = reader
    return reader


def _size(key: Key, markup: Markup) -> int:
    return len(cast(bytes, key[1])) + len(markup) + ENTRY_BYTES
