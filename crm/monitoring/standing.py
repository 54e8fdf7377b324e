"""How the whole server stands now: what is measured when somebody asks, beside what is counted."""

import shutil
from dataclasses import dataclass

from crm import clock
from crm.campaigns.sources.standing import PlatformStanding, measure_sources
from crm.config import Settings
from crm.conversations.backlog import Backlog, measure_backlog
from crm.db.actor import SYSTEM
from crm.db.backup.shelf import list_backups
from crm.db.database import Database
from crm.db.engine import Followers
from crm.db.health import database_state
from crm.db.heartbeat import is_beating
from crm.db.instance import load_instance
from crm.db.transaction import Transaction
from crm.documents.invoice_mails import INVOICE_MAILS
from crm.documents.mail_counts import count_mails
from crm.documents.quote_mails import QUOTE_MAILS
from crm.imports.imports import count_imports
from crm.web_forms.backlog import SubmissionBacklog, measure_submissions
from crm.web_forms.confirmations import FORM_MAILS
from crm.webhooks.backlog import DeliveryBacklog, measure_deliveries


@dataclass(frozen=True, slots=True)
class Standing:
    """Ages are in seconds, sizes in bytes. `backup_age` is that of the newest good backup, None where there
    is none; `sending_lag` and `arrival_lag` how long the oldest message waits, and
    `submission_lag` the oldest submission of a web form; `arrival_age` is how long ago the last message came,
    or a channel was connected that never received any, whichever is longer. `ad_sources` are by platform.
    """

    healthy: bool
    worker: bool
    database_bytes: int
    log_bytes: int
    disk_free: int
    disk_total: int
    backup_age: float | None
    backlog: Backlog
    sending_lag: float
    arrival_lag: float
    arrival_age: float | None
    mails: dict[str, int]
    imports: dict[str, int]
    deliveries: DeliveryBacklog
    submissions: SubmissionBacklog
    submission_lag: float
    ad_sources: dict[str, PlatformStanding]
    followers: Followers


def measure_standing(db: Database, settings: Settings) -> Standing:
    """Raises Busy."""
    disk = shutil.disk_usage(settings.sqlite_path.parent)
    counts = db.read(_counts, SYSTEM)
    backlog, submissions = counts.backlog, counts.submissions
    silent = (backlog.last_arrival_at, backlog.silent_since)
    return Standing(
        healthy=is_healthy(db),
        worker=is_beating(settings.sqlite_path),
        database_bytes=db.engine.data_bytes(),
        log_bytes=db.engine.log_bytes(),
        disk_free=disk.free,
        disk_total=disk.total,
        backup_age=backup_age(settings),
        backlog=backlog,
        sending_lag=_since(backlog.oldest_queued_at),
        arrival_lag=_since(backlog.oldest_arrival_at),
        arrival_age=max(map(_since, filter(None, silent)), default=None),
        mails=counts.mails,
        imports=counts.imports,
        deliveries=counts.deliveries,
        submissions=submissions,
        submission_lag=_since(submissions.oldest_waiting_at),
        ad_sources=counts.ad_sources,
        followers=db.engine.followers(),
    )


def is_healthy(db: Database) -> bool:
    return database_state(db) == "ok"


def backup_age(settings: Settings) -> float | None:
    instance = load_instance(settings.sqlite_path)
    ages = [
        backup.age.total_seconds()
        for backup in list_backups(settings.backup_dir)
        if backup.good and backup.is_of(instance)
    ]
    return min((age for age in ages if age >= 0), default=None)


@dataclass(frozen=True, slots=True)
class _Counts:
    """What the rooms count, at one moment."""

    backlog: Backlog
    mails: dict[str, int]
    imports: dict[str, int]
    deliveries: DeliveryBacklog
    submissions: SubmissionBacklog
    ad_sources: dict[str, PlatformStanding]


def _counts(tx: Transaction) -> _Counts:
    return _Counts(
        measure_backlog(tx),
        count_mails(tx, QUOTE_MAILS, INVOICE_MAILS, FORM_MAILS),
        count_imports(tx),
        measure_deliveries(tx),
        measure_submissions(tx),
        measure_sources(tx),
    )


def _since(moment: str | None) -> float:
    return max((clock.now() - clock.from_text(moment)).total_seconds(), 0.0) if moment else 0.0
