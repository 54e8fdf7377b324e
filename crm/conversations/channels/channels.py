"""The channels by which a workspace talks to its customers, such as the numbers of WhatsApp."""

from dataclasses import asdict, dataclass
from typing import Any

from crm.activity import activity
from crm.conversations.channel_kinds import CHANNEL_KINDS, ChannelKinds
from crm.conversations.channels.secrets import forget_secrets, mark_of, replace_secrets
from crm.conversations.transport.channel_kind import ChannelKind
from crm.conversations.transport.channel_secrets import Secrets, open_secrets, seal_secrets
from crm.conversations.transport.ids import ChannelId
from crm.conversations.transport.medium import Line
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict, Sentence
from crm.fields import Fields
from crm.records.skeleton import Skeleton, existing, refuse_stale
from crm.records.tombstones import set_deleted_at
from crm.vault import Vault

CHANNEL_RECORD = Skeleton("channel", "channels", Sentence("connected number"))
COLUMNS = ("address", "shown_as", "account_id", "create_leads")


@dataclass(frozen=True, slots=True)
class Channel:
    """Without its secrets. Deliveries name its `address`, customers see `shown_as`.

    `verified_at`: the last handshake; `fault`: why nothing can be sent.
    """

    id: ChannelId
    kind: str
    address: str
    shown_as: str
    account_id: str | None
    create_leads: bool
    verified_at: str | None
    fault: str | None
    fault_at: str | None
    version: int
    created_at: str
    updated_at: str


_SELECT = """
    SELECT id, kind, address, shown_as, account_id, create_leads, verified_at, fault, fault_at,
           version, created_at, updated_at
      FROM channels
     WHERE workspace_id = :workspace_id
       AND deleted_at IS NULL
"""


def list_channels(tx: Transaction) -> list[Channel]:
    """The connected ones, the oldest first: it is used if none is named."""
    return [_channel(row) for row in tx.all(f"{_SELECT} ORDER BY id")]


def get_channel(tx: Transaction, channel_id: int) -> Channel:
    """Raises NotFound, for a disconnected one too."""
    row = tx.one(f"{_SELECT} AND id = :channel_id", channel_id=channel_id)
    return _channel(existing(CHANNEL_RECORD, row))


def show_channel(channel: Channel, kinds: ChannelKinds = CHANNEL_KINDS) -> Any:
    """As its kind names its facts, for the API."""
    setup = kinds[channel.kind].setup
    facts = {name: value for name, value in asdict(channel).items() if name not in setup.columns.values()}
    return setup.shape(**facts, **{name: getattr(channel, column) for name, column in setup.columns.items()})


def account_of(tx: Transaction, channel_id: int) -> str:
    """The account that the channel belongs to. Raises NotFound, and Conflict without one."""
    account_id = get_channel(tx, channel_id).account_id
    if account_id is None:
        raise Conflict("The number has no business account id; enter it in the number's settings first.")
    return account_id


def open_line(tx: Transaction, vault: Vault, channel_id: int) -> Line:
    """The channel with its secrets. Raises NotFound and SealBroken."""
    address = get_channel(tx, channel_id).address
    sealed = tx.value(
        "SELECT sealed_secrets FROM channels WHERE workspace_id = :workspace_id AND id = :channel_id",
        channel_id=channel_id,
    )
    return Line(address, open_secrets(vault, sealed, tx.actor.workspace_id, address))


def connect_channel(tx: Transaction, vault: Vault, kind: ChannelKind, fields: Fields) -> Channel:
    """Raises Invalid, and Conflict when the workspace has the address already; others may have it, too."""
    values = kind.setup.prepare(tx, fields.model_dump())
    secrets = Secrets({name: values.pop(name) for name in kind.setup.secrets})
    columns = {**dict.fromkeys(COLUMNS), "create_leads": True, **_as_columns(kind, values)}
    channel_id = tx.value(
        """
        INSERT INTO channels (workspace_id, kind, address, shown_as, account_id, create_leads,
                              sealed_secrets, verify_mark, created_at, updated_at)
        VALUES (:workspace_id, :kind, :address, :shown_as, :account_id, :create_leads,
                :sealed_secrets, :verify_mark, :now, :now)
            ON CONFLICT DO NOTHING
        RETURNING id
        """,
        kind=kind.name,
        sealed_secrets=seal_secrets(vault, secrets, tx.actor.workspace_id, columns["address"]),
        verify_mark=mark_of(vault, kind, secrets),
        **columns,
    )
    if channel_id is None:
        raise Conflict("This number is connected already.")
    activity.record(tx, "channel.connected", "channel", channel_id, after=values)
    return get_channel(tx, channel_id)


def change_channel(
    tx: Transaction,
    vault: Vault,
    channel_id: int,
    changes: Fields,
    *,
    expected_version: int | None = None,
    kinds: ChannelKinds = CHANNEL_KINDS,
) -> Channel:
    """Raises NotFound, Stale and Invalid. New secrets take away the fault that the old ones had."""
    old = get_channel(tx, channel_id)
    kind = kinds[old.kind]
    refuse_stale(CHANNEL_RECORD, show_channel(old, kinds), expected_version)
    values = kind.setup.prepare(tx, changes.model_dump(exclude_unset=True))
    replaced = {name: values.pop(name) for name in kind.setup.secrets if name in values}
    facts = {**_facts(kind, old), **values}
    before, after = activity.changes(_facts(kind, old), facts)
    if not after and not replaced:
        return old
    if replaced:
        replace_secrets(tx, vault, kind, channel_id, address=old.address, replaced=replaced)
        after["secrets"] = sorted(replaced)
    _write_columns(tx, channel_id, _as_columns(kind, facts))
    activity.record(tx, "channel.changed", "channel", channel_id, before=before, after=after)
    return get_channel(tx, channel_id)


def disconnect_channel(
    tx: Transaction,
    channel_id: int,
    *,
    expected_version: int | None = None,
    kinds: ChannelKinds = CHANNEL_KINDS,
) -> None:
    """Its conversations stay; its secrets go. Raises NotFound and Stale."""
    channel = get_channel(tx, channel_id)
    refuse_stale(CHANNEL_RECORD, show_channel(channel, kinds), expected_version)
    forget_secrets(tx, channel_id)
    set_deleted_at(tx, CHANNEL_RECORD, channel_id, tx.now)
    before = _facts(kinds[channel.kind], channel)
    activity.record(tx, "channel.disconnected", "channel", channel_id, before=before)


def _write_columns(tx: Transaction, channel_id: int, columns: dict[str, Any]) -> None:
    tx.run(
        """
        UPDATE channels
           SET shown_as = :shown_as, account_id = :account_id, create_leads = :create_leads,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :channel_id
        """,
        channel_id=channel_id,
        shown_as=columns["shown_as"],
        account_id=columns["account_id"],
        create_leads=columns["create_leads"],
    )


def _as_columns(kind: ChannelKind, values: dict[str, Any]) -> dict[str, Any]:
    return {kind.setup.columns.get(name, name): value for name, value in values.items()}


def _facts(kind: ChannelKind, channel: Channel) -> dict[str, Any]:
    """As the ledger keeps them: by the names that the kind gives them."""
    named = {column: name for name, column in kind.setup.columns.items()}
    return {named.get(column, column): getattr(channel, column) for column in COLUMNS}


def _channel(row: Row) -> Channel:
    return Channel(**{**row, "create_leads": bool(row["create_leads"])})
