"""The picture of a client: one of its files."""

from crm.activity import activity
from crm.clients.client import CLIENT_RECORD, Client, get_client
from crm.db.transaction import Transaction
from crm.files.files import FILE_RECORD, take_in
from crm.files.uploads import Upload
from crm.records.skeleton import facts_of, refuse_stale
from crm.records.tombstones import set_deleted_at


def set_picture(
    tx: Transaction, client_id: int, upload: Upload, *, expected_version: int | None = None
) -> Client:
    """Make a stored upload the client's picture; the old one goes to the trash. Raises NotFound, Stale."""
    client = get_client(tx, client_id)
    refuse_stale(CLIENT_RECORD, client, expected_version)
    file = take_in(tx, "client", client_id, upload, "picture")
    point_at_picture(tx, client_id, file.id)
    activity.record(
        tx,
        "client.picture_changed",
        "client",
        client_id,
        before={"picture_id": client.picture_id},
        after={"picture_id": file.id, "picture": facts_of(FILE_RECORD, file)},
    )
    return get_client(tx, client_id)


def point_at_picture(tx: Transaction, client_id: int, picture_id: int | None) -> None:
    """Move the picture to the trash. Raises NotFound."""
    client = get_client(tx, client_id)
    if client.picture_id is not None:
        set_deleted_at(tx, FILE_RECORD, client.picture_id, tx.now)
    tx.run(
        """
        UPDATE clients
           SET picture_id = :picture_id, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :client_id
        """,
        client_id=client_id,
        picture_id=picture_id,
    )
