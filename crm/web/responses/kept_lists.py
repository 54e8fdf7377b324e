"""Encoded answers of lists and records, kept by each process until anything is committed.

They are asked for again and again, by boards on a wall and programs that poll, while nothing changes. Who
may ask is decided before, each time. An answer depends on the reader's rights and formats, and on the day:
theirs and the workspace's, which begin with a quarter of an hour in any zone.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from flask import Flask, Response

from crm import clock
from crm.web.requests.present import current_app, g, request
from crm.web.responses.answers import Answer
from crm.web.responses.packing import coded, uncoded
from crm.web.sessions.identity import database, identity

CACHE = "holdfast.kept_lists"
MOST_BYTES = 8 * 1024 * 1024
LARGEST = 256 * 1024
QUARTER_SECONDS = 15 * 60
ENTRY_BYTES = 500
"""What an entry takes besides its body and address, about."""

MARK = "holdfast_kept"
TAG_SIGNS = 24
"""Of a hash that most processors compute by themselves, in half the time of others."""

Key = tuple[object, ...]
ListView = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Kept:
    """An encoded answer with its tag, a hash of the bytes: the same in each process, at any commit.

    The tag of a record begins with its version, which does not say all: the name of its owner is part of the
    answer, and changes without it. Only the tag is kept of an answer that is too large.
    """

    body: bytes | None
    size: int
    tag: str


class KeptLists:
    """Answers by key, for one version of the database; the least recently used one is dropped first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._forget(0)

    def find(self, version: int, key: Key) -> Kept | None:
        with self._lock:
            found = self._answers.get(key) if version == self._version else None
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def keep(self, version: int, key: Key, answer: Kept) -> None:
        """What was read after this version was asked for."""
        with self._lock:
            if version != self._version:
                self._forget(version)
            if key in self._answers:
                return
            self._answers[key] = answer
            self._bytes += _size(key, answer)
            while self._bytes > self._most:
                self._bytes -= _size(*self._answers.popitem(last=False))

    def _forget(self, version: int) -> None:
        self._version = version
        self._answers: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0


def keep_lists(app: Flask) -> None:
    app.extensions[CACHE] = KeptLists()


def kept(view: ListView) -> ListView:
    """For a list or a record whose answer depends only on its address, its reader and the day.

    A request with its tag gets 304; no row is read for that while nothing was committed.
    """

    @wraps(view)
    def answer(**arguments: Any) -> Response:
        version = g.get("version") or database().version()
        lists, key = cast(KeptLists, current_app.extensions[CACHE]), _key()
        found = None if version is None else lists.find(version, key)
        if found is not None and _has_already(found):
            return _tagged(Response(status=304), found)
        if found is not None and found.body is not None:
            return _tagged(Answer(found.body), found)
        response = view(**arguments)
        if response.status_code != 200:
            return response
        fresh = _kept(response.get_data(), _version_in(response))
        if version is not None:
            lists.keep(version, key, fresh)
        return _tagged(Response(status=304) if _has_already(fresh) else response, fresh)

    answer.__dict__[MARK] = True
    return answer


def is_kept(view: Callable[..., Any]) -> bool:
    return bool(view.__dict__.get(MARK))


def _kept(body: bytes, version: str | None) -> Kept:
    content = hashlib.sha1(body, usedforsecurity=False).hexdigest()[:TAG_SIGNS]
    tag = content if version is None else f"{version}-{content}"
    return Kept(body if len(body) <= LARGEST else None, len(body), tag)


def _version_in(response: Response) -> str | None:
    """That of a record, which the view gave as its tag."""
    # Not by `get`: the framework makes an exception for a header that is not there.
    tags = [value for name, value in response.headers if name == "ETag"]
    return tags[0].strip('"') if tags else None


def _has_already(answer: Kept) -> bool:
    """Compares the tag without its coding: the answer is the same in each."""
    if "HTTP_IF_NONE_MATCH" not in request.environ:
        return False
    asked = request.if_none_match
    tags = filter(None, asked.as_set(include_weak=True))  # the framework reads `""` as None
    return asked.star_tag or any(uncoded(tag) == answer.tag for tag in tags)


def _tagged(response: Response, answer: Kept) -> Response:
    """Packing adds its coding to the tag of what it packs; 304 has nothing to pack."""
    response.headers.add("Cache-Control", "private, no-cache")
    if response.status_code == 304:
        response.headers["ETag"] = f'"{coded(answer.tag, answer.size)}"'
        response.headers.pop("Content-Type", None)
    else:
        response.headers["ETag"] = f'"{answer.tag}"'
    return response


def _key() -> Key:
    reader, environ = identity(), request.environ
    return (
        f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}",
        reader.workspace_id,
        reader.user_id,
        reader.role,
        reader.scope,
        reader.language,
        reader.timezone,
        int(clock.now().timestamp()) // QUARTER_SECONDS,
    )


def _size(key: Key, answer: Kept) -> int:
    return len(str(key[0])) + len(answer.body or b"") + ENTRY_BYTES
