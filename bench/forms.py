"""A web form that is sent: beside a bare Flask view that stores the same row, by the time of the processor.

Both are called as a server calls them, in this process, as the appliance takes few forms from one address.
"""

import itertools
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import orjson
import structlog
from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.test import Client

from bench.bare_rows import BareWriter, Run, Values
from bench.places import Place, filled_place
from bench.reads import WHO, opened
from bench.report import Chosen, Result, result_of
from crm.accounts.credentials import new_secret
from crm.config import Settings
from crm.db.database import Database
from crm.web.app import create_app
from crm.web_forms.fields import NewWebForm
from crm.web_forms.web_form import list_web_forms
from crm.web_forms.web_forms import create_web_form

SEND = "send a web form, of a bare Flask view that stores the same row, by processor"
ASKED = [{"name": name, "required": True} for name in ("name", "email", "message")]
BEFORE = "2026-01-01T00:00:00.000Z"
OF_ONE_FORM = 900
OF_ONE_ADDRESS = 50
INSERT = """
    INSERT INTO web_form_submissions (workspace_id, form_id, sent_key, payload, state, due_at, received_at)
    VALUES (:workspace_id, :form_id, :sent_key, :payload, 'waiting', :now, :now)
"""

Send = Callable[[], int]


def measure_forms(scratch: Path, chosen: Chosen, *, rounds: int, sent: int) -> list[Result]:
    if not chosen(SEND):
        return []
    place = filled_place(scratch / "forms", 10)
    with opened(place) as db:
        tokens = [_add_form(db, number) for number in range((rounds + 1) * sent // OF_ONE_FORM + 1)]
        ours, bare = _ours(tokens), _bare(place, db)
        with _few_words():
            ratios = [_seconds(bare, sent) / _seconds(ours, sent) for _ in range(rounds + 1)]
    return [result_of(SEND, ratios[1:], None)]


@contextmanager
def _few_words() -> Iterator[None]:
    """Of the log, as the other servers of the bench have it."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    try:
        yield
    finally:
        structlog.configure(**before)


def _add_form(db: Database, number: int) -> str:
    fields = NewWebForm.model_validate({"name": f"Form {number}", "asked": ASKED})
    return db.write(create_web_form, WHO, fields, new_secret()).token


def _ours(tokens: list[str]) -> Send:
    """Through everything that a request goes through."""
    client, numbers = Client(create_app(Settings())), itertools.count()

    def send() -> int:
        number = next(numbers)
        address = f"10.{number // OF_ONE_ADDRESS // 250}.{number // OF_ONE_ADDRESS % 250}.1"
        token = tokens[number // OF_ONE_FORM]
        return _post(client, f"/f/{token}", number, address)

    return send


def _bare(place: Place, db: Database) -> Send:
    form_id = db.read(list_web_forms, WHO)[0].id
    client, numbers = Client(_bare_app(BareWriter(place.database), form_id)), itertools.count()
    return lambda: _post(client, "/f", next(numbers), "127.0.0.1")


def _bare_app(writer: BareWriter, form_id: int) -> Flask:
    app = Flask("bare")

    @app.post("/f")
    def take() -> ResponseReturnValue:
        given = request.form.to_dict()
        payload = orjson.dumps({"answers": given, "marks": {}}).decode()
        writer.write(_store, {"form_id": form_id, "sent_key": given["key"], "payload": payload})
        return redirect("/thanks", 303)

    return app


def _store(run: Run, values: Values) -> Values:
    run(INSERT, values)
    return {}


def _post(client: Client, path: str, number: int, address: str) -> int:
    body = urlencode(
        {
            "name": f"Bench Müller {number}",
            "email": f"b{number}@example.com",
            "message": "Is it still to be had?",
            "key": f"{number:032x}",
            "began": BEFORE,
        }
    )
    answer = client.post(
        path,
        data=body,
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"REMOTE_ADDR": address},
    )
    if answer.status_code != 303:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return answer.status_code


def _seconds(send: Send, times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        send()
    return time.process_time() - began
