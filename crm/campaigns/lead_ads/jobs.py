"""The worker's job: fetch the leads that deliveries told of, as patiently as messages are sent."""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import structlog

from crm import clock
from crm.campaigns.connections.connection import Connection, find_connection, is_as_read, note_problem
from crm.campaigns.connections.sealed import open_connection
from crm.campaigns.lead_ads.arrivals import put_off_waiting
from crm.campaigns.lead_ads.meta_leads import FetchedLead, ask_for_lead, read_lead
from crm.campaigns.lead_ads.settling import Due, settle_fetched, settle_later, settle_refused
from crm.campaigns.platforms.description import PullAgain, PullRefused
from crm.campaigns.platforms.meta_graph import TokenRefused
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.restored import load_restored
from crm.db.transaction import Transaction
from crm.errors import Busy, CrmError, Full
from crm.secret_key import open_vault
from crm.vault import SealBroken, Vault
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from crm.campaigns.sources import fetching
else:
    fetching = WhenUsed("crm.campaigns.sources.fetching")

BATCH = 50
HELD_UP = timedelta(hours=1)
SECONDS = 20.0
UNREADABLE = "Its credentials cannot be read. Enter them again."
DEFECT = "It failed for a reason that the log has."

log = structlog.get_logger("crm.campaigns")


def fetch_leads(db: Database, settings: Settings) -> int:
    """Returns how many were tried. Nothing is asked on restored data until a person has released it."""
    if load_restored(db.path) is not None:
        return 0
    tried, held_up = 0, set[int]()
    for due in db.read(_due, SYSTEM):
        if due.connection_id not in held_up and db.read(_is_due, due.actor(), due.id):
            tried += 1
            if not _fetch(db, settings, due):
                held_up.add(due.connection_id)
    return tried


def _fetch(db: Database, settings: Settings, due: Due) -> bool:
    """Whether more may be asked of the same page at once. Whatever happens to one lead, the others go on."""
    actor = due.actor()
    connection = db.read(find_connection, actor, due.connection_id)
    if connection is None or not connection.active or connection.deleted_at is not None:
        db.write(_wait_for_connection, actor, due)
        return True
    try:
        db.write(settle_fetched, actor, due, _ask(db, settings, due))
    except (Busy, Full):
        raise
    except PullAgain as again:
        db.write(settle_later, actor, due, again.message, again.seconds)
    except TokenRefused as refused:
        db.write(_hold_up, actor, due, connection, refused.message)
    except SealBroken:
        db.write(_hold_up, actor, due, connection, UNREADABLE)
    except (PullRefused, CrmError) as refused:
        db.write(_refuse, actor, due, connection, str(refused.message))
    except Exception:
        log.exception("a lead of an advertisement could not be fetched", arrival=due.id)
        db.write(settle_later, actor, due, DEFECT, None)
    else:
        return True
    return False


def _ask(db: Database, settings: Settings, due: Due) -> FetchedLead:
    credentials = db.read(open_connection, due.actor(), _vault_of(settings), due.connection_id)
    base = str(settings.meta_ads_url).rstrip("/")
    request = ask_for_lead(base, credentials["access_token"], due.leadgen_id)
    return read_lead(fetching.fetch(request, fetching.ANYWHERE, SECONDS), due.leadgen_id)


def _due(tx: Transaction) -> list[Due]:
    """Of all workspaces. `tx` is of SYSTEM."""
    rows = tx.tuples(
        """
        SELECT id, workspace_id, connection_id, leadgen_id, attempts, received_at
          FROM lead_ad_arrivals
         WHERE state = 'waiting'
           AND due_at <= :now
         ORDER BY due_at, id
         LIMIT :batch
        """,
        batch=BATCH,
    )
    return [Due(*row) for row in rows]


def _is_due(tx: Transaction, arrival_id: int) -> bool:
    """Still: one before it may have put off all of its connection."""
    return bool(
        tx.value(
            """
            SELECT 1
              FROM lead_ad_arrivals
             WHERE workspace_id = :workspace_id
               AND id = :arrival_id
               AND state = 'waiting'
               AND due_at <= :now
            """,
            arrival_id=arrival_id,
        )
    )


def _hold_up(tx: Transaction, due: Due, connection: Connection, problem: str) -> None:
    """A person must mend the connection; what waits is tried at once then, and each hour until then. Where
    they did so while the platform was asked, it stays due.
    """
    if is_as_read(tx, connection):
        note_problem(tx, due.connection_id, problem)
        _wait_for_connection(tx, due)


def _refuse(tx: Transaction, due: Due, connection: Connection, problem: str) -> None:
    """It stays due where the platform was asked by what a person changed meanwhile."""
    if is_as_read(tx, connection):
        settle_refused(tx, due, problem)


def _wait_for_connection(tx: Transaction, due: Due) -> None:
    """Also while it is switched off or deleted: it waits until that is undone."""
    put_off_waiting(tx, due.connection_id, clock.later(tx.now, HELD_UP))


@cache
def _vault_of(settings: Settings) -> Vault:
    return open_vault(settings)
