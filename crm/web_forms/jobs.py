"""The worker's jobs for web forms."""

from datetime import timedelta

from crm import clock
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.web_forms.confirming import send_confirmations
from crm.web_forms.projection import project_due

KEPT = timedelta(days=30)


def project_submissions(db: Database, _settings: Settings) -> int:
    return project_due(db)


def confirm_submissions(db: Database, settings: Settings) -> int:
    return send_confirmations(db, settings)


def forget_submissions(db: Database, _settings: Settings) -> int:
    """Those that were discarded long ago; returns how many."""
    return db.write(_forget, SYSTEM, clock.as_text(clock.now() - KEPT))


def _forget(tx: Transaction, before: str) -> int:
    """Of all workspaces. `tx` is of SYSTEM."""
    over = "SELECT id FROM web_form_submissions WHERE state = 'discarded' AND settled_at < :before"
    tx.run(f"DELETE FROM web_form_mails WHERE submission_id IN ({over})", before=before)
    return tx.run(
        "DELETE FROM web_form_submissions WHERE state = 'discarded' AND settled_at < :before", before=before
    )
