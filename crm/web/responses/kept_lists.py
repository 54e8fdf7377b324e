"""Encoded answers of lists, kept by each process until anything is committed.

A list is asked for again and again, by boards on a wall and programs that poll, while nothing changes. Who
may ask is decided before, each time. An answer depends on the reader's rights and formats, and on the day.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import cast

from flask import Flask, Response, current_app, g, request

from crm import clock
from crm.web.sessions.identity import database, identity

CACHE = "holdfast.kept_lists"
MOST_BYTES = 8 * 1024 * 1024
LARGEST = 256 * 1024
ENTRY_BYTES = 500
"""What an entry takes besides its body and address, about."""

Key = tuple[object, ...]
ListView = Callable[[], Response]


class KeptLists:
    """Bodies by key, for one version of the database; the least recently used one is dropped first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._forget(0)

    def find(self, version: int, key: Key) -> bytes | None:
        with self._lock:
            body = self._bodies.get(key) if version == self._version else None
            if body is not None:
                self._bodies.move_to_end(key)
            return body

    def keep(self, version: int, key: Key, body: bytes) -> None:
        """What was read after this version was asked for."""
        if len(body) > LARGEST:
            return
        with self._lock:
            if version != self._version:
                self._forget(version)
            if key in self._bodies:
                return
            self._bodies[key] = body
            self._bytes += _size(key, body)
            while self._bytes > self._most:
                self._bytes -= _size(*self._bodies.popitem(last=False))

    def _forget(self, version: int) -> None:
        self._version = version
        self._bodies: OrderedDict[Key, bytes] = OrderedDict()
        self._bytes = 0


def keep_lists(app: Flask) -> None:
    app.extensions[CACHE] = KeptLists()


def kept(view: ListView) -> ListView:
    """For a list whose answer depends only on its address, its reader and the day."""

    @wraps(view)
    def answer() -> Response:
        version = g.get("version") or database().version()
        if version is None:
            return view()
        lists, key = cast(KeptLists, current_app.extensions[CACHE]), _key()
        body = lists.find(version, key)
        if body is not None:
            return Response(body, content_type="application/json")
        response = view()
        if response.status_code == 200:
            lists.keep(version, key, response.get_data())
        return response

    return answer


def _key() -> Key:
    reader = identity()
    return (
        request.full_path,
        reader.workspace_id,
        reader.user_id,
        reader.role,
        reader.scope,
        reader.language,
        reader.timezone,
        clock.timestamp()[:10],
    )


def _size(key: Key, body: bytes) -> int:
    return len(str(key[0])) + len(body) + ENTRY_BYTES
