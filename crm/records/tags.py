"""Tags: each workspace's own words for its records. The first spelling of a tag is the one that stays."""

from dataclasses import dataclass

from crm.db.transaction import Row, Transaction
from crm.fields import name_key
from crm.records.keys import tag_key


@dataclass(frozen=True, slots=True)
class Tag:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class TagsOf:
    """The table that holds which tags records of a kind bear, and its column with the record's id."""

    table: str
    column: str


def list_tags(tx: Transaction, borne_by: TagsOf) -> list[Tag]:
    """All tags of the workspace that a record of the kind bears, by name."""
    rows = tx.all(
        f"""
        SELECT t.id, t.name
          FROM tags t
         WHERE t.workspace_id = :workspace_id
           AND EXISTS (SELECT 1
                         FROM {borne_by.table} ct
                        WHERE ct.workspace_id = :workspace_id
                          AND ct.tag_id = t.id)
         ORDER BY t.name_key
        """
    )
    return [Tag(**row) for row in rows]


def find_tags(tx: Transaction, name: str) -> list[int]:
    """The ids of the tag, in whatever spelling it is asked for; several where they were made before that."""
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


def set_tags(tx: Transaction, borne_by: TagsOf, record_id: int, names: list[str]) -> list[str]:
    """Let the record bear exactly these tags, making new ones; returns them as they are spelled here."""
    wanted = dict(_ensured(tx, name) for name in names)
    borne = _borne(tx, borne_by, record_id)
    for tag_id in borne - wanted.keys():
        tx.run(
            f"""
            DELETE FROM {borne_by.table}
             WHERE workspace_id = :workspace_id AND tag_id = :tag_id AND {borne_by.column} = :record_id
            """,
            tag_id=tag_id,
            record_id=record_id,
        )
    for tag_id in sorted(wanted.keys() - borne):
        tx.run(
            f"""
            INSERT INTO {borne_by.table} (workspace_id, tag_id, {borne_by.column})
            VALUES (:workspace_id, :tag_id, :record_id)
            """,
            tag_id=tag_id,
            record_id=record_id,
        )
    return sorted(wanted.values(), key=name_key)


def _borne(tx: Transaction, borne_by: TagsOf, record_id: int) -> set[int]:
    rows = tx.all(
        f"""
        SELECT tag_id
          FROM {borne_by.table}
         WHERE workspace_id = :workspace_id
           AND {borne_by.column} = :record_id
        """,
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
