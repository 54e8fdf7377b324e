"""The worker's job: tell platforms of won leads; what is unsure again only where a repeat is dropped."""

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import structlog

from crm.campaigns.connections.sealed import open_connection
from crm.campaigns.conversions.claims import Claimed, claim_conversion, due_conversions
from crm.campaigns.conversions.destination import Access
from crm.campaigns.conversions.queueing import queue_conversions
from crm.campaigns.conversions.settling import (
    settle,
    settle_later,
    settle_no_access,
    settle_refused,
)
from crm.campaigns.platforms.description import Account, Answer, PullAgain, PullRefused, Request
from crm.campaigns.platforms.meta_graph import TokenRefused
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.restored import load_restored
from crm.errors import Busy, Full
from crm.secret_key import open_vault
from crm.vault import SealBroken, Vault
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from crm.campaigns.sources import fetching
else:
    fetching = WhenUsed("crm.campaigns.sources.fetching")

SECONDS = 20.0
UNREADABLE = "Its credentials cannot be read. Enter them again."
DEFECT = "It failed for a reason that the log has."

log = structlog.get_logger("crm.campaigns")


def tell_conversions(db: Database, settings: Settings) -> int:
    """Returns how many were tried. Nothing is told on restored data until a person has released it."""
    if load_restored(db.path) is not None:
        return 0
    queue_conversions(db)
    tried, spared = 0, set[int]()
    for due in db.read(due_conversions, SYSTEM):
        if due.connection_id in spared:
            continue
        claimed = db.write(claim_conversion, due.actor(), due)
        if claimed is not None:
            tried += 1
            if not _tell(db, settings, claimed):
                spared.add(due.connection_id)
    return tried


def _tell(db: Database, settings: Settings, claimed: Claimed) -> bool:
    """Whether more may be told to the same connection at once."""
    due, actor = claimed.due, claimed.due.actor()
    try:
        access = _access(db, settings, claimed)
        request = claimed.destination.request(access, claimed.event)
    except PullAgain as again:
        db.write(settle_later, actor, due, again.message, again.seconds, sure=claimed.first)
    except PullRefused as refused:
        db.write(settle_no_access, actor, due, claimed.connection, refused.message, sure=claimed.first)
    except SealBroken:
        db.write(settle_no_access, actor, due, claimed.connection, UNREADABLE, sure=claimed.first)
    else:
        return _send(db, claimed, request)
    return False


def _send(db: Database, claimed: Claimed, request: Request) -> bool:
    """An answer that is none of the platform's own leaves unsure whether it was taken."""
    due, actor, answer = claimed.due, claimed.due.actor(), None
    try:
        answer = fetching.fetch(request, fetching.ANYWHERE, SECONDS)
        claimed.destination.read(answer)
    except (Busy, Full):
        raise
    except PullAgain as again:
        sure = claimed.first and answer is not None and answer.status < 500 and _is_own(answer)
        db.write(settle_later, actor, due, again.message, again.seconds, sure=sure)
    except TokenRefused as refused:
        db.write(settle_no_access, actor, due, claimed.connection, refused.message, sure=claimed.first)
    except PullRefused as refused:
        db.write(settle_refused, actor, due, claimed.connection, refused.message, sure=claimed.first)
    except Exception:
        log.exception("a conversion could not be told", conversion=due.id)
        db.write(settle_later, actor, due, DEFECT, None, sure=False)
    else:
        db.write(settle, actor, due, "told", None)
        return True
    return False


def _is_own(answer: Answer) -> bool:
    """Whether the platform wrote it: one in between does not answer in JSON."""
    try:
        answer.json()
    except PullAgain:
        return False
    return True


def _access(db: Database, settings: Settings, claimed: Claimed) -> Access:
    """Logs in where the platform asks for it. Raises PullAgain, PullRefused and SealBroken."""
    connection, destination = claimed.connection, claimed.destination
    credentials = db.read(open_connection, claimed.due.actor(), _vault_of(settings), connection.id)
    if destination.log_in is not None and destination.read_log_in is not None:
        account = Account(
            base="",
            account=connection.account,
            credentials=credentials,
            options={"token_url": str(settings.google_token_url)},
            since=date.min,
            until=date.min,
        )
        answer = fetching.fetch(destination.log_in(account), fetching.ANYWHERE, SECONDS)
        credentials = {**credentials, **destination.read_log_in(answer)}
    base = str(getattr(settings, destination.setting)).rstrip("/")
    return Access(base, connection.account, credentials, connection.options)


@cache
def _vault_of(settings: Settings) -> Vault:
    return open_vault(settings)
