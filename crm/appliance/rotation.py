"""Replacing the key: all secrets are encrypted again and everybody is logged out, in one transaction."""

from dataclasses import dataclass

from crm.accounts.sessions import end_all_sessions
from crm.accounts.workspaces import list_workspaces
from crm.activity.activity import record
from crm.campaigns.connections.sealed import reseal_connections
from crm.campaigns.sources.sealed_credentials import reseal_sources
from crm.config import Settings
from crm.conversations.channels.resealing import Resealed, reseal_numbers
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.secret_key import finish_rotation, prepare_rotation
from crm.vault import Vault
from crm.webhooks.sealed_secrets import reseal_webhooks


@dataclass(frozen=True, slots=True)
class Rotated:
    """`unreadable_…`: their secrets were sealed by a key that is not there, and must be replaced."""

    resealed: Resealed
    sessions: int
    unreadable_webhooks: int
    unreadable_sources: int
    unreadable_connections: int


def rotate_key(settings: Settings, db: Database) -> Rotated:
    """No server may run meanwhile: it would hold the old key. After a kill, run it again.

    The new key is kept first, beside the old one; both open until the last step.
    """
    vault = prepare_rotation(settings)
    rotated = db.write(_rotate, SYSTEM, vault)
    finish_rotation(settings)
    return rotated


def _rotate(tx: Transaction, vault: Vault) -> Rotated:
    rotated = Rotated(
        reseal_numbers(tx, vault),
        end_all_sessions(tx),
        reseal_webhooks(tx, vault),
        reseal_sources(tx, vault),
        reseal_connections(tx, vault),
    )
    for workspace in list_workspaces(tx):
        inside = tx.acting_as(Actor(workspace.id, None, tx.actor.request_id))
        record(inside, "workspace.key_replaced", "workspace", workspace.id)
    return rotated
