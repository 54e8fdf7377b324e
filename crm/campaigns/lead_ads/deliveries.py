"""Deliveries of leads from forms on Meta: signed, and kept before they are answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

import orjson

from crm.campaigns.connections.purposes import META_LEADS
from crm.campaigns.connections.sealed import open_sealed
from crm.campaigns.lead_ads.arrivals import Told, store_told
from crm.campaigns.platforms.numbers import entries, mapping
from crm.conversations.transport.channel_secrets import Secrets
from crm.conversations.whatsapp.signatures import is_signed
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Row, Transaction
from crm.errors import Busy, Invalid
from crm.vault import SealBroken, Vault

MOST_PAGES = 50
LONGEST_ID = 32
LEADGEN = "leadgen"
UNREADABLE_RETRY = 300
UNREADABLE = "The secrets of this page cannot be read. Enter them again."


@dataclass(frozen=True, slots=True)
class Receiver:
    connection_id: int
    workspace_id: int
    account: str
    sealed_credentials: bytes


def receive_leads(db: Database, vault: Vault, raw: bytes, signature: str, request_id: str) -> bool:
    """Whether the secret of a connected page signed it; then each lead that it tells of is kept, once.

    Raises Busy and Full, upon which Meta must deliver again; what is there already stays one row. Raises
    Invalid where it was signed, and tells of leads by no number at all: nothing could be fetched.
    """
    told = _told(raw)
    signers = _signers(vault, db.read(_receivers, SYSTEM, sorted(told)[:MOST_PAGES]), raw, signature)
    for each in signers:
        actor = Actor(each.workspace_id, None, request_id)
        db.write(store_told, actor, each.connection_id, told[each.account])
    if signers and not any(told[each.account] for each in signers) and _tells_of_leads(raw):
        raise Invalid.field("leadgen_id", "must be a number")
    return bool(signers)


def verify_token(vault: Vault, workspace_id: int) -> str:
    """What Meta tells when it is given the address: only this server can make it, and it is kept nowhere."""
    return f"{workspace_id}-{vault.mark(f'verify token of lead ads {workspace_id}')[:40]}"


def is_verify_token(vault: Vault, token: str) -> bool:
    number = token.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 12):
        return False
    return compare_digest(verify_token(vault, int(number)).encode(), token.encode("utf-8", "replace"))


def _told(raw: bytes) -> dict[str, list[Told]]:
    """By the page, also those of which nothing can be fetched."""
    found: dict[str, list[Told]] = {}
    for page_id, field, value in _changes(raw):
        leads = found.setdefault(page_id, [])
        leadgen_id = _id(value.get("leadgen_id"))
        if field == LEADGEN and leadgen_id is not None:
            leads.append(Told(leadgen_id, orjson.dumps(value).decode()))
    return found


def _tells_of_leads(raw: bytes) -> bool:
    return any(field == LEADGEN for _page_id, field, _value in _changes(raw))


def _changes(raw: bytes) -> Iterator[tuple[str, object, dict[str, Any]]]:
    """The page, what changed, and its facts."""
    try:
        body = mapping(orjson.loads(raw))
    except orjson.JSONDecodeError:
        return
    for entry in entries(body.get("entry")):
        page_id = _id(entry.get("id"))
        for change in entries(entry.get("changes")):
            value = mapping(change.get("value"))
            page = _id(value.get("page_id")) or page_id
            if page is not None:
                yield page, change.get("field"), value


def _id(value: object) -> str | None:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def _receivers(tx: Transaction, pages: list[str]) -> list[Receiver]:
    """Of all workspaces, also those that are switched off: what they missed could not be fetched for long.

    `tx` is of SYSTEM.
    """
    return [_receiver(row) for page in pages for row in _connected(tx, page)]


def _connected(tx: Transaction, page: str) -> list[Row]:
    return tx.all(
        """
        SELECT id, workspace_id, account, sealed_credentials
          FROM ad_connections
         WHERE account = :account
           AND purpose = :purpose
           AND deleted_at IS NULL
        """,
        account=page,
        purpose=META_LEADS.name,
    )


def _receiver(row: Row) -> Receiver:
    return Receiver(row["id"], row["workspace_id"], row["account"], row["sealed_credentials"])


def _signers(vault: Vault, receivers: list[Receiver], raw: bytes, signature: str) -> list[Receiver]:
    """Raises Busy where nobody's secret fits and one cannot be read."""
    signers, unreadable = [], False
    for receiver in receivers:
        try:
            secrets = Secrets(open_sealed(vault, receiver.sealed_credentials, receiver.workspace_id))
        except SealBroken:
            unreadable = True
            continue
        if is_signed(raw, signature, secrets):
            signers.append(receiver)
    if unreadable and not signers:
        raise Busy(UNREADABLE, UNREADABLE_RETRY)
    return signers
