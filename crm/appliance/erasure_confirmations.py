"""Erasing by the API asks twice: the first call tells what would go, the second repeats its confirmation."""

import hmac
from collections.abc import Mapping
from datetime import timedelta

import orjson

from crm import clock
from crm.appliance.erasing import ClientErasure, Erased, check_erasure, erase_client, preview_erasure
from crm.config import Settings
from crm.db.transaction import Transaction
from crm.errors import Conflict

VALID_FOR = timedelta(minutes=10)
NOT_CONFIRMED = "Nothing is erased yet. To erase this for good, repeat the call with this confirmation."


def erase_confirmed(
    tx: Transaction,
    settings: Settings,
    key: bytes,
    client_id: int,
    given: ClientErasure,
    *,
    expected_version: int | None = None,
) -> Erased:
    """Raises Conflict with a new `confirmation` where none is given, or one that is too old, of another user
    or of other contents than now. Raises what `erase_client` raises, too.
    """
    check_erasure(tx, client_id, given, expected_version)
    _, counts = preview_erasure(tx, client_id)
    if not _confirms(tx, key, client_id, counts, given.confirmation or ""):
        until = clock.from_text(tx.now) + VALID_FOR
        confirmation = _confirmation(tx, key, client_id, counts, int(until.timestamp()))
        extra = {"records": counts, "confirmation": confirmation, "confirm_until": clock.as_text(until)}
        raise Conflict(NOT_CONFIRMED, extra)
    return erase_client(tx, settings, client_id, given, expected_version=expected_version)


def _confirms(
    tx: Transaction, key: bytes, client_id: int, counts: Mapping[str, int], confirmation: str
) -> bool:
    until = confirmation.partition("-")[0]
    if (
        not (until.isascii() and until.isdigit() and len(until) < 12)
        or int(until) < clock.from_text(tx.now).timestamp()
    ):
        return False
    right = _confirmation(tx, key, client_id, counts, int(until))
    return hmac.compare_digest(right.encode(), confirmation.encode())


def _confirmation(tx: Transaction, key: bytes, client_id: int, counts: Mapping[str, int], until: int) -> str:
    who = (tx.actor.workspace_id, tx.actor.user_id)
    said = orjson.dumps([*who, client_id, sorted(counts.items()), until])
    return f"{until}-{hmac.new(key, said, 'sha256').hexdigest()[:32]}"
