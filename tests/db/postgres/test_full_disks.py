"""A full disk refuses what no longer fits, and loses nothing: once there is room again, all goes on."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from pydantic import SecretStr

from crm.activity.chain import verify_chain
from crm.config import Settings
from crm.db.database import Database
from crm.db.postgres.startup import prepare
from crm.errors import Full
from crm.kinds import open_database
from tests.support.cast import gather_cast
from tests.support.clients import add_client
from tests.support.engines import TestCluster
from tests.support.small_disk import NoSmallDisk, fill, small_disk

MEGABYTES = 48
MOST = 2_000
NOTES = "n" * 8_000


@pytest.fixture
def small(postgres: TestCluster) -> Iterator[Path]:
    """A disk that the server may use."""
    with TemporaryDirectory(prefix="small-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        try:
            with small_disk(place / "disk", MEGABYTES) as disk:
                postgres.own(disk, 0o700)
                yield disk
        except NoSmallDisk as reason:
            pytest.skip(str(reason))


@pytest.fixture
def db(settings: Settings, postgres: TestCluster, small: Path) -> Iterator[Database]:
    """Its rows are on the small disk, its log elsewhere: a full log stops the server."""
    with psycopg.connect(postgres.url_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{small}'".encode())
        connection.execute(b"CREATE DATABASE small TABLESPACE small")
        chosen = settings.model_copy(update={"database_url": SecretStr(postgres.url_of("small"))})
        prepare(chosen)
        database = open_database(chosen)
        yield database
        database.close()
        connection.execute(b"DROP DATABASE small WITH (FORCE)")
        connection.execute(b"DROP TABLESPACE small")


def test_what_no_longer_fits_is_refused_and_what_was_saved_is_there(db: Database, small: Path) -> None:
    cast = gather_cast(db)
    filler = fill(small, leave=200_000)
    saved = 0
    with pytest.raises(Full, match="nothing was saved"):
        while saved < MOST:
            add_client(db, cast.owner, name=f"{saved}", notes=NOTES)
            saved += 1
    filler.unlink()
    add_client(db, cast.owner, name="after")
    sql = "SELECT count(*) FROM clients WHERE workspace_id = :workspace_id"
    assert db.read(lambda tx: tx.value(sql), cast.owner) == saved + 1
    assert db.read(verify_chain, cast.owner).broken_at is None
