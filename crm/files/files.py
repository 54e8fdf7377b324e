"""Files of clients: rows that tell of content in the uploads folder."""

from dataclasses import asdict, dataclass

from crm.activity import activity
from crm.clients.client import Client, live_client
from crm.clients.clients import refuse_stale
from crm.db.keyset import Page, Place, read_page
from crm.db.transaction import Row, Transaction
from crm.errors import NotFound, Stale
from crm.files.uploads import Upload


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
    return _file(_find(tx, file_id, live=True))


def stored_name_of(tx: Transaction, file_id: int) -> tuple[File, str]:
    """A live file and where its content lies, below the uploads folder. Raises NotFound."""
    row = _find(tx, file_id, live=True)
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
        live_client(tx, client_id)

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
    live_client(tx, client_id)
    file = _take_in(tx, client_id, upload, "attachment")
    activity.record(tx, "file.added", "file", file.id, after=_facts(file), subject=("client", client_id))
    return file


def delete_file(tx: Transaction, file_id: int, *, expected_version: int | None = None) -> None:
    """Put a file into the trash; its content stays for a time. Raises NotFound, Stale."""
    file = get_file(tx, file_id)
    _refuse_stale_file(file, expected_version)
    if file.purpose == "picture":
        _point_at_picture(tx, live_client(tx, file.client_id), None)
    else:
        _bury(tx, file)
    activity.record(
        tx, "file.deleted", "file", file_id, before=_facts(file), subject=("client", file.client_id)
    )


def restore_file(tx: Transaction, file_id: int, *, expected_version: int | None = None) -> File:
    """Take a file out of the trash; a picture takes its place again. Raises NotFound, Stale."""
    row = _find(tx, file_id, live=False)
    _refuse_stale_file(_file(row), expected_version)
    if row["purged_at"] is not None:
        raise NotFound("The content of the file is gone for good.")
    tx.run(
        """
        UPDATE files
           SET deleted_at = NULL, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :file_id
        """,
        file_id=file_id,
    )
    file = get_file(tx, file_id)
    if file.purpose == "picture":
        _point_at_picture(tx, live_client(tx, file.client_id), file_id)
    activity.record(
        tx, "file.restored", "file", file_id, after=_facts(file), subject=("client", file.client_id)
    )
    return file


def set_picture(
    tx: Transaction, client_id: int, upload: Upload, *, expected_version: int | None = None
) -> Client:
    """Show the client by a stored upload; the picture before goes into the trash. Raises NotFound, Stale."""
    client = live_client(tx, client_id)
    refuse_stale(client, expected_version)
    file = _take_in(tx, client_id, upload, "picture")
    _point_at_picture(tx, client, file.id)
    activity.record(
        tx,
        "client.picture_changed",
        "client",
        client_id,
        before={"picture_id": client.picture_id},
        after={"picture_id": file.id, **_facts(file)},
    )
    return live_client(tx, client_id)


def _point_at_picture(tx: Transaction, client: Client, picture_id: int | None) -> None:
    if client.picture_id is not None:
        _bury(tx, get_file(tx, client.picture_id))
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


def _bury(tx: Transaction, file: File) -> None:
    tx.run(
        """
        UPDATE files
           SET deleted_at = :now, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :file_id
        """,
        file_id=file.id,
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


def _find(tx: Transaction, file_id: int, *, live: bool) -> Row:
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
    if row is None or (row["deleted_at"] is None) is not live:
        if live:
            raise NotFound("There is no such file.")
        raise NotFound("There is no such file in the trash.")
    return row


def _file(row: Row) -> File:
    return File(**{name: value for name, value in row.items() if name not in {"stored_name", "purged_at"}})


def _facts(file: File) -> dict[str, object]:
    return {"name": file.name, "media_type": file.media_type, "size": file.size, "sha256": file.sha256}


def _refuse_stale_file(file: File, expected_version: int | None) -> None:
    if expected_version is not None and expected_version != file.version:
        raise Stale("The file has changed since you read it.", asdict(file))
