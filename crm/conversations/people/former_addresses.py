"""Former numbers and ids of customers, each with the conversation of who had it."""

from dataclasses import dataclass
from typing import Literal

from crm.clients.spellings import keys, phone_key
from crm.conversations.transport.received import Sender
from crm.db.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Address:
    """A phone by its key, or an id, at a medium."""

    medium: str
    kind: Literal["phone", "user"]
    address: str

    def alike(self) -> tuple["Address", ...]:
        """Itself, then the same number as it was written before."""
        if self.kind == "user":
            return (self,)
        return tuple(Address(self.medium, self.kind, each) for each in keys(self.address))


def addresses_of(medium: str, who: Sender) -> list[Address]:
    phones = [Address(medium, "phone", phone_key(who.phone))] if who.phone is not None else []
    ids = [Address(medium, "user", who.user_id)] if who.user_id is not None else []
    return phones + ids


def find_former(tx: Transaction, address: Address) -> Row | None:
    """`conversation_id`, the id `told_with` it, and until when: `until_at`."""
    rows = (_find_former(tx, each) for each in address.alike())
    return next((row for row in rows if row is not None), None)


def _find_former(tx: Transaction, address: Address) -> Row | None:
    return tx.one(
        """
        SELECT conversation_id, told_with, until_at
          FROM conversation_formers
         WHERE workspace_id = :workspace_id
           AND medium = :medium
           AND kind = :kind
           AND address = :address
        """,
        **_columns(address),
    )


def former_holder(tx: Transaction, address: Address) -> int | None:
    """The conversation with the person who had it before."""
    row = find_former(tx, address)
    return int(row["conversation_id"]) if row else None


def keep_former(
    tx: Transaction, conversation_id: int, address: Address, told_with: str | None = None
) -> None:
    tx.run(
        """
        INSERT INTO conversation_formers (workspace_id, medium, kind, address, told_with, conversation_id,
                                          until_at)
        VALUES (:workspace_id, :medium, :kind, :address, :told_with, :conversation_id, :now)
            ON CONFLICT (workspace_id, medium, kind, address)
            DO UPDATE SET conversation_id = excluded.conversation_id, told_with = excluded.told_with,
                          until_at = excluded.until_at
        """,
        told_with=told_with,
        conversation_id=conversation_id,
        **_columns(address),
    )


def note_id_told_with(tx: Transaction, address: Address, user_id: str) -> None:
    """Which id went with a former phone, where it was not known."""
    tx.run(
        """
        UPDATE conversation_formers
           SET told_with = :user_id
         WHERE workspace_id = :workspace_id
           AND medium = :medium
           AND kind = :kind
           AND address = :address
           AND told_with IS NULL
        """,
        user_id=user_id,
        **_columns(address),
    )


def forget_former(tx: Transaction, address: Address) -> None:
    for each in address.alike():
        tx.run(
            """
            DELETE FROM conversation_formers
             WHERE workspace_id = :workspace_id
               AND medium = :medium
               AND kind = :kind
               AND address = :address
            """,
            **_columns(each),
        )


def _columns(address: Address) -> dict[str, str]:
    return {"medium": address.medium, "kind": address.kind, "address": address.address}
