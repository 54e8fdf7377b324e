"""The worker's jobs for web forms."""

from datetime import timedelta

from crm import clock
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.db.transaction import Transaction
from crm.files.uploads import remove_content
from crm.web_forms.confirming import send_confirmations
from crm.web_forms.kept_files import forget_files
from crm.web_forms.projection import project_due

KEPT = timedelta(days=30)
DISCARDED = "SELECT id FROM web_form_submissions WHERE state = 'discarded' AND settled_at < :before"
UNCONFIRMED = "SELECT id FROM web_form_submissions WHERE state = 'unconfirmed' AND received_at < :before"


def project_submissions(db: Database, _settings: Settings) -> int:
    return project_due(db)


def confirm_submissions(db: Database, settings: Settings) -> int:
    return send_confirmations(db, settings)


def forget_submissions(db: Database, settings: Settings) -> int:
    """Those that were discarded long ago, or that nobody has confirmed for as long; returns how many. A crash
    on the way leaves contents that no row names, which are collected like all such.
    """
    before = clock.as_text(clock.now() - KEPT)
    found = [db.write(_forget, SYSTEM, over, before) for over in (DISCARDED, UNCONFIRMED)]
    for stored_name in (name for _count, names in found for name in names):
        remove_content(file_store(settings), stored_name)
    return sum(count for count, _names in found)


def _forget(tx: Transaction, over: str, before: str) -> tuple[int, list[str]]:
    """Of all workspaces, with the stored names of their files. `tx` is of SYSTEM."""
    names = forget_files(tx, over, before)
    tx.run(f"DELETE FROM web_form_mails WHERE submission_id IN ({over})", before=before)
    return tx.run(f"DELETE FROM web_form_submissions WHERE id IN ({over})", before=before), names
