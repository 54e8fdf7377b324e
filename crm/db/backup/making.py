"""Making a backup, from the lock to the test restore; a failure leaves nothing that counts as a backup."""

import tempfile
from contextlib import suppress
from pathlib import Path

import apsw

from crm import clock
from crm.db.backup.filling import check_space, fill_backup
from crm.db.backup.manifest import Manifest
from crm.db.backup.plan import Plan
from crm.db.backup.report import BackupFailed, Report
from crm.db.backup.retention import remove_surplus
from crm.db.backup.shelf import (
    CHECKS,
    DRAFT_PREFIX,
    locked_shelf,
    new_name,
    note_check,
    note_run,
)
from crm.db.backup.trial import restore_on_trial
from crm.db.backup.uploads import (
    HOW_TO_MEND,
    UploadsLost,
    listed,
    remove_folder,
)
from crm.db.durable_files import sync_folder
from crm.db.file_stores.store import StoreAway
from crm.db.instance import load_instance
from crm.db.refusal import StartRefused
from crm.db.sqlite.failures import translate
from crm.errors import DENIED, CrmError, system_reason, system_words

WAIT_SECONDS = 10.0


def make_backup(plan: Plan, report: Report) -> Path:
    """The folder of a new backup that was restored on trial. Raises BackupFailed, or another CrmError.

    Of a good one the last run still tells a problem when files were lost in use.
    """
    started = clock.timestamp()
    plan.source.must_exist()
    _make_shelf(plan.shelf)
    with locked_shelf(plan.shelf), plan.source.present():
        report.step(f"lock: taken in {plan.shelf}")
        try:
            plan.source.check()
            folder, healed = _make_patiently(plan, report)
            note_run(plan.shelf, started, name=folder.name, problem=_warning(healed))
        except (CrmError, StartRefused, OSError, apsw.Error) as error:
            failure = _failure_of(error)
            with suppress(OSError):
                note_run(plan.shelf, started, problem=failure.message)
            raise failure from error
    return folder


def _failure_of(error: Exception) -> CrmError:
    if isinstance(error, apsw.Error):
        error = translate(error)
    match error:
        case StoreAway():
            return BackupFailed(f"The store of files at {error.address} does not answer: {error.reason}.")
        case CrmError():
            return error
        case OSError():
            return BackupFailed(f"The backup failed: {system_words(error)}.{_advice(error)}")
        case _:
            return BackupFailed(f"The database in use cannot be read: {error} Run crm doctor for details.")


def _advice(error: OSError) -> str:
    denied = error.errno in DENIED
    return " crm doctor names the command that mends it." if denied else ""


def _make_shelf(shelf: Path) -> None:
    try:
        (shelf / CHECKS).mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BackupFailed(f"{shelf} cannot be written: {system_reason(error)}.") from error


def _make_patiently(plan: Plan, report: Report) -> tuple[Path, list[str]]:
    try:
        return _make(plan, report)
    except UploadsLost as error:
        report.step(f"again: {error} It may have been given up just now; taking another copy")
        return _make(plan, report)


def _make(plan: Plan, report: Report) -> tuple[Path, list[str]]:
    """Returns the new backup, and the files that had to be taken from the previous one."""
    for leftover in plan.shelf.glob(f"{DRAFT_PREFIX}*"):
        remove_folder(leftover)
    check_space(plan, report)
    name = new_name()
    draft, folder = plan.shelf / f"{DRAFT_PREFIX}{name}", plan.shelf / name
    draft.mkdir(mode=0o700)
    try:
        manifest, healed = fill_backup(plan, draft, report)
        draft.rename(folder)
        sync_folder(plan.shelf)
        report.step(f"named: {name}")
    except BaseException:
        remove_folder(draft)
        raise
    _try_restore(plan, folder, manifest, report)
    note_check(folder)
    gone = remove_surplus(plan.shelf, plan.retention, clock.now(), load_instance(plan.places.database))
    report.step(f"retention: {len(gone)} old backups removed" + "".join(f", {name}" for name in gone))
    return folder, healed


def _warning(healed: list[str]) -> str:
    if not healed:
        return ""
    return (
        "uploaded files are missing or damaged in use, and were taken from the previous backup: "
        f"{listed(healed)}. Bring them back: {HOW_TO_MEND}."
    )


def _try_restore(plan: Plan, folder: Path, manifest: Manifest, report: Report) -> None:
    """Restore it into a temporary folder, as a real restore would. One that fails is marked as bad."""
    trial = Path(tempfile.mkdtemp(prefix=f"{DRAFT_PREFIX}trial-", dir=plan.shelf))
    try:
        facts = restore_on_trial(folder, manifest, trial, plan.inspect, report)
    except (CrmError, OSError, RuntimeError, apsw.Error) as error:
        note_check(folder, f"the trial restore failed: {error}")
        raise BackupFailed(f"The trial restore of {folder.name} failed: {error}") from error
    finally:
        remove_folder(trial)
    report.step(f"trial restore: {facts} rows, opened and written as the server does")
