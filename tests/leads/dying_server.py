"""Serves the application and dies by `kill -9` at its n-th statement, round after round, on one database.

For each round it prints a line: the answer to "ремонт офиса за 150000" (0 when the connection broke), and how
many more leads a fresh process then finds, activities of them, contents of activities, and stays in a stage.
The first round dies between the commit and the answer; the last lives through the request.
"""

import json
import os
import re
import signal
import sys
import threading
from pathlib import Path

import httpx2
from flask import Flask, Response
from werkzeug.serving import make_server

from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.transaction import Transaction
from crm.kinds import open_database
from tests.support.api import insert_token, make_app
from tests.support.forks import in_fork
from tests.support.mortal import watch_statements
from tests.support.people import enter

TITLE = "ремонт офиса за 150000"
AFTER_COMMIT = 0
MOST_STATEMENTS = 80
COUNTED = ("leads", "activities WHERE entity = 'lead'", "activity_contents", "stage_stays")


def main(folder: Path, way: str, email: str, workspace: int, user: int) -> None:
    settings = Settings(
        sqlite_path=folder / "data" / "crm.db",
        upload_folder=folder / "uploads",
        backup_dir=folder / "backups",
        rate_limit="100000 per minute",
    )
    who = Actor(workspace, user)
    session = in_fork(lambda out: out(login(settings, who, email)))
    before = in_fork(lambda out: out(count(settings)))
    for fatal in (AFTER_COMMIT, *range(1, MOST_STATEMENTS)):
        status = round_of(settings, way, session, fatal)
        after = in_fork(lambda out: out(count(settings)))
        found = [now - then for now, then in zip(json.loads(after), json.loads(before), strict=True)]
        print(status, *found, flush=True)  # noqa: T201
        before = after
        if status:
            return


def round_of(settings: Settings, way: str, session: str, fatal: int) -> int:
    """The status of the answer, 0 when there was none. The server is a process of its own."""
    app = make_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    pid = os.fork()
    if pid == 0:
        die_at(app, fatal)
        server.serve_forever()
    try:
        return ask(f"http://127.0.0.1:{server.port}", way, session)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        server.server_close()


def die_at(app: Flask, fatal: int) -> None:
    """At the n-th statement of the writing connection, before it runs; or after the commit."""
    statements = 0

    def reach(_: str) -> None:
        nonlocal statements
        statements += 1
        if statements == fatal:
            die()

    def before_the_answer(response: Response) -> Response:
        if fatal == AFTER_COMMIT and statements:
            die()
        return response

    watch_statements(reach)
    app.after_request(before_the_answer)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    threading.Event().wait()


def ask(address: str, way: str, session: str) -> int:
    cookie, token = session.split()
    with httpx2.Client(base_url=address, timeout=20) as client:
        try:
            if way == "api":
                bearer = {"Authorization": f"Bearer {token}"}
                return client.post(
                    "/api/leads", json={"title": TITLE, "value": 150000}, headers=bearer
                ).status_code
            client.cookies.set("holdfast_session", cookie)
            return client.post("/leads/new", data=fields_of_form(client.get("/leads/new").text)).status_code
        except httpx2.TransportError:
            return 0


def fields_of_form(page: str) -> dict[str, str]:
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    stage = re.search(r'name="stage_id".*?<option value="(\d+)"', page, re.DOTALL)
    assert token and stage
    given = {"title": TITLE, "value": "150 000", "currency": "USD", "type": "order"}
    return {**given, "csrf_token": token[1], "stage_id": stage[1]}


def login(settings: Settings, who: Actor, email: str) -> str:
    db = open_database(settings)
    session = enter(db, email).session
    db.write(insert_token, SYSTEM, who, "hf_founding", "write")
    db.close()
    return f"{session} hf_founding"


def count(settings: Settings) -> str:
    def look(tx: Transaction) -> list[int]:
        return [tx.value(f"SELECT count(*) FROM {table}") for table in COUNTED]

    db = open_database(settings)
    found = db.read(look, SYSTEM)
    db.close()
    return json.dumps(found)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
