"""Files of records: rows for the content in the uploads folder."""

from dataclasses import dataclass, fields

from crm.activity import activity
from crm.db.keyset import Page, PageStart, read_page
from crm.db.list_parts import Condition, Listed, ListRow, Looked, Order, Part, Sort
from crm.db.list_plan import read_rows
from crm.db.transaction import Row, Transaction
from crm.errors import NotFound, Sentence
from crm.files.uploads import Upload
from crm.records.kinds import kinds_of
from crm.records.passages import rebuild_passage
from crm.records.searched_text import Passages
from crm.records.seen import only_seen, seen_parts
from crm.records.skeleton import Skeleton, existing, facts_of, given_facts, in_trash, live, refuse_stale
from crm.records.subjects import require_live_subject, subject_lives, subject_name, touch_subject
from crm.records.tombstones import set_deleted_at

PASSAGES = Passages("p.name", "p.deleted_at IS NULL AND p.purpose = 'attachment'")
FACTS, MOVED = ("name", "media_type", "size", "sha256"), ("purpose", "width", "height")
FILE_RECORD = Skeleton("file", "files", Sentence("file"), facts=FACTS, moved=MOVED)


@dataclass(frozen=True)
class File:
    """`purpose` is attachment or picture; `width` and `height` are set for pictures of either.

    `subject` is the kind of the record that it belongs to. `client_id` and `client_name` are set if that is
    a client.
    """

    id: int
    subject: str
    subject_id: int
    subject_name: str | None
    client_id: int | None
    client_name: str | None
    purpose: str
    name: str
    media_type: str
    size: int
    sha256: str
    width: int | None
    height: int | None
    uploaded_by: int | None
    uploaded_by_name: str | None
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None


OWN = ("stored_name", "purged_at")
COLUMNS = tuple(field.name for field in fields(File) if field.name not in {"client_id", "client_name"})
"""Those of `file_columns`, in its order."""


def file_columns(tx: Transaction) -> str:
    return f"""
       f.id, f.subject, f.subject_id, {subject_name(tx, "files", "f")} AS subject_name, f.purpose, f.name,
       f.media_type, f.size, f.sha256, f.width, f.height, f.uploaded_by,
       (SELECT u.name FROM users u
         WHERE u.workspace_id = :workspace_id AND u.id = f.uploaded_by) AS uploaded_by_name,
       f.version, f.created_at, f.updated_at, f.deleted_at
"""


def get_file(tx: Transaction, file_id: int) -> File:
    """A live file of a live record. Raises NotFound."""
    return as_file(_find(tx, file_id, wanted_live=True))


def stored_name_of(tx: Transaction, file_id: int, *, anywhere: bool = False) -> tuple[File, str]:
    """A live file, of a live record unless `anywhere`, and where its content is in the uploads folder."""
    row = _find(tx, file_id, wanted_live=True, anywhere=anywhere)
    return as_file(row), str(row["stored_name"])


NEWEST = Order("created_at", descending=True)
SORTS = {"created_at": Sort(("f.id",), (int,))}


def list_files(
    tx: Transaction,
    *,
    of: tuple[str, int] | None = None,
    deleted: bool = False,
    limit: int,
    cursor: str | None = None,
) -> Page[File]:
    """The attachments of one record, such as ("client", 42), or of all, newest first.

    Raises NotFound if the record does not exist.
    """
    if of is not None:
        require_live_subject(tx, "files", *of)
    listed = _listed(tx, deleted=deleted)
    parts = [_of(tx, of), *seen_parts(tx, "file", "f")]

    def fetch(place: PageStart) -> Looked[ListRow]:
        way = NEWEST.turned(place.back)
        return read_rows(tx, listed, parts, way, after=place.keys, limit=limit + 1)

    page = read_page(fetch, cursor, SORTS["created_at"].shape, limit, lambda row: row[-1:])
    files = [as_file(dict(zip(COLUMNS, row[:-1], strict=True))) for row in page.rows]
    return Page(files, page.next, page.previous)


def _listed(tx: Transaction, *, deleted: bool) -> Listed:
    """Without files whose content was purged."""
    state = "f.deleted_at IS NOT NULL AND f.purged_at IS NULL" if deleted else "f.deleted_at IS NULL"
    among = f"f.purpose = 'attachment' AND {state}"
    return Listed("files", "f", file_columns(tx), SORTS, among=among)


def _of(tx: Transaction, of: tuple[str, int] | None) -> Part:
    if of is None:
        return Condition(subject_lives(tx, "files", "f"), drives=False)
    one = "f.subject = :subject AND f.subject_id = :subject_id"
    return Condition(one, {"subject": of[0], "subject_id": of[1]}, column="f.subject", name="record")


