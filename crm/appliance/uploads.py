"""Take an uploaded file to import: save it and, if it is small, read and check it at once."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from crm.appliance.imports import AT_ONCE
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Conflict
from crm.files.filenames import safe_name
from crm.imports.fields import ImportMapping, ImportSettings
from crm.imports.import_row import Import
from crm.imports.imports import REFUSALS, Upload
from crm.imports.preparing import Choice, Prepared, Wishes, choice_of, prepare, wishes_of
from crm.imports.progress import find_job
from crm.imports.reading.staged import Facts, staged_facts
from crm.imports.spool import READING, folder_of, keep_file, remove_folder, stage_file
from crm.slots import Slots

MEGABYTE = 1024 * 1024
SMALL = 8 * MEGABYTE
SECONDS = 20.0
CHUNK = 1024 * 1024

_slots = Slots(
    1,
    waiting=3,
    seconds=SECONDS,
    refusal="Other files are being read. Please try again in a moment.",
    retry_after=10,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What an upload needs: the database, the settings, and who uploads."""

    db: Database
    settings: Settings
    actor: Actor


def receive(
    desk: Desk, stream: IO[bytes], name: str, options: ImportSettings
) -> tuple[Upload, Wishes, Prepared | None]:
    """Prepared is None if the worker must prepare it. Raises Invalid, TooLarge, Full and Busy."""
    folder, size = keep_file(desk.settings, stream, desk.settings.max_import_mb * MEGABYTE)
    wishes = Wishes(options)
    upload = Upload(safe_name(name), size, _digest(stream), folder)
    try:
        return upload, wishes, prepared_at_once(desk, folder, size, wishes)
    except BaseException:
        discard(desk.settings, upload)
        raise


def discard(settings: Settings, upload: Upload) -> None:
    """Remove the file of an import that was not created after all."""
    remove_folder(settings, upload.folder)


def _digest(stream: IO[bytes]) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def prepared_at_once(desk: Desk, folder: str, size: int, wishes: Wishes) -> Prepared | None:
    """None for a file that is large or slow to read."""
    if size > SMALL:
        return None
    with _slots.taken():
        facts = stage_file(desk.settings, folder, wishes.options, SECONDS)
    return _checked(desk, folder_of(desk.settings, folder), facts, wishes)


def _checked(desk: Desk, folder: Path, facts: Facts | None, wishes: Wishes) -> Prepared | None:
    if facts is None or facts.rows > AT_ONCE:
        return None
    return prepare(desk.db, desk.actor, folder, facts, wishes)


def remap(desk: Desk, found: Import, mapping: ImportMapping) -> tuple[Wishes, Prepared | None]:
    """Check the file again with the new mapping. Raises Invalid, and Conflict if it is not ready."""
    job = desk.db.read(find_job, desk.actor, found.id)
    if job is None or found.state != "ready":
        raise Conflict(REFUSALS[found.state], {"state": found.state})
    wishes = wished(found, mapping)
    before = wishes_of(found.options, None)
    if any(getattr(before.options, name) != getattr(wishes.options, name) for name in READING):
        return wishes, prepared_at_once(desk, job.folder, found.size, wishes)
    folder = folder_of(desk.settings, job.folder)
    return wishes, _checked(desk, folder, staged_facts(folder), wishes)


def wished(found: Import, mapping: ImportMapping) -> Wishes:
    """Parts left out of the mapping stay as they are; the columns do not, if the file is read anew."""
    before = wishes_of(found.options, choice_of(found.columns))
    options = mapping.options or before.options
    if mapping.columns is not None:
        columns: Choice | None = {each.column: (each.field, each.label) for each in mapping.columns}
    else:
        same = all(getattr(options, name) == getattr(before.options, name) for name in (*READING, "records"))
        columns = before.columns if same else None
    corrections = before.corrections if mapping.corrections is None else tuple(mapping.corrections)
    without = before.without if mapping.left_out_rows is None else frozenset(mapping.left_out_rows)
    return Wishes(options, columns, corrections, without)
