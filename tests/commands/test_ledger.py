"""`crm ledger verify` walks every chain, and says where one breaks."""

from crm.config import Settings
from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.crm_command import crm
from tests.support.engines import tamper


def test_whole_ledgers_are_listed_with_their_heads(settings: Settings, db: Database, cast: Cast) -> None:
    for number in range(3):
        add_client(db, cast.owner, name=f"{number}")
    done = crm(settings, "ledger", "verify")
    assert done.returncode == 0, done.stderr
    assert "Acme: 3 entries, whole" in done.stdout
    assert "Elsewhere: 0 entries, whole" in done.stdout
    one = crm(settings, "ledger", "verify", "--workspace", "Elsewhere")
    assert "Acme" not in one.stdout


def test_a_broken_ledger_is_named_with_the_entry_that_breaks_it(
    settings: Settings, db: Database, cast: Cast
) -> None:
    for number in range(3):
        add_client(db, cast.owner, name=f"{number}")
    tamper(settings, "DELETE FROM activity_contents WHERE activity_id = 2")
    done = crm(settings, "ledger", "verify")
    assert done.returncode == 1
    assert "Acme: broken at entry 2: its content is missing" in done.stdout
    assert "Elsewhere: 0 entries, whole" in done.stdout
