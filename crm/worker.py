"""The worker: one loop that runs each due job at its interval; slow jobs run in a second loop."""

import os
import signal
import threading
import time
from collections.abc import Sequence
from datetime import timedelta

import structlog

from crm import clock
from crm.accounts.expiry import prune_expired
from crm.appliance.backups import back_up_when_due
from crm.appliance.conversions import convert_custom_fields
from crm.appliance.duplicates import find_duplicates
from crm.appliance.erasures import finish_erasures
from crm.appliance.imports import forget_imports, work_on_imports
from crm.appliance.reindexing import rebuild_searches
from crm.appliance.retention import apply_retention
from crm.campaigns.conversions.jobs import tell_conversions
from crm.campaigns.jobs import LateCredit, roll_up_months
from crm.campaigns.lead_ads.jobs import fetch_leads
from crm.campaigns.sources.jobs import collect_sources
from crm.config import Settings
from crm.conversations.jobs import (
    decide_deliveries,
    fetch_media,
    project_arrivals,
    send_messages,
    wake_conversations,
)
from crm.conversations.reconciling import reconcile_all
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.heartbeat import beat
from crm.db.idempotency import forget_answers
from crm.db.instance_lock import hold_worker
from crm.db.leading import AlwaysHeld, Lease, lease_of
from crm.db.search_upkeep import tidy_searches
from crm.documents.mailing import send_mails
from crm.files.tidying import collect_orphans, missing_files, purge_files
from crm.imports.advertising.working import forget_report_files, work_on_report_files
from crm.kinds import KINDS, open_database
from crm.lane import QUICK, Job, Lane
from crm.monitoring.metrics_port import open_metrics_port
from crm.monitoring.publishing import Publisher
from crm.monitoring.watching import Watch, call_heartbeat
from crm.program import has_changed
from crm.records.kinds import Kinds
from crm.signals import Signals
from crm.web_forms.jobs import confirm_submissions, forget_submissions, project_submissions
from crm.webhooks.jobs import forget_deliveries, project_webhooks, send_webhooks
from crm.webhooks.turns import LANES

STANDBY_SECONDS = 2.0
BEAT_SECONDS = 10.0
GRACE_SECONDS = 25.0
MOST_READERS = 3
ANSWERS_KEPT = timedelta(days=2)
SLOW, REBUILDING = "slow", "rebuilding"
STOP = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})

log = structlog.get_logger("crm.worker")


def forget_old_answers(db: Database, _settings: Settings) -> int:
    """The answers kept for repeated requests, once nobody repeats them any more."""
    return db.write(forget_answers, SYSTEM, clock.as_text(clock.now() - ANSWERS_KEPT))


def forget_what_is_over(db: Database, _settings: Settings) -> int:
    """Sessions, invitations, known browsers and counted guesses whose time has ended."""
    return db.write(prune_expired, SYSTEM)


def keep_searches_merged(db: Database, _settings: Settings) -> bool:
    return tidy_searches(db)


def watch_program(_db: Database, _settings: Settings) -> None:
    if has_changed():
        log.warning("another version of the program is on the disk; restart Holdfast to run it")


