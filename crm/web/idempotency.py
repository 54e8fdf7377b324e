"""A POST that carries an Idempotency-Key takes effect once: its answer commits with its change.

The header and its answers follow draft-ietf-httpapi-idempotency-key-header, sections 2.2 to 2.7.
"""

import hashlib
import re
from collections.abc import Callable
from typing import TypeVar, cast

from flask import Flask, Response, current_app, request

from crm.config import Settings
from crm.db.idempotency import StoredAnswer, find_answer, store_answer
from crm.db.keyed_lock import KeyedLock
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid
from crm.web.errors import Malformed
from crm.web.identity import identity
from crm.web.requests import write

T = TypeVar("T")
KEY = re.compile(r"[\x21-\x7e]{1,255}")
LOCK_FILE = "idempotency.lock"
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def keep_answers(app: Flask, settings: Settings) -> None:
    app.extensions["holdfast.idempotency"] = KeyedLock(settings.sqlite_path.with_name(LOCK_FILE))


def answer_once(
    operation: Callable[[Transaction], T], render: Callable[[T], Response], *, content: str | None = None
) -> Response:
    """Run `operation` in one transaction and render its result; a repeat under the key gets the same bytes.

    `content` stands for the body in the comparison of repeats where the body is not read whole (an upload's
    SHA-256). Raises Conflict while the first request is at work, Invalid when the key was used for another.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return render(write(operation))
    if not KEY.fullmatch(key):
        raise Malformed("Idempotency-Key takes 1 to 255 visible ASCII characters.")
    print_of_request = _fingerprint(content)
    known = identity()
    lock = cast(KeyedLock, current_app.extensions["holdfast.idempotency"])
    with lock.holding(f"{known.workspace_id}:{known.user_id}:{key}") as mine:
        if not mine:
            raise Conflict("A request with this Idempotency-Key is still at work.")
        return write(_once, key, print_of_request, operation, render)


def _once(
    tx: Transaction,
    key: str,
    fingerprint: str,
    operation: Callable[[Transaction], T],
    render: Callable[[T], Response],
) -> Response:
    stored = find_answer(tx, key)
    if stored is not None:
        return _replay(stored, fingerprint)
    response = render(operation(tx))
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    store_answer(tx, key, StoredAnswer(fingerprint, response.status_code, headers, response.get_data()))
    return response


def _replay(stored: StoredAnswer, fingerprint: str) -> Response:
    if stored.fingerprint != fingerprint:
        raise Invalid.field("Idempotency-Key", "was used for another request")
    response = Response(stored.body, stored.status, stored.headers)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _fingerprint(content: str | None) -> str:
    parts = [request.method, request.full_path, content or hashlib.sha256(request.get_data()).hexdigest()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
