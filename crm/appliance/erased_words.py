"""What names an erased person without pointing to them: stored answers, views, exports, imports."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

import orjson

from crm.activity.erasing import entries_of_actions
from crm.appliance.erased_rows import Rows, as_json
from crm.clients.spellings import phone_key
from crm.conversations.channel_kinds import CHANNEL_KINDS
from crm.db.transaction import Transaction
from crm.records.kinds import kinds_of

SHORT = 4
"""A shorter name is in too many words: it must be a whole text."""
DIGITS = re.compile(r"\d")
FEW_DIGITS = 7
ACTIONS = ("saved_view.", "import.")


@dataclass(frozen=True, slots=True)
class Words:
    """The names, e-mail addresses and phone numbers of a person, in the form in which they are compared."""

    texts: frozenset[str]
    phones: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str], phones: Iterable[str]) -> "Words":
        digits = {"".join(DIGITS.findall(phone)) for phone in phones}
        return cls(
            frozenset(text.strip().casefold() for text in texts if text.strip()),
            frozenset(number for number in digits if len(number) >= FEW_DIGITS),
        )

    def are_in(self, text: str) -> bool:
        folded = text.strip().casefold()
        if any(folded == word or (len(word) >= SHORT and word in folded) for word in self.texts):
            return True
        digits = "".join(DIGITS.findall(text)) if self.phones else ""
        return any(phone in digits for phone in self.phones)

    def are_among(self, value: Any) -> bool:
        """In any text of a JSON value."""
        return any(self.are_in(text) for text in texts_in(value))


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)


def words_of(tx: Transaction, client_ids: Iterable[int]) -> Words:
    """Of the clients, before they are erased."""
    ids = as_json(client_ids)
    clients = tx.all(
        """
        SELECT name, email, phone
          FROM clients
         WHERE workspace_id = :workspace_id
           AND id IN (SELECT value FROM json_each(:ids))
        """,
        ids=ids,
    )
    points = tx.all(
        """
        SELECT form, value
          FROM client_contact_points
         WHERE workspace_id = :workspace_id
           AND client_id IN (SELECT value FROM json_each(:ids))
        """,
        ids=ids,
    )
    emails = [row["email"] for row in clients] + [each["value"] for each in points if each["form"] == "email"]
    phones = [row["phone"] for row in clients] + [each["value"] for each in points if each["form"] == "phone"]
    return Words.of([row["name"] for row in clients] + [e for e in emails if e], [p for p in phones if p])


def conversations_with(tx: Transaction, words: Words) -> set[int]:
    """Those of nobody in particular that are with one of the person's numbers."""
    keys = sorted({phone_key(f"+{digits}") for digits in words.phones})
    found = [
        tx.value(
            """
            SELECT id
              FROM conversations
             WHERE workspace_id = :workspace_id
               AND medium = :medium
               AND phone_key = :phone_key
               AND client_id IS NULL
            """,
            medium=medium,
            phone_key=key,
        )
        for medium in CHANNEL_KINDS
        for key in keys
    ]
    return {int(each) for each in found if each is not None}


def entries_with(tx: Transaction, words: Words) -> set[int]:
    """The entries of the ledger about exports, views and imports that name the person."""
    actions = [
        name for name in kinds_of(tx).actions if name.endswith(".exported") or name.startswith(ACTIONS)
    ]
    return {
        int(row["id"])
        for row in entries_of_actions(tx, actions)
        if any(words.are_among(_parsed(row[side])) for side in ("before", "after") if row[side])
    }


def _parsed(text: str) -> Any:
    """With the words of addresses spelled out, such as the filters of a view."""
    return orjson.loads(unquote_in_json(text))


def unquote_in_json(text: str) -> str:
    """Only where that leaves JSON."""
    spelled = unquote_plus(text)
    try:
        orjson.loads(spelled)
    except orjson.JSONDecodeError:
        return text
    return spelled


def erase_views(tx: Transaction, words: Words) -> set[int]:
    """Saved views whose name or filters name the person; they are nobody's usual view any more.

    Returns their ids.
    """
    rows = tx.all("SELECT id, name, query FROM saved_views WHERE workspace_id = :workspace_id")
    ids = [row["id"] for row in rows if words.are_in(row["name"]) or words.are_in(unquote_plus(row["query"]))]
    tx.run(
        """
        DELETE FROM default_views
         WHERE workspace_id = :workspace_id
           AND view_id IN (SELECT value FROM json_each(:ids))
        """,
        ids=as_json(ids),
    )
    tx.run(
        """
        UPDATE saved_views
           SET name = '(erased)', name_key = '(erased) ' || id, query = '', version = version + 1,
               updated_at = :now, deleted_at = coalesce(deleted_at, :now)
         WHERE workspace_id = :workspace_id
           AND id IN (SELECT value FROM json_each(:ids))
        """,
        ids=as_json(ids),
    )
    return {int(each) for each in ids}


def with_more(found: Rows, table: str, ids: set[int]) -> Rows:
    return {**found, table: found.get(table, set()) | ids}
