"""The rows that the appliance stores for a request, stored by nothing but their SQL on one connection."""

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import orjson

from crm import clock
from crm.db.folding import fold
from crm.db.grams import ID_BITS, grams_of
from crm.db.sqlite.engine import open_writer

Values = dict[str, Any]
Run = Callable[[str, Values], Any]
Store = Callable[[Run, Values], Values]


class BareWriter:
    """One connection, with nothing around it but a lock."""

    def __init__(self, path: Path, workspace_id: int = 1, user_id: int = 1) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: apsw.Connection | None = None
        self._facts = {"workspace_id": workspace_id, "actor_id": user_id}

    def write(self, store: Store, given: Values) -> bytes:
        with self._lock:
            if self._connection is None:
                self._connection = open_writer(self._path)
            run = self._connection.execute
            run("BEGIN IMMEDIATE")
            answer = store(run, {**given, **self._facts, "now": clock.timestamp()})
            run("COMMIT")
        return orjson.dumps({"data": answer})


def store_client(run: Run, values: Values) -> Values:
    values |= {"name_key": fold(values["name"]), "email_key": fold(values["email"])}
    run(SAME_EMAIL, values).fetchall()
    [(client_id,)] = run(INSERT_CLIENT, values).fetchall()
    grams = grams_of(values["name_key"], values["email_key"])
    run(INDEX_CLIENT, {**values, "client_id": client_id, "grams": grams})
    facts = {"name": values["name"], "email": values["email"]}
    append_activity(run, values, ("client.created", "client", client_id), None, facts)
    [row] = run(READ_CLIENT, {**values, "client_id": client_id}).fetchall()
    return dict(zip(("id", "name", "email", "version"), row, strict=True))


def append_activity(
    run: Run, values: Values, change: tuple[str, str, int], before: Values | None, after: Values
) -> None:
    """`change` is the action, the kind of record and its id."""
    [(seq, previous)] = run(LAST_LINK, values).fetchall()
    content = orjson.dumps(after).decode()
    digest = hashlib.sha256(content.encode()).hexdigest()
    link = {
        **values,
        **dict(zip(("action", "entity", "entity_id"), change, strict=True)),
        "seq": seq + 1,
        "previous": previous,
        "content_hash": digest,
        "hash": hashlib.sha256((previous + digest).encode()).hexdigest(),
    }
    [(activity_id,)] = run(INSERT_ACTIVITY, link).fetchall()
    kept = {"before": None if before is None else orjson.dumps(before).decode(), "after": content}
    run(INSERT_CONTENT, {**values, **kept, "activity_id": activity_id, "salt": "00" * 16})


SAME_EMAIL = """
    SELECT id FROM clients
     WHERE workspace_id = :workspace_id AND email_key = :email_key AND deleted_at IS NULL
"""
INSERT_CLIENT = """
    INSERT INTO clients (workspace_id, kind, name, name_key, email, email_key, status, created_at, updated_at)
    VALUES (:workspace_id, 'person', :name, :name_key, :email, :email_key, 'active', :now, :now)
    RETURNING id
"""
INDEX_CLIENT = f"""
    INSERT INTO clients_search (rowid, grams) VALUES ((:workspace_id << {ID_BITS}) | :client_id, :grams)
"""
LAST_LINK = """
    SELECT seq, hash FROM activities WHERE workspace_id = :workspace_id ORDER BY seq DESC LIMIT 1
"""
INSERT_ACTIVITY = """
    INSERT INTO activities (workspace_id, seq, action, entity, entity_id, subject, subject_id, actor_id,
                            request_id, created_at, content_hash, previous_hash, hash)
    VALUES (:workspace_id, :seq, :action, :entity, :entity_id, :entity, :entity_id, :actor_id,
            'bare', :now, :content_hash, :previous, :hash)
    RETURNING id
"""
INSERT_CONTENT = """
    INSERT INTO activity_contents (activity_id, workspace_id, salt, before, after)
    VALUES (:activity_id, :workspace_id, :salt, :before, :after)
"""
READ_CLIENT = """
    SELECT id, name, email, version FROM clients WHERE workspace_id = :workspace_id AND id = :client_id
"""
