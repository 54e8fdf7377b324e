"""Which conversation a number or id belongs to, now and before, and who is probably the same person."""

from dataclasses import dataclass
from datetime import timedelta

from crm import clock
from crm.clients.spellings import phone_key
from crm.conversations.people.former_addresses import (
    Address,
    addresses_of,
    find_former,
    forget_former,
    former_holder,
    keep_former,
    note_id_told_with,
)
from crm.conversations.searching import index_conversation
from crm.conversations.transport.received import Sender
from crm.db.transaction import Row, Transaction

# A number that was given up is given to somebody else after some months at the soonest.
RESTS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """The conversation of a person, and another that has their other address: probably the same person."""

    conversation_id: int | None
    other_id: int | None


def find_person(tx: Transaction, medium: str, who: Sender, at: str) -> FoundPerson:
    """By phone first: a person's id at the medium changes with their phone. `at`: when they said so."""
    by_phone = _by_phone(tx, medium, who.phone)
    by_id = _by_id(tx, medium, who.user_id)
    if by_phone is None and by_id is None:
        by_phone = _by_former_phone(tx, medium, who, at)
        return FoundPerson(by_phone or _by_former_id(tx, medium, who), None)
    first = by_phone if by_phone is not None else by_id
    former_id = _by_former_id(tx, medium, who) if by_id is None else None
    others = {by_id, former_id} - {first, None}
    return FoundPerson(first, next(iter(others), None))


def become(tx: Transaction, conversation_id: int, medium: str, who: Sender) -> list[int]:
    """The person has this phone and id from now on, and had the others before.

    An address of another conversation stays there; returns those conversations, as it is probably one person.
    """
    old = _addresses(tx, conversation_id)
    others: list[int] = []
    if who.phone is not None and who.phone != old["phone"]:
        others += _take_phone(tx, conversation_id, medium, old, who.phone)
    if who.user_id is not None and who.user_id != old["user_id"]:
        others += _take_id(tx, conversation_id, medium, old, who.user_id)
    return others


def is_former_of(tx: Transaction, conversation_id: int, medium: str, who: Sender) -> bool:
    """Whether the person has another phone or id by now than the one in this message: the message is late."""
    return any(former_holder(tx, each) == conversation_id for each in addresses_of(medium, who))


def keep_before(tx: Transaction, conversation_id: int, medium: str, who: Sender) -> None:
    """The former phone or id of a person who is known by the present one."""
    for address in addresses_of(medium, who):
        keep_former(tx, conversation_id, address, who.user_id if address.kind == "phone" else None)


def keep_late_id(tx: Transaction, conversation_id: int, medium: str, who: Sender) -> None:
    """A late message shows the id that belonged to a former phone."""
    if who.phone is None or who.user_id is None or _by_id(tx, medium, who.user_id) is not None:
        return
    phone, user = addresses_of(medium, who)
    keep_former(tx, conversation_id, user)
    note_id_told_with(tx, phone, who.user_id)


def claim(tx: Transaction, medium: str, who: Sender) -> None:
    """These addresses now belong to somebody, and are no longer former ones of another."""
    for address in addresses_of(medium, who):
        forget_former(tx, address)


def _take_phone(tx: Transaction, conversation_id: int, medium: str, old: Row, phone: str) -> list[int]:
    address = Address(medium, "phone", phone_key(phone))
    holder = _holder(tx, address)
    if holder is not None and holder != conversation_id:
        return [holder]
    if old["phone_key"] is not None:
        before = Address(medium, "phone", old["phone_key"])
        if before not in address.alike():
            keep_former(tx, conversation_id, before, old["user_id"])
    forget_former(tx, address)
    tx.run(
        """
        UPDATE conversations
           SET phone = :phone, phone_key = :key
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=conversation_id,
        phone=phone,
        key=address.address,
    )
    index_conversation(tx, conversation_id)
    return []


def _take_id(tx: Transaction, conversation_id: int, medium: str, old: Row, user_id: str) -> list[int]:
    address = Address(medium, "user", user_id)
    holder = _holder(tx, address)
    if holder is not None and holder != conversation_id:
        return [holder]
    if old["user_id"] is not None:
        keep_former(tx, conversation_id, Address(medium, "user", old["user_id"]))
    forget_former(tx, address)
    tx.run(
        """
        UPDATE conversations
           SET user_id = :user_id
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=conversation_id,
        user_id=user_id,
    )
    return []


def _holder(tx: Transaction, address: Address) -> int | None:
    """The conversation with the person who has it, or had it before."""
    current = _current(tx, address)
    return current if current is not None else former_holder(tx, address)


def _addresses(tx: Transaction, conversation_id: int) -> Row:
    row = tx.one(
        """
        SELECT phone, phone_key, user_id
          FROM conversations
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=conversation_id,
    )
    if row is None:
        raise LookupError(f"conversation {conversation_id} is gone")
    return row


_CURRENT = "SELECT id FROM conversations WHERE workspace_id = :workspace_id AND medium = :medium"


def _current(tx: Transaction, address: Address) -> int | None:
    column = "phone_key" if address.kind == "phone" else "user_id"
    sql = f"{_CURRENT} AND {column} = :address"
    found = (tx.value(sql, medium=each.medium, address=each.address) for each in address.alike())
    return next((int(each) for each in found if each is not None), None)


def _by_phone(tx: Transaction, medium: str, phone: str | None) -> int | None:
    return _current(tx, Address(medium, "phone", phone_key(phone))) if phone is not None else None


def _by_id(tx: Transaction, medium: str, user_id: str | None) -> int | None:
    return _current(tx, Address(medium, "user", user_id)) if user_id is not None else None


def _by_former_phone(tx: Transaction, medium: str, who: Sender, at: str) -> int | None:
    """None where the number went to somebody else: sent with another id, or long after it was given up."""
    row = find_former(tx, Address(medium, "phone", phone_key(who.phone))) if who.phone is not None else None
    if row is None:
        return None
    known_id = who.user_id is not None and who.user_id == row["told_with"]
    other_id = who.user_id is not None and row["told_with"] is not None and not known_id
    late = at > clock.later(row["until_at"], RESTS) and not known_id
    return None if other_id or late else int(row["conversation_id"])


def _by_former_id(tx: Transaction, medium: str, who: Sender) -> int | None:
    return former_holder(tx, Address(medium, "user", who.user_id)) if who.user_id is not None else None
