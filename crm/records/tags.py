"""Tags: each workspace's own words for its clients. The first spelling of a tag is the one that stays."""

from dataclasses import dataclass

from crm.db.transaction import Row, Transaction
from crm.fields import name_key
from crm.records.keys import tag_key


@dataclass(frozen=True, slots=True)
class Tag:
    id: int
    name: str


def list_tags(tx: Transaction) -> list[Tag]:
    """All tags of the workspace that a client bears, by name."""
    rows = tx.all(
        """
        SELECT t.id, t.name
          FROM tags t
         WHERE t.workspace_id = :workspace_id
           AND EXISTS (SELECT 1
                         FROM client_tags ct
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


def set_tags(tx: Transaction, client_id: int, names: list[str]) -> list[str]:
    """Let the client bear exactly these tags, making new ones; returns them as they are spelled here."""
    wanted = dict(_ensured(tx, name) for name in names)
    borne = {
        int(row["tag_id"])
        for row in tx.all(
            "SELECT tag_id FROM client_tags WHERE workspace_id = :workspace_id AND client_id = :client_id",
            client_id=client_id,
        )
    }
    for tag_id in borne - wanted.keys():
        tx.run(
            """
            DELETE FROM client_tags
             WHERE workspace_id = :workspace_id AND tag_id = :tag_id AND client_id = :client_id
            """,
            tag_id=tag_id,
            client_id=client_id,
        )
    for tag_id in sorted(wanted.keys() - borne):
        tx.run(
            """
            INSERT INTO client_tags (workspace_id, tag_id, client_id)
            VALUES (:workspace_id, :tag_id, :client_id)
            """,
            tag_id=tag_id,
            client_id=client_id,
        )
    return sorted(wanted.values(), key=name_key)


def ensure_tag(tx: Transaction, name: str) -> int:
    """The id of the tag, which is made when it is new to the workspace."""
    return _ensured(tx, name)[0]


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