def attach_file(tx: Transaction, subject: str, subject_id: int, upload: Upload) -> File:
    """Take a stored upload in. Raises NotFound if the record does not exist."""
    require_live_subject(tx, "files", subject, subject_id)
    file = take_in(tx, subject, subject_id, upload, "attachment")
    record_created(tx, file)
    return file


def record_created(tx: Transaction, file: File) -> None:
    """In the ledger of its record, which it touches."""
    _record(tx, "created", file, after=given_facts(FILE_RECORD, file))


def delete_file(tx: Transaction, file_id: int, *, expected_version: int | None = None) -> None:
    """Put a file into the trash; its content stays for a time. Raises NotFound, Stale."""
    file = get_file(tx, file_id)
    refuse_stale(FILE_RECORD, file, expected_version)
    if file.purpose == "picture":
        _show_by(tx, file, None)
    else:
        set_deleted_at(tx, FILE_RECORD, file_id, tx.now)
    reindex_file(tx, file_id)
    _record(tx, "deleted", file, before=facts_of(FILE_RECORD, file))


def restore_file(tx: Transaction, file_id: int, *, expected_version: int | None = None) -> File:
    """Take a file out of the trash; a picture takes its place again. Raises NotFound, Stale."""
    row = _find(tx, file_id, wanted_live=False)
    refuse_stale(FILE_RECORD, as_file(row), expected_version)
    if row["purged_at"] is not None:
        raise NotFound("The content of this file was permanently deleted.")
    set_deleted_at(tx, FILE_RECORD, file_id, None)
    reindex_file(tx, file_id)
    file = get_file(tx, file_id)
    if file.purpose == "picture":
        _show_by(tx, file, file_id)
    _record(tx, "restored", file, after=facts_of(FILE_RECORD, file))
    return file


def reindex_file(tx: Transaction, file_id: int) -> None:
    """By its name; pictures are found by their record."""
    rebuild_passage(tx, "files", PASSAGES, file_id)


def _show_by(tx: Transaction, file: File, picture_id: int | None) -> None:
    kind = kinds_of(tx).by_name[file.subject]
    if kind.show_by is not None:
        kind.show_by(tx, file.subject_id, picture_id)


def _record(tx: Transaction, verb: str, file: File, **facts: dict[str, object]) -> None:
    subject = (file.subject, file.subject_id)
    activity.record(
        tx,
        f"file.{verb}",
        "file",
        file.id,
        before=facts.get("before"),
        after=facts.get("after"),
        subject=subject,
    )
    touch_subject(tx, *subject)


def take_in(tx: Transaction, subject: str, subject_id: int, upload: Upload, purpose: str) -> File:
    """Without an entry in the ledger."""
    file_id = insert_file(tx, subject, subject_id, upload, purpose)
    reindex_file(tx, file_id)
    return get_file(tx, file_id)


def insert_file(tx: Transaction, subject: str, subject_id: int, upload: Upload, purpose: str) -> int:
    """The row alone: nothing finds it by its name yet."""
    file_id = tx.insert(
        """
        INSERT INTO files (workspace_id, subject, subject_id, purpose, name, media_type, size, sha256,
                           stored_name, width, height, uploaded_by, created_at, updated_at)
        VALUES (:workspace_id, :subject, :subject_id, :purpose, :name, :media_type, :size, :sha256,
                :stored_name, :width, :height, :actor_id, :now, :now)
        RETURNING id
        """,
        subject=subject,
        subject_id=subject_id,
        purpose=purpose,
        name=upload.name,
        media_type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256,
        stored_name=upload.stored_name,
        width=upload.width,
        height=upload.height,
    )
    tx.after_commit(upload.keep)
    return file_id


def _find(tx: Transaction, file_id: int, *, wanted_live: bool, anywhere: bool = False) -> Row:
    """`anywhere`: also of a holder that is no record, or of a record that is gone."""
    row = tx.one(
        f"""
        SELECT {file_columns(tx)}, f.stored_name, f.purged_at
          FROM files f
         WHERE f.workspace_id = :workspace_id
           AND f.id = :file_id
           AND f.erased_at IS NULL
           AND {"1 = 1" if anywhere else subject_lives(tx, "files", "f")}
           {only_seen(tx, "file", "f")}
        """,
        file_id=file_id,
    )
    found = None if row is None else as_file(row)
    live(FILE_RECORD, found) if wanted_live else in_trash(FILE_RECORD, found)
    return existing(FILE_RECORD, row)


def as_file(row: Row) -> File:
    """Of a row with `file_columns`, and perhaps OWN."""
    facts = {name: value for name, value in row.items() if name not in OWN}
    of_client = row["subject"] == "client"
    return File(
        **facts,
        client_id=row["subject_id"] if of_client else None,
        client_name=row["subject_name"] if of_client else None,
    )
