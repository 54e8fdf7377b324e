"""A PostgreSQL of one's own, and our SQL as it takes it: translated by rule, nothing by hand."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import psycopg

OWNER = "postgres"
SECONDS = 60
TYPES = {"INTEGER": "bigint", "TEXT": "text", "REAL": "double precision", "BLOB": "bytea", "": "text"}
PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z_0-9]*)")
QUOTED = re.compile(r"'(?:[^']|'')*'")
RULES: tuple[tuple[str, str], ...] = (
    # Hints for SQLite's planner.
    (r"\+(?=[a-z]+\.[a-z_]+\b)", ""),
    (r"(\bAND |\bWHERE |\bBY |, |\()\+(?=[A-Za-z(])", r"\1"),
    (r"\bCROSS JOIN (\w+ \w+)(\s+)ON\b", r"JOIN \1\2ON"),
    # Lists in one parameter.
    (r"(\b[\w.]*id(?: NOT)?) IN \(SELECT value FROM json_each\((:\w+)\)\)",
     r"\1 IN (SELECT each::bigint FROM json_array_elements_text(CAST(\2 AS json)) each)"),
    (r" AS BLOB\)", " AS bytea)"),
    (r"SELECT value FROM json_each\((:\w+)\)",
     r"SELECT each FROM json_array_elements_text(CAST(\1 AS json)) each"),
    (r"\bjson_group_array\(", "json_agg("),
    (r"\bjson_array\(", "json_build_array("),
    # Functions.
    (r"\binstr\(", "strpos("),
    (r"\bjulianday\(([\w.]+)\)", r"(extract(epoch FROM CAST(\1 AS timestamptz)) / 86400)"),
    # The search index.
    (r"\b(\w+_search) MATCH (:\w+)", r"s.grams @@ CAST(\2 AS tsquery)"),
)  # fmt: skip


def program(name: str) -> Path | None:
    """Debian keeps PostgreSQL's programs out of the way; the newest counts."""
    homes = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = shutil.which(name)
    return homes[-1] if homes else Path(found) if found else None


@contextmanager
def cluster() -> Iterator[str]:
    """A new cluster on a socket in a folder of its own; how to connect to it."""
    initdb, server = program("initdb"), program("pg_ctl")
    assert initdb is not None and server is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        _give_away(folder)
        data = folder / "data"
        _run(folder, initdb, "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        _run(
            folder, server, "-D", data, "-l", folder / "log", "-o", options, "-w", "-t", str(SECONDS), "start"
        )
        try:
            yield f"host={folder} user={OWNER} dbname=postgres connect_timeout={SECONDS}"
        finally:
            _run(folder, server, "-D", data, "-m", "immediate", "-w", "-t", str(SECONDS), "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _give_away(folder: Path) -> None:
    """The server refuses to run as root."""
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER, OWNER)


def _run(folder: Path, *command: str | Path) -> None:
    owner = OWNER if os.geteuid() == 0 else None
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder, timeout=2 * SECONDS, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, check=False,
        user=owner, group=owner, extra_groups=[] if owner else None,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def build_schema(live: apsw.Connection, there: "psycopg.Connection[tuple[object, ...]]") -> None:
    """The tables as they are after all migrations, with the keys that statements lean on."""
    tables = live.execute(
        "SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'"
        " AND type IN ('table', 'virtual')"
    ).fetchall()
    for name, kind in tables:
        there.execute(_search_table(str(name)) if kind == "virtual" else _table(live, str(name)))
        if kind == "table":
            for index in _unique_indexes(live, str(name)):
                there.execute(index)


def _search_table(name: str) -> str:
    return f"CREATE TABLE {name} (rowid bigint PRIMARY KEY, grams tsvector)"


def _table(live: apsw.Connection, name: str) -> str:
    columns = live.execute('SELECT name, type, "notnull", pk FROM pragma_table_xinfo(?)', (name,)).fetchall()
    lines = [
        f'"{column}" {TYPES[str(kind)]}{" NOT NULL" if required else ""}'
        for column, kind, required, _ in columns
    ]
    key = [
        str(column)
        for place, column in sorted((int(str(pk)), str(column)) for column, _, _, pk in columns if pk)
    ]
    if key:
        lines.append(f"PRIMARY KEY ({', '.join(key)})")
    return f"CREATE TABLE {name} ({', '.join(lines)})"


def _unique_indexes(live: apsw.Connection, table: str) -> Iterator[str]:
    """As the migrations wrote them, or as the table implies them."""
    rows = live.execute(
        """SELECT l.name, s.sql FROM pragma_index_list(?) l
             LEFT JOIN sqlite_schema s ON s.name = l.name AND s.type = 'index'
            WHERE l."unique" AND l.origin <> 'pk'""",
        (table,),
    ).fetchall()
    for name, sql in rows:
        if sql is not None:
            yield str(sql)
            continue
        columns = [str(each) for (each,) in live.execute("SELECT name FROM pragma_index_info(?)", (name,))]
        yield f"CREATE UNIQUE INDEX ON {table} ({', '.join(columns)})"


def translated(sql: str) -> str:
    """With numbered parameters, of which each name is one."""
    for pattern, replacement in RULES:
        sql = re.sub(pattern, replacement, sql)
    kept: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\x00{len(kept) - 1}\x00"

    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match.group(1) not in names:
            names.append(match.group(1))
        return f"${names.index(match.group(1)) + 1}"

    numbered = PARAMETER.sub(number, QUOTED.sub(put_aside, sql))
    return re.sub("\x00(\\d+)\x00", lambda match: kept[int(match.group(1))], numbered)


def refusal_of(there: "psycopg.Connection[tuple[object, ...]]", sql: str) -> str | None:
    """Why the server would not prepare it; None when it did."""
    try:
        there.execute(f"PREPARE tried AS {translated(sql)}")
    except psycopg.Error as error:
        return str(error).partition("\n")[0]
    there.execute("DEALLOCATE tried")
    return None
