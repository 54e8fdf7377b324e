"""What the appliance is measured against: a bare Flask view, and the same SQL on a bare connection.

Run as a program, it serves under gunicorn with the appliance's own options.
"""

import os
import threading
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, Response, request
from gunicorn.app.base import BaseApplication

from bench.bare_leads import move_lead, store_event, store_lead
from bench.bare_rows import BareWriter, store_client
from bench.reads import COLUMNS
from crm.config import Settings, load_settings
from crm.db.sqlite.engine import open_reader
from crm.web.server import options

ANSWERS = "BENCH_ANSWERS"
STORES = {"client": store_client, "lead": store_lead, "move": move_lead}


def bare_app(settings: Settings) -> Flask:
    """`/fixed/NAME` answers with the bytes of that file, `/sql/NAME` with the rows of the SQL beside it.

    `/write/NAME` stores what such a request stores; `/event` keeps the bytes that it is sent.
    """
    app = Flask("bare")
    answers = {path.name: path.read_bytes() for path in Path(os.environ[ANSWERS]).iterdir()}
    _answer_fixed(app, answers)
    _answer_reads(app, settings, answers)
    _answer_writes(app, BareWriter(settings.sqlite_path))
    return app


def _answer_fixed(app: Flask, answers: dict[str, bytes]) -> None:
    @app.route("/fixed/<name>", methods=["GET", "POST"])
    def fixed(name: str) -> Response:
        request.get_data()
        return Response(answers[name], mimetype="application/json")


def _answer_reads(app: Flask, settings: Settings, answers: dict[str, bytes]) -> None:
    queries = {name: orjson.loads(content) for name, content in answers.items() if name.endswith(".sql")}
    readers = threading.local()

    @app.get("/sql/<name>")
    def rows(name: str) -> Response:
        if not hasattr(readers, "connection"):
            readers.connection = open_reader(settings.sqlite_path)
        found = [
            dict(zip(COLUMNS, row, strict=False))
            for row in readers.connection.execute(*queries[f"{name}.sql"])
        ]
        return Response(orjson.dumps({"data": found}), mimetype="application/json")


def _answer_writes(app: Flask, writer: BareWriter) -> None:
    @app.post("/write/<name>")
    def write(name: str) -> Response:
        return Response(writer.write(STORES[name], request.get_json()), 201, mimetype="application/json")

    @app.post("/event")
    def event() -> Response:
        given = {"payload": request.get_data()}
        return Response(writer.write(store_event, given), mimetype="application/json")


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
