"""A POST that carries an Idempotency-Key takes effect once: its answer commits with its change.

The header and its answers follow draft-ietf-httpapi-idempotency-key-header, sections 2.2 to 2.7.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import TypeVar, cast

from flask import Flask, Response

from crm.accounts.credentials import SECRET_BYTES, encode_secret, hash_secret, new_secret
from crm.config import Settings
from crm.db.idempotency import StoredAnswer, find_answer, store_answer
from crm.db.keyed_lock import KeyedLock
from crm.db.sharing import SharedLock, shared_lock
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid
from crm.web.errors import Malformed
from crm.web.requests.present import current_app, request
from crm.web.requests.reading import read, write
from crm.web.sessions.identity import identity

T = TypeVar("T")
KEY = re.compile(r"[\x21-\x7e]{1,255}")
LOCK_FILE = "idempotency.lock"
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def keep_answers(app: Flask, settings: Settings) -> None:
    path = settings.sqlite_path.with_name(LOCK_FILE)
    app.extensions["holdfast.idempotency"] = shared_lock(settings.redis_url, path)


def secret_of_answer() -> str:
    """A new random secret to show in the answer; under an Idempotency-Key each repeat makes the same again.

    So the answer is kept without it: what is stored hashed must not stand in a kept answer.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return new_secret()
    return encode_secret(_sealed("secret", str(identity().user_id), _fingerprint(None), key)[:SECRET_BYTES])


def answer_once(
    operation: Callable[[Transaction], T],
    render: Callable[[T], Response],
    *,
    content: str | None = None,
    secret: str = "",
) -> Response:
    """Run `operation` in one transaction and render its result; a repeat under the key gets the same bytes.

    `content` stands for the body in the comparison of repeats where the body is not read whole (an upload's
    SHA-256). `secret`, from `secret_of_answer`, is left out of what is kept. Raises Conflict while the first
    request is at work, Invalid when the key was used for another.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return render(write(operation))
    if not KEY.fullmatch(key):
        raise Malformed("Idempotency-Key must be 1 to 255 visible ASCII characters.")
    print_of_request = _fingerprint(content)
    known = identity()
    lock = cast("KeyedLock | SharedLock", current_app.extensions["holdfast.idempotency"])
    with lock.holding(f"{known.workspace_id}:{known.user_id}:{key}") as mine:
        if not mine:
            raise Conflict("A request with this Idempotency-Key is still in progress.")
        return write(_once, key, print_of_request, operation, render, secret=secret)


def answer_before() -> Response | None:
    """The kept answer to an earlier request, for a view that does something slow before its transaction.

    Raises Invalid when the key was used for another request.
    """
    key = request.headers.get("Idempotency-Key")
    stored = None if key is None else read(find_answer, key)
    return None if stored is None else _replay(stored, _fingerprint(None), "")


def _once(
    tx: Transaction,
    key: str,
    fingerprint: str,
    operation: Callable[[Transaction], T],
    render: Callable[[T], Response],
    *,
    secret: str,
) -> Response:
    stored = find_answer(tx, key)
    if stored is not None:
        return _replay(stored, fingerprint, secret)
    response = render(operation(tx))
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    body = _exchange(response.get_data(), secret, _stand_in(secret))
    store_answer(tx, key, StoredAnswer(fingerprint, response.status_code, headers, body))
    return response


def _replay(stored: StoredAnswer, fingerprint: str, secret: str) -> Response:
    if stored.fingerprint != fingerprint:
        raise Invalid.field("Idempotency-Key", "was used for another request")
    body = _exchange(stored.body, _stand_in(secret), secret)
    response = Response(body, stored.status, stored.headers)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _fingerprint(content: str | None) -> str:
    body = content or hashlib.sha256(request.get_data()).hexdigest()
    return _sealed("request", request.method, request.full_path, body).hex()


def _sealed(*parts: str) -> bytes:
    """A hash with the server's key, so that nobody else can guess the body, which may hold a password."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(key, "\n".join(parts).encode(), "sha256")


def _stand_in(secret: str) -> str:
    return hash_secret(f"stands for {secret}") if secret else ""


def _exchange(body: bytes, old: str, new: str) -> bytes:
    return body.replace(old.encode(), new.encode()) if old and new else body
