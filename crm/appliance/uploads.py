"""Take an uploaded file to import: save it and, if it is small, read and check it at once."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from crm.appliance.import_pieces import AT_ONCE
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Conflict, Invalid, Sentence
from crm.files.filenames import safe_name
from crm.imports.described import described
from crm.imports.fields import Correction, ImportMapping, ImportSettings
from crm.imports.import_row import Import
from crm.imports.imports import REFUSALS, Upload
from crm.imports.preparing import Choice, Prepared, Wishes, choice_of, prepare, wishes_of
from crm.imports.progress import find_job
from crm.imports.reading.staged import Facts, staged_facts
from crm.imports.spool import keep_file, remove_folder
from crm.imports.staging import READING, rows_folder, stage_file
from crm.slots import Slots

MEGABYTE = 1024 * 1024
SMALL = 8 * MEGABYTE
SECONDS = 20.0
CHUNK = 1024 * 1024
MOST_MENDED = 10_000
TOO_MANY = Sentence("may be at most {n}; correct the file and upload it again", n=MOST_MENDED)

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
    desk.db.read(described, desk.actor, options.records)
    folder, size = keep_file(desk.settings, stream, desk.settings.max_import_mb * MEGABYTE, name)
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


def prepared_at_once(
    desk: Desk, folder: str, size: int, wishes: Wishes, *, keep: ImportSettings | None = None
) -> Prepared | None:
    """None for a file that is large or slow to read. What was read with the options `keep` stays."""
    if size > SMALL:
        return None
    with _slots.taken():
        facts = stage_file(desk.settings, folder, wishes.options, SECONDS, keep=keep)
    return _checked(desk, rows_folder(desk.settings, folder, wishes.options), facts, wishes)


def _checked(desk: Desk, folder: Path, facts: Facts | None, wishes: Wishes) -> Prepared | None:
    if facts is None or facts.rows > AT_ONCE:
        return None
    return prepare(desk.db, desk.actor, folder, facts, wishes)


def remap(desk: Desk, found: Import, mapping: ImportMapping) -> tuple[Wishes, Prepared | None]:
    """Check the file again with the new mapping. Raises Invalid, and Conflict if it is not ready."""
    return _checked_again(desk, found, wished(found, mapping))


def mend(
    desk: Desk, found: Import, corrections: Iterable[Correction], left_out: Mapping[int, bool]
) -> tuple[Wishes, Prepared | None]:
    """Check the file again with further cells corrected, and rows left out (True) or taken back (False).

    Raises Invalid if that is too much to keep, and Conflict if the import is not ready.
    """
    before = wishes_of(found.options, choice_of(found.columns))
    mended = {(each.row, each.column): each for each in (*before.corrections, *corrections)}
    without = {*before.without, *(row for row, out in left_out.items() if out)}
    without -= {row for row, out in left_out.items() if not out}
    if len(mended) > MOST_MENDED or len(without) > MOST_MENDED:
        raise Invalid.field("corrections", TOO_MANY)
    wishes = replace(before, corrections=tuple(mended.values()), without=frozenset(without))
    return _checked_again(desk, found, wishes)


def _checked_again(desk: Desk, found: Import, wishes: Wishes) -> tuple[Wishes, Prepared | None]:
    job = desk.db.read(find_job, desk.actor, found.id)
    if job is None or found.state != "ready":
        raise Conflict(REFUSALS[found.state], {"state": found.state})
    before = wishes_of(found.options, None)
    if any(getattr(before.options, name) != getattr(wishes.options, name) for name in READING):
        return wishes, prepared_at_once(desk, job.folder, found.size, wishes, keep=before.options)
    folder = rows_folder(desk.settings, job.folder, wishes.options)
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
