"""Going back to a moment by a base and the archived log, by the steps of docs/scaling.md."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from crm.appliance.server_doctor import verified
from crm.config import Settings
from crm.db.postgres.startup import prepare
from crm.kinds import open_database
from tests.support.appliance import wait_until
from tests.support.cast import gather_cast
from tests.support.clients import add_client
from tests.support.postgres import PrivateServer, give_away, program, run_as_owner

BASE = ("-c", "fast", "-X", "none")
ARCHIVED = b"SELECT last_archived_wal >= %s FROM pg_stat_archiver"


@pytest.fixture
def archive() -> Iterator[Path]:
    if program("pg_basebackup") is None:
        pytest.skip("PostgreSQL is missing. On Debian: apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="wal-") as folder:
        give_away(Path(folder))
        yield Path(folder)


def test_a_server_is_as_it_was_at_a_moment_between_two_changes(settings: Settings, archive: Path) -> None:
    command = f"test ! -f {archive}/%f && cp %p {archive}/.%f && mv {archive}/.%f {archive}/%f"
    archiving = f"-c archive_mode=on -c archive_command='{command}'"
    with PrivateServer.started(options=archiving) as server:
        url = server.url_of("postgres")
        chosen = settings.model_copy(update={"database_url": SecretStr(url)})
        prepare(chosen)
        db = open_database(chosen)
        cast = gather_cast(db)
        add_client(db, cast.owner, name="Before the base")
        base = archive / "base"
        basebackup = program("pg_basebackup")
        assert basebackup is not None
        run_as_owner(archive, basebackup, "-D", base, "-d", url, *BASE)
        add_client(db, cast.owner, name="After it")
        with psycopg.connect(url, autocommit=True) as there:
            moment = there.execute(b"SELECT clock_timestamp()::text").fetchall()[0][0]
            add_client(db, cast.owner, name="A mistake")
            last = there.execute(b"SELECT pg_walfile_name(pg_switch_wal())").fetchall()[0][0]
            wait_until(lambda: there.execute(ARCHIVED, (last,)).fetchall()[0][0], 60)
        db.close()
        server.stop("fast")
        wanted = f"restore_command = 'cp {archive}/%f %p'\nrecovery_target_time = '{moment}'\n"
        with (base / "postgresql.auto.conf").open("a") as auto:
            auto.write(f"{wanted}recovery_target_action = 'promote'\n")
        (base / "recovery.signal").touch()
        server.go_on_with(base)
        with psycopg.connect(url, autocommit=True) as there:
            wait_until(lambda: not there.execute(b"SELECT pg_is_in_recovery()").fetchall()[0][0], 60)
            names = {name for (name,) in there.execute(b"SELECT name FROM clients")}
        assert {"Before the base", "After it"} <= names and "A mistake" not in names
        prepare(chosen)
        db = open_database(chosen)
        assert verified(db, int(cast.owner.workspace_id or 0)).complete
        add_client(db, cast.owner, name="Next")
        db.close()
