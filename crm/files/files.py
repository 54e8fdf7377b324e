"""Files of clients: rows that tell of content in the uploads folder."""

from dataclasses import dataclass
from typing import Any

from crm.activity import activity
from crm.clients.client import CLIENT_RECORD, Client, get_client
from crm.db.keyset import Page, Place, read_page
from crm.db.transaction import Row, Transaction
from crm.errors import NotFound, Sentence
from crm.files.uploads import Upload
from crm.records.skeleton import Skeleton, existing, facts_of, in_trash, live, refuse_stale
from crm.records.tombstones import set_deleted_at

FILE_RECORD = Skeleton("file", "files", Sentence("file"), facts=("name", "media_type", "size", "sha256"))


@dataclass(frozen=True, slots=True)
class File:
    """`purpose` is attachment or picture; `width` and `height` are set for pictures of either."""

    id: int
    client_id: int
    client_name: str
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


FILE_COLUMNS = """
       f.id, f.client_id, c.name AS client_name, f.purpose, f.name, f.media_type, f.size, f.sha256,
       f.width, f.height, f.uploaded_by,
       (SELECT u.name FROM users u
         WHERE u.workspace_id = :workspace_id AND u.id = f.uploaded_by) AS uploaded_by_name,
       f.version, f.created_at, f.updated_at, f.deleted_at
"""


def get_file(tx: Transaction, file_id: int) -> File:
    """A live file of a live client. Raises NotFound."""
    return _file(_find(tx, file_id, wanted_live=True))


def stored_name_of(tx: Transaction, file_id: int) -> tuple[File, str]:
    """A live file and where its content lies, below the uploads folder. Raises NotFound."""
    row = _find(tx, file_id, wanted_live=True)
    return _file(row), str(row["stored_name"])


def list_files(
    tx: Transaction,
    *,
    client_id: int | None = None,
    deleted: bool = False,
    limit: int,
    cursor: str | None = None,
) -> Page[File]:
    """The attachments of a client, or of all clients, newest first. Raises NotFound for a lost client."""
    if client_id is not None:
        get_client(tx, client_id)

    def fetch(place: Place) -> list[Row]:
        return tx.all(
            f"""
            SELECT {FILE_COLUMNS}
              FROM files f
              JOIN clients c ON c.workspace_id = f.workspace_id AND c.id = f.client_id
             WHERE f.workspace_id = :workspace_id
               AND f.purpose = 'attachment'
               AND f.deleted_at IS {"NOT NULL AND f.purged_at IS NULL" if deleted else "NULL"}
               AND c.deleted_at IS NULL
               {"AND f.client_id = :client_id" if client_id is not None else ""}
               {f"AND f.id {'>' if place.back else '<'} :beside" if place.keys else ""}
             ORDER BY f.id {"ASC" if place.back else "DESC"}
             LIMIT :limit
            """,
            client_id=client_id,
            beside=place.keys[0] if place.keys else None,
            limit=limit + 1,
        )

    page = read_page(fetch, cursor, (int,), limit, lambda row: [row["id"]])
    return Page([File(**row) for row in page.rows], page.next, page.previous)


def attach_file(tx: Transaction, client_id: int, upload: Upload) -> File:
    """Take a stored upload in. Raises NotFound for a client who is not there."""
    get_client(tx, client_id)
    file = _take_in(tx, client_id, upload, "attachment")
    _record(tx, "created", file, after=facts_of(FILE_RECORD, file))
    return file


def delete_file(tx: Transaction, file_id: int, *, expected_version: int | None = None) -> None:
    """Put a file into the trash; its content stays for a time. Raises NotFound, Stale."""
    file = get_file(tx, file_id)
    refuse_stale(FILE_RECORD, file, expected_version)
    if file.purpose == "picture":
        _point_at_picture(tx, get_client(tx, file.client_id), None)
    else:
        set_deleted_at(tx, FILE_RECORD, file.id, tx.now)
    _record(tx, "deleted", file, before=facts_of(FILE_RECORD, file))


def restore_file(tx: Transaction, file_id: int, *, expected_version: int | None = None) -> File:
    """Take a file out of the trash; a picture takes its place again. Raises NotFound, Stale."""
    row = _find(tx, file_id, wanted_live=False)
    refuse_stale(FILE_RECORD, _file(row), expected_version)
    if row["purged_at"] is not None:
        raise NotFound("The content of the file is gone for good.")
    set_deleted_at(tx, FILE_RECORD, file_id, None)
    file = get_file(tx, file_id)
    if file.purpose == "picture":
        _point_at_picture(tx, get_client(tx, file.client_id), file_id)
    _record(tx, "restored", file, after=facts_of(FILE_RECORD, file))
    return file


def set_picture(
    tx: Transaction, client_id: int, upload: Upload, *, expected_version: int | None = None
) -> Client:
    """Show the client by a stored upload; the picture before goes into the trash. Raises NotFound, Stale."""
    client = get_client(tx, client_id)
    refuse_stale(CLIENT_RECORD, client, expected_version)
    file = _take_in(tx, client_id, upload, "picture")
    _point_at_picture(tx, client, file.id)
    activity.record(
        tx,
        "client.picture_changed",
        "client",
        client_id,
        before={"picture_id": client.picture_id},
        after={"picture_id": file.id, **facts_of(FILE_RECORD, file)},
    )
    return get_client(tx, client_id)


def _record(tx: Transaction, verb: str, file: File, **facts: dict[str, Any]) -> None:
    activity.record(tx, f"file.{verb}", "file", file.id, subject=("client", file.client_id), **facts)


def _point_at_picture(tx: Transaction, client: Client, picture_id: int | None) -> None:
    if client.picture_id is not None:
        set_deleted_at(tx, FILE_RECORD, get_file(tx, client.picture_id).id, tx.now)
    tx.run(
        """
        UPDATE clients
           SET picture_id = :picture_id, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :client_id
        """,
        client_id=client.id,
        picture_id=picture_id,
    )


def _take_in(tx: Transaction, client_id: int, upload: Upload, purpose: str) -> File:
    file_id = tx.insert(
        """
        INSERT INTO files (workspace_id, client_id, purpose, name, media_type, size, sha256, stored_name,
                           width, height, uploaded_by, created_at, updated_at)
        VALUES (:workspace_id, :client_id, :purpose, :name, :media_type, :size, :sha256, :stored_name,
                :width, :height, :actor_id, :now, :now)
        RETURNING id
        """,
        client_id=client_id,
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
    return get_file(tx, file_id)


def _find(tx: Transaction, file_id: int, *, wanted_live: bool) -> Row:
    row = tx.one(
        f"""
        SELECT {FILE_COLUMNS}, f.stored_name, f.purged_at
          FROM files f
          JOIN clients c ON c.workspace_id = f.workspace_id AND c.id = f.client_id
         WHERE f.workspace_id = :workspace_id
           AND f.id = :file_id
           AND c.deleted_at IS NULL
        """,
        file_id=file_id,
    )
    found = None if row is None else _file(row)
    live(FILE_RECORD, found) if wanted_live else in_trash(FILE_RECORD, found)
    return existing(FILE_RECORD, row)


def _file(row: Row) -> File:
    return File(**{name: value for name, value in row.items() if name not in {"stored_name", "purged_at"}})
