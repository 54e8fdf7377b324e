"""Tags: each workspace's own words for its clients. The first spelling of a tag is the one that stays."""

from dataclasses import dataclass

from crm.clients.keys import tag_key
from crm.db.transaction import Transaction


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


def find_tag(tx: Transaction, name: str) -> int | None:
    """The id of a tag, in whatever case it is asked for."""
    found: int | None = tx.value(
        "SELECT id FROM tags WHERE workspace_id = :workspace_id AND name_key = :name_key",
        name_key=tag_key(name),
    )
    return found


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
    return sorted(wanted.values(), key=tag_key)


def ensure_tag(tx: Transaction, name: str) -> int:
    """The id of the tag, which is made when it is new to the workspace."""
    return _ensured(tx, name)[0]


def _ensured(tx: Transaction, name: str) -> tuple[int, str]:
    found = tx.one(
        "SELECT id, name FROM tags WHERE workspace_id = :workspace_id AND name_key = :name_key",
        name_key=tag_key(name),
    )
    if found is not None:
        return found["id"], found["name"]
    tag_id = tx.insert(
        """
        INSERT INTO tags (workspace_id, name, name_key, created_at)
        VALUES (:workspace_id, :name, :name_key, :now)
        RETURNING id
        """,
        name=name,
        name_key=tag_key(name),
    )
    return tag_id, name
