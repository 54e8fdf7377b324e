"""The numbers by which a workspace talks to its customers."""

from dataclasses import asdict, dataclass
from typing import Any

from crm.activity import activity
from crm.conversations.channels.fields import WhatsAppChannelChanges, WhatsAppChannelFields
from crm.conversations.phone_numbers import settle_phone_of
from crm.conversations.transport.channel_secrets import (
    SECRETS,
    Secrets,
    open_secrets,
    replace_secrets,
    seal_secrets,
)
from crm.conversations.transport.medium import Line
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict, NotFound, Stale
from crm.vault import Vault

FACTS = ("phone_number_id", "display_phone", "business_account_id", "create_leads")


@dataclass(frozen=True, slots=True)
class Channel:
    """Without its secrets. `verified_at`: the last handshake; `fault`: why nothing can be sent."""

    id: int
    kind: str
    phone_number_id: str
    display_phone: str
    business_account_id: str | None
    create_leads: bool
    verified_at: str | None
    fault: str | None
    fault_at: str | None
    version: int
    created_at: str
    updated_at: str


COLUMNS = """
    id, kind, phone_number_id, display_phone, business_account_id, create_leads, verified_at, fault, fault_at,
    version, created_at, updated_at
"""


def list_channels(tx: Transaction) -> list[Channel]:
    """The connected numbers, the first one first: it is the one to use where none is named."""
    rows = tx.all(
        f"""
        SELECT {COLUMNS}
          FROM channels
         WHERE workspace_id = :workspace_id
           AND deleted_at IS NULL
         ORDER BY id
        """
    )
    return [_channel(row) for row in rows]


def get_channel(tx: Transaction, channel_id: int) -> Channel:
    """Raises NotFound, for a disconnected one too."""
    row = tx.one(
        f"""
        SELECT {COLUMNS}
          FROM channels
         WHERE workspace_id = :workspace_id
           AND id = :channel_id
           AND deleted_at IS NULL
        """,
        channel_id=channel_id,
    )
    if row is None:
        raise NotFound("There is no such connected number.")
    return _channel(row)


def open_line(tx: Transaction, vault: Vault, channel_id: int) -> Line:
    """The number with its secrets. Raises NotFound and SealBroken."""
    number = get_channel(tx, channel_id).phone_number_id
    sealed = tx.value(
        "SELECT sealed_secrets FROM channels WHERE workspace_id = :workspace_id AND id = :channel_id",
        channel_id=channel_id,
    )
    return Line(number, open_secrets(vault, sealed, tx.actor.workspace_id, number))


def connect_channel(tx: Transaction, vault: Vault, fields: WhatsAppChannelFields) -> Channel:
    """Raises Invalid, and Conflict when the workspace has the number already; others may have it, too."""
    values = fields.model_dump()
    values["display_phone"] = settle_phone_of(tx, fields.display_phone, "display_phone")
    secrets = Secrets(**{name: values.pop(name) for name in SECRETS})
    channel_id = tx.value(
        """
        INSERT INTO channels (workspace_id, kind, phone_number_id, display_phone, business_account_id,
                              create_leads, sealed_secrets, verify_mark, created_at, updated_at)
        VALUES (:workspace_id, 'whatsapp', :phone_number_id, :display_phone, :business_account_id,
                :create_leads, :sealed_secrets, :verify_mark, :now, :now)
            ON CONFLICT DO NOTHING
        RETURNING id
        """,
        sealed_secrets=seal_secrets(vault, secrets, tx.actor.workspace_id, fields.phone_number_id),
        verify_mark=vault.mark(fields.verify_token),
        **values,
    )
    if channel_id is None:
        raise Conflict("This number is connected already.")
    activity.record(tx, "channel.connected", "channel", channel_id, after=values)
    return get_channel(tx, channel_id)


def change_channel(
    tx: Transaction,
    vault: Vault,
    channel_id: int,
    changes: WhatsAppChannelChanges,
    *,
    expected_version: int | None = None,
) -> Channel:
    """Raises NotFound, Stale and Invalid. New secrets take away the fault that the old ones had."""
    old = get_channel(tx, channel_id)
    refuse_stale(old, expected_version)
    values = changes.model_dump(exclude_unset=True)
    if "display_phone" in values:
        values["display_phone"] = settle_phone_of(tx, values["display_phone"], "display_phone")
    replaced = {name: values.pop(name) for name in SECRETS if name in values}
    before, after = activity.changes(_facts(old), {**_facts(old), **values})
    if not after and not replaced:
        return old
    if replaced:
        replace_secrets(tx, vault, channel_id, old.phone_number_id, replaced)
        after["secrets"] = sorted(replaced)
    _write_facts(tx, channel_id, {**_facts(old), **values})
    activity.record(tx, "channel.changed", "channel", channel_id, before=before, after=after)
    return get_channel(tx, channel_id)


def disconnect_channel(tx: Transaction, channel_id: int, *, expected_version: int | None = None) -> None:
    """Its conversations stay; its secrets go. Raises NotFound and Stale."""
    channel = get_channel(tx, channel_id)
    refuse_stale(channel, expected_version)
    tx.run(
        """
        UPDATE channels
           SET deleted_at = :now, updated_at = :now, version = version + 1,
               sealed_secrets = :nothing, verify_mark = ''
         WHERE workspace_id = :workspace_id
           AND id = :channel_id
        """,
        channel_id=channel_id,
        nothing=b"",
    )
    activity.record(tx, "channel.disconnected", "channel", channel_id, before=_facts(channel))


def refuse_stale(channel: Channel, expected_version: int | None) -> None:
    if expected_version is not None and expected_version != channel.version:
        raise Stale("The number's settings have changed since you read them.", asdict(channel))


def _write_facts(tx: Transaction, channel_id: int, facts: dict[str, Any]) -> None:
    tx.run(
        """
        UPDATE channels
           SET display_phone = :display_phone, business_account_id = :business_account_id,
               create_leads = :create_leads, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :channel_id
        """,
        channel_id=channel_id,
        display_phone=facts["display_phone"],
        business_account_id=facts["business_account_id"],
        create_leads=facts["create_leads"],
    )


def _facts(channel: Channel) -> dict[str, Any]:
    return {name: getattr(channel, name) for name in FACTS}


def _channel(row: Row) -> Channel:
    return Channel(**{**row, "create_leads": bool(row["create_leads"])})
