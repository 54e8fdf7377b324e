"""Fetching media of messages: retried after a passing failure, checked like an upload."""

import tempfile
from datetime import timedelta
from typing import BinaryIO, cast

from crm import clock
from crm.conversations.leads.new_clients import client_for_files
from crm.conversations.outbound.sending import Post
from crm.conversations.thread.opening import touch
from crm.conversations.transport.backoff import delay_after
from crm.conversations.transport.channel_secrets import open_secrets
from crm.conversations.transport.media_types import file_name, kept_types
from crm.conversations.transport.medium import Line, MediaTrouble
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.file_stores.store import StoreAway
from crm.db.transaction import Row, Transaction
from crm.errors import Full, Invalid, NotFound, TooLarge, WrongType
from crm.files.filenames import safe_name
from crm.files.files import attach_file
from crm.files.uploads import Upload, stored_upload
from crm.records.seen import pointing_to_seen
from crm.vault import SealBroken

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 30
REFUSALS = (WrongType, TooLarge, Invalid, NotFound)


def fetch_due(db: Database, post: Post, limit: int) -> int:
    """Fetch the waiting files, each of at most `limit` bytes. Returns how many were tried."""
    tried = 0
    while db.read(_waiting, SYSTEM) and (row := db.claim(_claim, SYSTEM)) is not None:
        tried += 1
        actor = Actor(row["workspace_id"], None, f"media-{row['id']}")
        try:
            _fetch(db, post, limit, row, actor)
        except MediaTrouble as trouble:
            db.write(_put_off if trouble.passing else _refuse, actor, row, trouble.problem)
        except SealBroken:
            db.write(_put_off, actor, row, "The secrets of this number cannot be read. Enter them again.")
        except (Full, StoreAway) as refusal:
            db.write(_put_off, actor, row, refusal.message)
        except REFUSALS as refusal:
            db.write(_refuse, actor, row, str(refusal))
    return tried


def retry_media(tx: Transaction, message_id: int) -> None:
    """Retry a file that was refused or given up. Raises NotFound."""
    found = tx.run(
        f"""
        UPDATE message_media
           SET state = 'waiting', attempts = 0, due_at = :now, problem = NULL
         WHERE workspace_id = :workspace_id
           AND message_id = :message_id
           AND state IN ('refused', 'failed')
           {pointing_to_seen(tx, "message", "message_id")}
        """,
        message_id=message_id,
    )
    if not found:
        raise NotFound("There is no such file to fetch.")


def _fetch(db: Database, post: Post, limit: int, row: Row, actor: Actor) -> None:
    line, kind, message_kind = db.read(_prepare, actor, post, row)
    with tempfile.TemporaryFile() as spool:
        target = cast(BinaryIO, spool)
        media_type = post.media[kind].fetch(line, row["media_id"], row["sha256_told"], target, limit)
        name = file_name(row["name"], message_kind, media_type or row["media_type"])
        with stored_upload(
            post.files,
            actor.workspace_id or 0,
            name,
            target,
            limit=limit,
            types=kept_types(safe_name(name)),
        ) as upload:
            db.write(_keep, actor, row, upload)


def _waiting(tx: Transaction) -> bool:
    return (
        tx.value("SELECT 1 FROM message_media WHERE state = 'waiting' AND due_at <= :now LIMIT 1") is not None
    )


def _claim(tx: Transaction) -> Row | None:
    """The next one, leased by its own due time: who is lost on the way leaves it to a later try."""
    return tx.one(
        """
        UPDATE message_media
           SET attempts = attempts + 1, due_at = :lease_until
         WHERE id = (SELECT id
                       FROM message_media
                      WHERE state = 'waiting'
                        AND due_at <= :now
                      ORDER BY due_at, id
                      LIMIT 1)
           AND state = 'waiting'
           AND due_at <= :now
        RETURNING id, workspace_id, message_id, media_id, media_type, name, sha256_told, attempts
        """,
        lease_until=clock.later(tx.now, LEASE),
    )


def _prepare(tx: Transaction, post: Post, row: Row) -> tuple[Line, str, str]:
    found = tx.one(
        """
        SELECT c.kind AS medium, c.address, c.sealed_secrets, m.kind
          FROM messages m
          JOIN channels c ON c.workspace_id = m.workspace_id AND c.id = m.channel_id
         WHERE m.workspace_id = :workspace_id
           AND m.id = :message_id
        """,
        message_id=row["message_id"],
    )
    if found is None:
        raise LookupError(f"message {row['message_id']} has no channel")
    address = found["address"]
    secrets = open_secrets(post.vault, found["sealed_secrets"], tx.actor.workspace_id, address)
    return Line(address, secrets), found["medium"], found["kind"]


def _keep(tx: Transaction, row: Row, upload: Upload) -> None:
    client_id = client_for_files(tx, _conversation_of(tx, row))
    file = attach_file(tx, "client", client_id, upload)
    _store_state(tx, row, "kept", None, due_at=tx.now, file_id=file.id)


def _refuse(tx: Transaction, row: Row, problem: str) -> None:
    _store_state(tx, row, "refused", problem, due_at=tx.now)


def _put_off(tx: Transaction, row: Row, problem: str) -> None:
    state = "waiting" if row["attempts"] < MOST_ATTEMPTS else "failed"
    _store_state(tx, row, state, problem, due_at=clock.later(tx.now, delay_after(row["attempts"])))


def _store_state(
    tx: Transaction, row: Row, state: str, problem: str | None, *, due_at: str, file_id: int | None = None
) -> None:
    tx.run(
        """
        UPDATE message_media
           SET state = :state, problem = :problem, due_at = :due_at, file_id = :file_id
         WHERE workspace_id = :workspace_id
           AND id = :media_row
        """,
        media_row=row["id"],
        state=state,
        problem=problem,
        due_at=due_at,
        file_id=file_id,
    )
    touch(tx, _conversation_of(tx, row))


def _conversation_of(tx: Transaction, row: Row) -> int:
    found: int | None = tx.value(
        "SELECT conversation_id FROM messages WHERE workspace_id = :workspace_id AND id = :message_id",
        message_id=row["message_id"],
    )
    if found is None:
        raise LookupError(f"message {row['message_id']} is gone")
    return found
