"""The people of the tests: two of one workspace, and one of another who must never see theirs."""

from dataclasses import dataclass
from typing import Literal

from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction

Role = Literal["owner", "admin", "member", "viewer"]


@dataclass(frozen=True, slots=True)
class Cast:
    owner: Actor
    colleague: Actor
    outsider: Actor


def gather_cast(db: Database) -> Cast:
    """Make both workspaces and their people in one transaction."""
    return db.write(_gather, SYSTEM)


def _gather(tx: Transaction) -> Cast:
    here = insert_workspace(tx, "Acme")
    elsewhere = insert_workspace(tx, "Elsewhere")
    return Cast(
        owner=Actor(here, insert_user(tx, here, "owner", "owner"), "request-of-owner"),
        colleague=Actor(here, insert_user(tx, here, "colleague", "member"), "request-of-colleague"),
        outsider=Actor(elsewhere, insert_user(tx, elsewhere, "outsider", "owner"), "request-of-outsider"),
    )


def insert_workspace(tx: Transaction, name: str) -> int:
    return tx.insert(
        """
        INSERT INTO workspaces (name, created_at, updated_at)
        VALUES (:name, :now, :now)
        RETURNING id
        """,
        name=name,
    )


def insert_user(tx: Transaction, workspace: int, name: str, role: Role) -> int:
    """A user who cannot log in: no password hashes to this. `tx` is of SYSTEM."""
    return tx.insert(
        """
        INSERT INTO users (workspace_id, email, name, name_key, role, password_hash, created_at, updated_at)
        VALUES (:of_workspace, :email, :name, :name_key, :role, '!', :now, :now)
        RETURNING id
        """,
        of_workspace=workspace,
        email=f"{name}@example.org",
        name=name.title(),
        name_key=name,
        role=role,
    )
