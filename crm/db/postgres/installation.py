"""What all machines on one database share: one row for each fact."""

from crm.db.postgres.connections import Connection
from crm.db.refusal import StartRefused

TABLE = "installation"
MADE = b"""
    CREATE TABLE installation (
        name  text COLLATE "C" PRIMARY KEY,
        value text COLLATE "C" NOT NULL
    )
"""
INSTANCE, ARRIVING, MOVED, BACK = "instance_id", "arriving", "moved_to", "move_back"
"""The id of the installation; the move that has not ended yet; where the data is now, and by which move."""
WHERE_NOW = f"SELECT value FROM {TABLE} WHERE name = '{MOVED}'"


def make_installation(connection: Connection) -> None:
    """A database that an earlier version made lacks it."""
    if not connection.execute(b"SELECT to_regclass('installation') IS NOT NULL").fetchall()[0][0]:
        connection.execute(MADE)


def load_fact(connection: Connection, name: str) -> str | None:
    rows = connection.execute(b"SELECT value FROM installation WHERE name = %s", (name,)).fetchall()
    return str(rows[0][0]) if rows else None


def keep_fact(connection: Connection, name: str, value: str) -> None:
    connection.execute(
        b"""INSERT INTO installation (name, value) VALUES (%s, %s)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value""",
        (name, value),
    )


def keep_first(connection: Connection, name: str, value: str) -> str:
    """The value that whoever came first has kept."""
    connection.execute(
        b"INSERT INTO installation (name, value) VALUES (%s, %s) ON CONFLICT (name) DO NOTHING",
        (name, value),
    )
    return load_fact(connection, name) or value


def forget_fact(connection: Connection, name: str) -> None:
    connection.execute(b"DELETE FROM installation WHERE name = %s", (name,))


def is_known(connection: Connection) -> bool:
    return bool(connection.execute(b"SELECT to_regclass('installation') IS NOT NULL").fetchall()[0][0])


def check_place(connection: Connection) -> None:
    """Raises StartRefused where the data is not whole here yet, or not here any more."""
    if not is_known(connection):
        return
    if load_fact(connection, ARRIVING) is not None:
        raise StartRefused(
            "The move to this database has not ended: run `crm move-to` again, with the settings of the file."
        )
    where = load_fact(connection, MOVED)
    if where is not None:
        raise StartRefused(
            f"The data has moved to {where}. Take DATABASE_URL out of the settings; `crm reopen` opens this "
            "database again, as it was then."
        )
