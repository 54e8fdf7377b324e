"""`crm ledger verify` walks every chain, and says where one breaks."""

from crm.config import Settings
from crm.db.database import Database
from crm.db.sqlite.engine import open_writer
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.crm_command import crm


def test_whole_ledgers_are_told_with_their_heads(settings: Settings, db: Database, cast: Cast) -> None:
    for number in range(3):
        add_client(db, cast.owner, name=f"{number}")
    told = crm(settings, "ledger", "verify")
    assert told.returncode == 0, told.stderr
    assert "Acme: 3 entries, whole" in told.stdout
    assert "Elsewhere: 0 entries, whole" in told.stdout
    one = crm(settings, "ledger", "verify", "--workspace", "Elsewhere")
    assert "Acme" not in one.stdout


def test_a_broken_ledger_is_told_with_its_place(settings: Settings, db: Database, cast: Cast) -> None:
    for number in range(3):
        add_client(db, cast.owner, name=f"{number}")
    connection = open_writer(settings.sqlite_path)
    connection.execute("DROP TRIGGER activity_contents_keep_delete")
    connection.execute("DELETE FROM activity_contents WHERE activity_id = 2")
    connection.close()
    told = crm(settings, "ledger", "verify")
    assert told.returncode == 1
    assert "Acme: broken at entry 2: its content is missing" in told.stdout
    assert "Elsewhere: 0 entries, whole" in told.stdout