WATCH = Watch()
JOBS = (
    Job("project what arrived", 0.4, project_arrivals, lane="arrivals"),
    Job("decide whose a delivery is", 0.4, decide_deliveries, lane="deciding"),
    Job("send messages", 0.4, send_messages, lane="sending"),
    Job("project webhooks", 0.4, project_webhooks, lane="telling"),
    *(
        Job("send webhooks", 0.4 if number <= 4 else 1, send_webhooks, lane=f"webhooks {number}")
        for number in range(1, LANES + 1)
    ),
    Job("forget deliveries of webhooks", 3600, forget_deliveries),
    Job("send e-mail", 1, send_mails, lane="mail"),
    Job("project submissions", 0.4, project_submissions, lane="submissions"),
    Job("confirm submissions", 1, confirm_submissions, lane="mail"),
    Job("forget submissions", 3600, forget_submissions),
    Job("fetch media", 2, fetch_media, lane="fetching"),
    Job("wake snoozed conversations", 20, wake_conversations),
    Job("work on imports", 0.5, work_on_imports, lane="importing"),
    Job("work on files of figures", 1, work_on_report_files, lane="figures"),
    Job("collect sources of figures", 5, collect_sources, lane="collecting"),
    Job("fetch leads of advertisements", 1, fetch_leads, lane="lead ads"),
    Job("tell conversions", 5, tell_conversions, lane="conversions"),
    Job("forget files of figures", 3600, forget_report_files, lane="figures"),
    Job("finish erasures", 5, finish_erasures, lane="erasing"),
    Job("erase by rule", 600, apply_retention, lane="erasing"),
    Job("find duplicates", 5, find_duplicates, lane="duplicates"),
    Job("sum up campaigns", 20, roll_up_months, lane="campaigns"),
    Job("credit touches", 20, LateCredit().credit_touches, lane="campaigns"),
    Job("forget imports", 3600, forget_imports, lane="importing"),
    Job("reconcile conversations", 86_400, reconcile_all, lane=SLOW),
    Job("watch the program", 600, watch_program),
    Job("forget old answers", 3600, forget_old_answers),
    Job("forget what is over", 3600, forget_what_is_over),
    Job("purge deleted files", 3600, purge_files),
    Job("collect orphaned files", 86_400, collect_orphans, lane=SLOW),
    Job("miss files", 86_400, missing_files, lane=SLOW),
    Job("back up when due", 300, back_up_when_due, lane=SLOW),
    Job("watch figures", 15, WATCH.watch_figures, lane="watching", at_once=True),
    Job("call the heartbeat", 60, call_heartbeat, lane="watching", at_once=True),
    Job("rebuild searches", 5, rebuild_searches, lane=REBUILDING),
    Job("convert custom fields", 2, convert_custom_fields, lane="converting"),
    Job("keep searches merged", 20, keep_searches_merged, lane=SLOW),
)


class Worker:
    def __init__(
        self,
        settings: Settings,
        jobs: Sequence[Job] = JOBS,
        kinds: Kinds = KINDS,
        lease: Lease | None = None,
    ) -> None:
        self._lease = lease or AlwaysHeld()
        self._path = settings.sqlite_path
        self._settings = settings
        self._database = open_database(_with_few_readers(settings), kinds)
        self._database.statistics.polls = True
        self._publisher = Publisher(self._database, "worker", WATCH.certificate_ends)
        runs = self._publisher.jobs
        self._lanes = {
            name: Lane((job for job in jobs if job.lane == name), self._database, settings, runs, self._leads)
            for name in {job.lane for job in jobs} | {QUICK}
        }
        self._stopping = threading.Event()
        self._beat_due = 0.0

    def run(self, signals: Signals, parent: int) -> None:
        """Until a signal says stop, or the process that started this one is gone."""
        beside = [
            threading.Thread(target=self._run_lane, args=(lane,), name=f"{name} tasks", daemon=True)
            for name, lane in self._lanes.items()
            if name != QUICK
        ]
        self._beat()  # who watches at once finds it alive
        for thread in beside:
            thread.start()
        metrics = open_metrics_port(self._database, self._settings)
        log.info("worker started")
        quick = self._lanes[QUICK]
        while os.getppid() == parent and self._leads():
            self._beat()
            quick.run_due()
            if signals.wait(quick.sleep()) & STOP:
                break
        self._stopping.set()
        if metrics is not None:
            metrics.shutdown()
        ends = time.monotonic() + GRACE_SECONDS
        for thread in beside:
            thread.join(max(0.0, ends - time.monotonic()))
        self._database.close()
        log.info("worker stopped")

    def _leads(self) -> bool:
        return self._lease.held

    def _beat(self) -> None:
        if self._beat_due <= time.monotonic():
            beat(self._path)
            self._beat_due = time.monotonic() + BEAT_SECONDS

    def _run_lane(self, lane: Lane) -> None:
        while not self._stopping.wait(lane.sleep()):
            lane.run_due()


def _with_few_readers(settings: Settings) -> Settings:
    """Its lanes look for work all at once, and read briefly; each reader of the file takes 1 MB."""
    if settings.database_url is not None:
        return settings
    most = min(settings.db_pool_max, MOST_READERS)
    return settings.model_copy(update={"db_pool_max": most, "db_pool_min": min(settings.db_pool_min, most)})


def run_worker(settings: Settings, parent: int) -> None:
    """Raises StartRefused when another worker runs in the same folder: each job is done once.

    On a server it waits until it leads; where it does not any more, it ends, and is started anew.
    """
    signals = Signals(*STOP)
    hold_worker(settings.sqlite_path)
    lease = lease_of(settings)
    while not lease.take():
        beat(settings.sqlite_path)
        if os.getppid() != parent or signals.wait(STANDBY_SECONDS) & STOP:
            return
    try:
        Worker(settings, lease=lease).run(signals, parent)
    finally:
        lease.give_up()
