"""Who can own a record."""

from crm.db.list_parts import Groups
from crm.db.transaction import Transaction
from crm.errors import Invalid, NotFound


def check_owner(tx: Transaction, owner_id: int) -> None:
    """Raises Invalid unless it is a user of the workspace who can log in."""
    works = tx.value(
        """
        SELECT disabled_at IS NULL
          FROM users
         WHERE workspace_id = :workspace_id
           AND id = :owner_id
        """,
        owner_id=owner_id,
    )
    if works is None:
        raise Invalid.field("owner_id", "is not a user of this workspace")
    if not works:
        raise Invalid.field("owner_id", "is a deactivated user")


def owner_groups(column: str, name: str = "owner_id") -> Groups:
    """For a list in the order of its owners' names, whose ids `column` holds; `name` is their filter."""
    sql = "SELECT id, name_key FROM users WHERE workspace_id = :workspace_id ORDER BY name_key"
    return Groups(sql, column, {name: 0})


def first_owner(tx: Transaction) -> int:
    """The workspace's first owner who can log in. Raises NotFound."""
    found = tx.value(
        """
        SELECT id
          FROM users
         WHERE workspace_id = :workspace_id
           AND role = 'owner'
           AND disabled_at IS NULL
         ORDER BY id
         LIMIT 1
        """
    )
    if found is None:
        raise NotFound("The workspace has no owner who can log in.")
    return int(found)
