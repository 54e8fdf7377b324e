"""The worker's loop over the outbox: claim, send outside of any transaction, store the result."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import structlog

from crm.conversations.outbound.outbox import ClaimedMessage, anything_due, claim, note_uploaded
from crm.conversations.outbound.results import (
    expired_rows,
    give_up,
    mark_unknown,
    overdue_rows,
    store_result,
    take_back,
)
from crm.conversations.outbound.unwanted import OPTED_OUT, OptedOut, refuse_unwanted
from crm.conversations.transport.channel_secrets import open_secrets
from crm.conversations.transport.medium import Line, Medium
from crm.conversations.transport.outgoing import Outgoing, OutgoingFile, Uploaded, outgoing_from
from crm.conversations.transport.send_results import Locked, Permanent, SendResult
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.file_stores.store import FileStore
from crm.db.restored import load_restored
from crm.db.transaction import Transaction
from crm.errors import Busy, Full, NotFound
from crm.files.files import stored_name_of
from crm.vault import SealBroken, Vault

CUT_OFF = "The worker stopped while it was sending."
STORE_PAUSES = (0.1, 1.0, 5.0)

log = structlog.get_logger("crm.conversations")


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs besides the database."""

    vault: Vault
    media: Mapping[str, Medium]
    files: FileStore


def send_due(db: Database, post: Post, seconds: float = 2.0) -> int:
    """Send due messages, one after another, for about `seconds`; returns how many were tried.

    Nothing is sent on restored data until a person has released it.
    """
    if load_restored(db.path) is not None:
        return 0
    _give_up(db)
    ends = time.monotonic() + seconds
    tried = 0
    while time.monotonic() < ends and db.read(anything_due, SYSTEM):
        job = db.claim(claim, SYSTEM)
        if job is not None:
            result = deliver(db, post, job)
            if result is not None:
                _store_with_patience(db, job, result)
            tried += 1
    return tried


def _give_up(db: Database) -> None:
    """Messages that a lost worker was sending become unknown; those with only a file uploaded do not.

    Messages that waited too long have failed.
    """
    for row in db.read(expired_rows, SYSTEM):
        actor = Actor(row["workspace_id"], None, f"outbox-{row['id']}")
        if row["only_uploading"]:
            db.write(take_back, actor, row["id"])
        else:
            db.write(mark_unknown, actor, row["id"], CUT_OFF)
    for row in db.read(overdue_rows, SYSTEM):
        db.write(give_up, Actor(row["workspace_id"], None, f"outbox-{row['id']}"), row["message_id"])


def deliver(db: Database, post: Post, job: ClaimedMessage) -> SendResult | None:
    """Hand a claimed message to its channel; None if the lease ran out before."""
    message = outgoing_from(job.payload)
    try:
        kind, line, file = db.read(_prepare, _actor(job), post, job, message)
    except (OptedOut, SealBroken, NotFound) as reason:
        return _unsent(reason)
    medium = post.media[kind]
    if file is None:
        return medium.send(line, message, None, job.token)
    uploaded = job.media_id or medium.upload(line, file)
    if not isinstance(uploaded, str):
        return uploaded
    if not db.write(note_uploaded, _actor(job), job, uploaded):
        return None
    return medium.send(line, message, Uploaded(uploaded, file.name), job.token)


def _unsent(reason: Exception) -> SendResult:
    if isinstance(reason, SealBroken):
        return Locked("The secrets of this number cannot be read. Enter them again.")
    if isinstance(reason, OptedOut):
        return Permanent(OPTED_OUT)
    return Permanent("The file was deleted before it was sent.")


def _prepare(
    tx: Transaction, post: Post, job: ClaimedMessage, message: Outgoing
) -> tuple[str, Line, OutgoingFile | None]:
    row = tx.one(
        """
        SELECT kind, address, sealed_secrets
          FROM channels
         WHERE workspace_id = :workspace_id
           AND id = :channel_id
        """,
        channel_id=job.channel_id,
    )
    if row is None:
        raise LookupError(f"channel {job.channel_id} is gone")
    address = row["address"]
    line = Line(address, open_secrets(post.vault, row["sealed_secrets"], job.workspace_id, address))
    refuse_unwanted(tx, job.message_id, message)
    if message.file_id is None:
        return row["kind"], line, None
    file, stored_name = stored_name_of(tx, message.file_id)
    return (
        row["kind"],
        line,
        OutgoingFile(partial(post.files.open, stored_name, file.sha256), file.name, file.media_type),
    )


def _store_with_patience(db: Database, job: ClaimedMessage, result: SendResult) -> None:
    """Only this process knows the answer, so it tries repeatedly to store it."""
    for pause in STORE_PAUSES:
        try:
            db.write(store_result, _actor(job), job, result)
        except (Busy, Full):
            log.warning("the outcome of a message could not be stored yet", outbox_id=job.outbox_id)
            time.sleep(pause)
        else:
            return
    db.write(store_result, _actor(job), job, result)


def _actor(job: ClaimedMessage) -> Actor:
    return Actor(job.workspace_id, None, f"outbox-{job.outbox_id}")
