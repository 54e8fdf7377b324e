"""What the appliance is measured against: a bare Flask view, and the same SQL on a bare connection.

Run as a program, it serves under gunicorn with the appliance's own options.
"""

import hashlib
import os
import threading
from pathlib import Path
from typing import Any

import apsw
import orjson
from flask import Flask, Response, request
from gunicorn.app.base import BaseApplication

from bench.reads import COLUMNS
from crm import clock
from crm.config import Settings, load_settings
from crm.db.engine import open_reader, open_writer
from crm.db.fulltext import ID_BITS, fold, grams_of
from crm.web.server import options

ANSWERS = "BENCH_ANSWERS"


def bare_app(settings: Settings) -> Flask:
    """`/fixed/NAME` answers with the bytes of that file, `/sql/NAME` with the rows of the SQL beside it.

    `/write` stores what a POST of a client stores.
    """
    app = Flask("bare")
    answers = {path.name: path.read_bytes() for path in Path(os.environ[ANSWERS]).iterdir()}
    queries = {name: orjson.loads(content) for name, content in answers.items() if name.endswith(".sql")}
    readers = threading.local()
    writer = BareWriter(settings.sqlite_path)

    @app.get("/fixed/<name>")
    def fixed(name: str) -> Response:
        return Response(answers[name], mimetype="application/json")

    @app.get("/sql/<name>")
    def rows(name: str) -> Response:
        if not hasattr(readers, "connection"):
            readers.connection = open_reader(settings.sqlite_path)
        found = [
            dict(zip(COLUMNS, row, strict=False))
            for row in readers.connection.execute(*queries[f"{name}.sql"])
        ]
        return Response(orjson.dumps({"data": found}), mimetype="application/json")

    @app.post("/write")
    def write() -> Response:
        return Response(writer.write(request.get_json()), 201, mimetype="application/json")

    return app


class BareWriter:
    """The rows of a new client on one connection, with nothing around them but a lock."""

    def __init__(self, path: Path, workspace_id: int = 1, user_id: int = 1) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: apsw.Connection | None = None
        self._facts = {"workspace_id": workspace_id, "actor_id": user_id}

    def write(self, given: dict[str, Any]) -> bytes:
        with self._lock:
            if self._connection is None:
                self._connection = open_writer(self._path)
            run = self._connection.execute
            run("BEGIN IMMEDIATE")
            answer = self._write(run, {**given, **self._facts, "now": clock.timestamp()})
            run("COMMIT")
        return orjson.dumps({"data": answer})

    def _write(self, run: Any, values: dict[str, Any]) -> dict[str, Any]:
        values |= {"name_key": fold(values["name"]), "email_key": fold(values["email"])}
        run(SAME_EMAIL, values).fetchall()
        [(client_id,)] = run(INSERT_CLIENT, values).fetchall()
        grams = grams_of(values["name_key"], values["email_key"])
        run(INDEX_CLIENT, {**values, "client_id": client_id, "grams": grams})
        [(seq, previous)] = run(LAST_LINK, values).fetchall()
        content = orjson.dumps({"name": values["name"], "email": values["email"]}).decode()
        digest = hashlib.sha256(content.encode()).hexdigest()
        link = {
            **values,
            "client_id": client_id,
            "seq": seq + 1,
            "previous": previous,
            "content_hash": digest,
            "hash": hashlib.sha256((previous + digest).encode()).hexdigest(),
        }
        [(activity_id,)] = run(INSERT_ACTIVITY, link).fetchall()
        run(INSERT_CONTENT, {**values, "activity_id": activity_id, "content": content, "salt": "00" * 16})
        [row] = run(READ_CLIENT, {**values, "client_id": client_id}).fetchall()
        return dict(zip(("id", "name", "email", "version"), row, strict=True))


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
    VALUES (:workspace_id, :seq, 'client.created', 'client', :client_id, 'client', :client_id, :actor_id,
            'bare', :now, :content_hash, :previous, :hash)
    RETURNING id
"""
INSERT_CONTENT = """
    INSERT INTO activity_contents (activity_id, workspace_id, salt, before, after)
    VALUES (:activity_id, :workspace_id, :salt, NULL, :content)
"""
READ_CLIENT = """
    SELECT id, name, email, version FROM clients WHERE workspace_id = :workspace_id AND id = :client_id
"""


class BareServer(BaseApplication):
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in options(self._settings).items():
            if name not in {"worker_exit", "logger_class"}:
                self.cfg.set(name, value)

    def load(self) -> Any:
        return bare_app(self._settings)


if __name__ == "__main__":
    BareServer(load_settings()).run()
