"""Connections to the server: they give what SQLite's would, whole numbers, texts and bytes."""

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Dumper, Loader
from psycopg.types.numeric import FloatLoader, IntLoader
from psycopg.types.string import TextLoader

from crm.db.tallies import StatementTally

ENCODING = "UTF8"
OPTIONS: dict[str, Any] = {
    "application_name": "holdfast",
    "client_encoding": ENCODING,
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "tcp_user_timeout": 30_000,
}
WHOLE = ("int2", "int4", "int8", "oid")
NUMBERS = ("float4", "float8")
TEXTS = ("text", "varchar", "name", "json", "jsonb")

Connection = psycopg.Connection[tuple[Any, ...]]


class _Untyped(Dumper):
    """A number of no type: the server takes the one that the place of the parameter has, as for a text."""

    def dump(self, obj: Any) -> Buffer:
        if isinstance(obj, int) and not -(2**63) <= obj < 2**63:
            raise OverflowError("a whole number of more than 64 bits")
        return str(obj).encode()


class _Truth(Dumper):
    def dump(self, obj: Any) -> Buffer:
        return b"1" if obj else b"0"


class _Decimal(Loader):
    """The sum of whole numbers is one, too."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data).decode()
        return int(text) if text.lstrip("-").isdigit() else float(text)


class _Bool(Loader):
    def load(self, data: Buffer) -> int:
        return int(bytes(data) == b"t")


def adapters() -> AdaptersMap:
    """How values are sent and read."""
    made = AdaptersMap(psycopg.adapters)
    for kind in (int, float):
        made.register_dumper(kind, _Untyped)
    made.register_dumper(bool, _Truth)
    for name in WHOLE:
        made.register_loader(name, IntLoader)
    for name in NUMBERS:
        made.register_loader(name, FloatLoader)
    for name in TEXTS:
        made.register_loader(name, TextLoader)
    made.register_loader("numeric", _Decimal)
    made.register_loader("bool", _Bool)
    return made


class _Context:
    """What the driver asks for adapters."""

    connection = None

    def __init__(self, made: AdaptersMap) -> None:
        self.adapters = made


CONTEXT: Any = _Context(adapters())


class PooledConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection with its tallies. One thread uses it at a time."""

    tallies: dict[str, StatementTally]
    retire: Callable[[dict[str, StatementTally]], None]

    def close(self) -> None:
        if not self.closed and hasattr(self, "tallies"):
            self.retire(self.tallies)
        super().close()


def connect(address: str) -> Connection:
    return psycopg.connect(address, autocommit=True, context=CONTEXT, **OPTIONS)


def is_pooled(connection: Connection) -> bool:
    """Whether a pooler such as PgBouncer is between: each transaction may be on another connection of the
    server then, which knows no statement that was prepared on the last.
    """
    behind = connection.execute(b"SELECT pg_backend_pid()", prepare=False).fetchall()[0][0]
    return bool(behind != connection.info.backend_pid)
