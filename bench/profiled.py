"""The appliance with clocks in its parts.

Run as a program, it serves with one process; SPENT answers what its parts have spent since it was last asked.
"""

import gc
import os
import re
import resource
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from bench.clocks import Clocks
from crm.__main__ import GARBAGE_OBJECTS
from crm.config import load_settings
from crm.db.database import Database
from crm.logs import configure_logging
from crm.web.server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SPENT = "/bench/spent"
TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+(\w+)")
AROUND, FRAMEWORK, HOOKS, VIEW, OPERATION, TRANSACTION = (
    "around the framework: proxies, headers, bounds",
    "framework: context, route, dispatch",
    "hooks before and after",
    "view",
    "operation",
    "pool and transaction",
)
LIMITS, READING, PLAN, ENCODE = "limits", "parse and validate", "plan of the list", "encode"
PARTS = {
    "flask:Flask.wsgi_app": FRAMEWORK,
    "crm.web.requests.dispatch:SynchronousFlask.preprocess_request": HOOKS,
    "crm.web.requests.dispatch:SynchronousFlask.process_response": HOOKS,
    "crm.web.requests.dispatch:SynchronousFlask.do_teardown_request": HOOKS,
    "flask:Flask.dispatch_request": VIEW,
    "crm.web.sessions.identity:identify_request": "identity",
    "crm.web.requests.limits:RateLimit._count": LIMITS,
    "crm.web.requests.limits:RateLimit._forget": LIMITS,
    "crm.web.requests.limits:_tell_standing": LIMITS,
    "crm.web.requests.fair_threads:_take_thread": LIMITS,
    "crm.web.requests.fair_threads:_give_back": LIMITS,
    "crm.web.auth:authorize": "rights",
    "crm.web.idempotency:answer_once": "idempotency",
    "crm.db.idempotency:find_answer": "idempotency",
    "crm.db.idempotency:store_answer": "idempotency",
    "crm.web.requests.reading:json_body": READING,
    "crm.web.requests.reading:query": READING,
    "crm.db.list_plan:read_rows": PLAN,
    "crm.db.database:Database.read": TRANSACTION,
    "crm.db.database:Database.write": TRANSACTION,
    "crm.activity.activity:record": "ledger",
    "crm.db.fulltext:index_texts": "search index",
    "crm.db.folding:sought_in": "search index",
    "crm.web.responses.answers:data": ENCODE,
    "crm.web.responses.answers:created": ENCODE,
    "crm.web.responses.answers:page": ENCODE,
    "flask:url_for": "address of what was made",
    "crm.web.responses.packing:_pack": "compress",
    "crm.web.requests.request_log:_log_request": "log",
}


def statement_of(_session: object, sql: str, *_: Any, **__: Any) -> str:
    """By its verb and its first table: enough to tell those of a request from each other."""
    tables = TABLE.findall(sql)
    verb = (sql.split() or [""])[0]
    return f"SQL: {verb} {tables[0] if tables else ''}".rstrip()


class SpentAnswer:
    """Around the application: what is spent here and outside of every part is its own part."""

    def __init__(self, app: "WSGIApplication", clocks: Clocks) -> None:
        self._app = clocks.timed(AROUND, app)
        self._clocks = clocks
        self._processor = 0.0

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] != SPENT:
            return self._app(environ, start_response)
        before, self._processor = self._processor, _processor_seconds()
        spent = {part: asdict(each) for part, each in self._clocks.take().items()}
        body = orjson.dumps({"processor": self._processor - before, "parts": spent})
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]


class ProfiledServer(Server):
    def load(self) -> Any:
        clocks = Clocks()
        for place, part in PARTS.items():
            clocks.install(place, part)
        clocks.install("crm.db.sqlite.session:SQLiteSession.execute", statement_of)
        clocks.install("crm.db.sqlite.session:SQLiteSession.control", statement_of)
        clocks.install("crm.db.sqlite.writer:Writer.begin", "SQL: BEGIN, and waiting for it")
        _time_operations(clocks)
        return SpentAnswer(super().load(), clocks)


def _time_operations(clocks: Clocks) -> None:
    run = Database._run  # noqa: SLF001 - what is measured

    def measured(self: Database, session: Any, actor: Any, body: Callable[..., Any]) -> Any:
        return run(self, session, actor, clocks.timed(OPERATION, body))

    Database._run = measured  # type: ignore[method-assign]  # noqa: SLF001


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    gc.set_threshold(GARBAGE_OBJECTS, 20, 20)
    SETTINGS = load_settings()
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        configure_logging(SETTINGS, nowhere)
        ProfiledServer(SETTINGS, os.getppid()).run()
