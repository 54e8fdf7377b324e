"""The worker's job: collect the sources that are due; one that fails leaves the others whole."""

from functools import cache
from typing import TYPE_CHECKING

import structlog

from crm.campaigns.platform_rows import cut
from crm.campaigns.platforms.description import Account, Answer, PullAgain, PullRefused, Request
from crm.campaigns.platforms.known import PLATFORMS
from crm.campaigns.sources.claims import ClaimedSource, claim_source, due_sources
from crm.campaigns.sources.kept_pages import KeptPages
from crm.campaigns.sources.pulling import Pulled, pull, wait
from crm.campaigns.sources.sealed_credentials import open_credentials
from crm.campaigns.sources.settling import Counts, settle_again, settle_failed, settle_piece
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.restored import load_restored
from crm.errors import Busy, CrmError, Full
from crm.secret_key import open_vault
from crm.vault import SealBroken, Vault
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from crm.campaigns.sources import fetching
else:
    fetching = WhenUsed("crm.campaigns.sources.fetching")

PIECE = 10_000
UNREADABLE = "Its credentials cannot be read. Enter them again."

log = structlog.get_logger("crm.campaigns")


def collect_sources(db: Database, settings: Settings) -> int:
    """Returns how many were tried. Nothing is asked on restored data until a person has released it."""
    if load_restored(db.path) is not None:
        return 0
    tried = 0
    for row in db.read(due_sources, SYSTEM):
        claimed = db.write(claim_source, Actor(row["workspace_id"], None), row["id"])
        if claimed is not None:
            tried += 1
            _collect(db, settings, claimed)
    return tried


def _collect(db: Database, settings: Settings, claimed: ClaimedSource) -> None:
    """Whatever happens to one source, the others go on."""
    actor = claimed.actor()
    try:
        _run(db, settings, claimed)
    except PullAgain as again:
        db.write(settle_again, actor, claimed, again.message, again.seconds, pending=again.pending)
    except PullRefused as refused:
        db.write(settle_failed, actor, claimed, refused.message)
    except SealBroken:
        db.write(settle_failed, actor, claimed, UNREADABLE)
    except (Busy, Full):
        log.warning("a source of figures is put off", source_id=claimed.source.id)
    except CrmError as error:
        db.write(settle_failed, actor, claimed, error.message)
    except Exception:
        log.exception("a source of figures failed", source_id=claimed.source.id)
        db.write(settle_failed, actor, claimed, "It failed for a reason that the log has.")


def _run(db: Database, settings: Settings, claimed: ClaimedSource) -> None:
    source = claimed.source
    platform = PLATFORMS[source.platform]
    credentials = db.read(open_credentials, claimed.actor(), _vault_of(settings), source.id)
    account = Account(
        base=str(getattr(settings, platform.setting)).rstrip("/") if platform.setting else "",
        account=source.account or "",
        credentials=credentials,
        options={**source.options, "token_url": str(settings.google_token_url)},
        since=claimed.since,
        until=claimed.until,
        currency=source.currency or "",
    )
    allowed = fetching.ANYWHERE if platform.setting else settings.webhook_allowed_ranges

    def fetch(request: Request) -> Answer:
        return fetching.fetch(request, allowed)

    kept = KeptPages(db, _vault_of(settings), claimed)
    try:
        pulled = pull(platform, account, fetch, wait, kept)
    except PullRefused:
        if not kept.used:
            raise
        kept.forget()  # the cursor behind the kept pages may have ended
        pulled = pull(platform, account, fetch, wait, kept)
    _settle(db, claimed, pulled)


def _settle(db: Database, claimed: ClaimedSource, pulled: Pulled) -> None:
    """In pieces, each whole: other writers come in between."""
    pieces = cut(pulled.rows, PIECE) or [[]]
    counts: Counts | None = Counts(left_out=pulled.left_out)
    for number, piece in enumerate(pieces, start=1):
        if counts is not None:
            last = number == len(pieces)
            counts = db.write(settle_piece, claimed.actor(), claimed, piece, counts, last=last)


@cache
def _vault_of(settings: Settings) -> Vault:
    return open_vault(settings)
