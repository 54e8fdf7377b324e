"""Tags of records. The first spelling of a tag is kept.

Records of several kinds can have them: a `subject` is the name of such a kind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

import orjson

from crm.db.list_parts import Tagged
from crm.db.transaction import Row, Transaction
from crm.fields import name_key
from crm.records.keys import tag_key
from crm.records.kinds import kinds_of

NO_TAGS = "[]"


@dataclass(frozen=True)
class Tag:
    id: int
    name: str


def list_tags(tx: Transaction, subject: str) -> list[Tag]:
    """All tags of the workspace that a record of the kind has, by name."""
    rows = tx.all(
        """
        SELECT t.id, t.name
          FROM tags t
         WHERE t.workspace_id = :workspace_id
           AND EXISTS (SELECT 1
                         FROM record_tags rt
                        WHERE rt.workspace_id = :workspace_id
                          AND rt.tag_id = t.id
                          AND rt.subject = :subject)
         ORDER BY t.name_key
        """,
        subject=subject,
    )
    return [Tag(**row) for row in rows]


def tags_of(subject: str, record_id: str) -> str:
    """The SQL expression of a record's tags, for `tags_in`; `record_id` is the SQL of its id.

    They come in no order: to sort inside the aggregate costs each row of a list a table, even an empty one.
    """
    return f"""(SELECT json_group_array(t.name)
          FROM record_tags rt
          JOIN tags t ON t.workspace_id = rt.workspace_id AND t.id = rt.tag_id
         WHERE rt.workspace_id = :workspace_id
           AND rt.subject = '{subject}' AND rt.subject_id = {record_id})"""


def tags_in(stored: str) -> list[str]:
    """By name, from a value of `tags_of`."""
    if stored == NO_TAGS:
        return []
    names: list[str] = orjson.loads(stored)
    return names if len(names) == 1 else sorted(names, key=name_key)


def tagged_part(tx: Transaction, subject: str, name: str, *, filled: str = "") -> Tagged | None:
    """The filter of a list by a tag; None when there is no such tag. `filled` is as in `Tagged`."""
    tag_ids = find_tags(tx, name)
    among = f"b.subject = '{subject}'"
    return Tagged("record_tags", "subject_id", among, tag_ids, filled) if tag_ids else None


def find_tags(tx: Transaction, name: str) -> list[int]:
    """The ids of the tag in any spelling; old data may have several."""
    return [row["id"] for row in _spelled_alike(tx, name)]


def _spelled_alike(tx: Transaction, name: str) -> list[Row]:
    """`id` and `name`, the one that is spelled exactly so first."""
    return tx.all(
        """
        SELECT id, name
          FROM tags
         WHERE workspace_id = :workspace_id
           AND form IN (:form, :name_key)
         ORDER BY name_key = :name_key DESC, id
        """,
        form=tag_key(name),
        name_key=name_key(name),
    )


def set_tags(tx: Transaction, subject: str, record_id: int, names: list[str]) -> list[str]:
    """Let the record have exactly these tags, making new ones; returns them as they are spelled here."""
    wanted = dict(_ensured(tx, name) for name in names)
    present = _present(tx, subject, record_id)
    for tag_id in present - wanted.keys():
        tx.run(
            """
            DELETE FROM record_tags
             WHERE workspace_id = :workspace_id
               AND tag_id = :tag_id
               AND subject = :subject
               AND subject_id = :record_id
            """,
            tag_id=tag_id,
            subject=subject,
            record_id=record_id,
        )
    for tag_id in sorted(wanted.keys() - present):
        tx.run(
            """
            INSERT INTO record_tags (workspace_id, tag_id, subject, subject_id)
            VALUES (:workspace_id, :tag_id, :subject, :record_id)
            """,
            tag_id=tag_id,
            subject=subject,
            record_id=record_id,
        )
    if present != wanted.keys():
        _note_first_tag(tx, subject, record_id, wanted.values())
    return sorted(wanted.values(), key=name_key)


def tag_many(tx: Transaction, subject: str, named: Mapping[int, list[str]]) -> dict[int, list[str]]:
    """Give each of several new records its tags; returns them as they are spelled here."""
    known = {name: _ensured(tx, name) for name in dict.fromkeys(chain.from_iterable(named.values()))}
    wanted = {record_id: dict(known[name] for name in names) for record_id, names in named.items()}
    tx.run_many(
        """
        INSERT INTO record_tags (workspace_id, tag_id, subject, subject_id)
        VALUES (:workspace_id, :tag_id, :subject, :record_id)
        """,
        [
            {"tag_id": tag_id, "subject": subject, "record_id": record_id}
            for record_id, tags in wanted.items()
            for tag_id in sorted(tags)
        ],
    )
    for record_id, tags in wanted.items():
        _note_first_tag(tx, subject, record_id, tags.values())
    return {record_id: sorted(tags.values(), key=name_key) for record_id, tags in wanted.items()}


def _note_first_tag(tx: Transaction, subject: str, record_id: int, names: Iterable[str]) -> None:
    """The first tag, by which the kind's list can be sorted."""
    kind = kinds_of(tx).by_name[subject]
    if kind.listing is None or "tags" not in kind.listing.sorts:
        return
    tx.run(
        f"UPDATE {kind.table} SET first_tag = :first WHERE workspace_id = :workspace_id AND id = :id",
        id=record_id,
        first=min(map(name_key, names), default=None),
    )


def _present(tx: Transaction, subject: str, record_id: int) -> set[int]:
    rows = tx.all(
        """
        SELECT tag_id
          FROM record_tags
         WHERE workspace_id = :workspace_id
           AND subject = :subject
           AND subject_id = :record_id
        """,
        subject=subject,
        record_id=record_id,
    )
    return {int(row["tag_id"]) for row in rows}


def _ensured(tx: Transaction, name: str) -> tuple[int, str]:
    known = _spelled_alike(tx, name)
    if known:
        return known[0]["id"], known[0]["name"]
    tag_id = tx.insert(
        """
        INSERT INTO tags (workspace_id, name, name_key, form, created_at)
        VALUES (:workspace_id, :name, :name_key, :form, :now)
        RETURNING id
        """,
        name=name,
        name_key=name_key(name),
        form=tag_key(name),
    )
    return tag_id, name


def rebuild_tag(tx: Transaction, tag_id: int) -> None:
    """Two tags that are one word by now stay two rows, and are found as one."""
    sql = "SELECT name FROM tags WHERE workspace_id = :workspace_id AND id = :tag_id"
    name = tx.value(sql, tag_id=tag_id)
    if name is not None:
        tx.run(
            "UPDATE tags SET form = :form WHERE workspace_id = :workspace_id AND id = :tag_id",
            tag_id=tag_id,
            form=tag_key(name),
        )
