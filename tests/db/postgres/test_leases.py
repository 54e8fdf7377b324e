"""One worker leads, of all on one database, and another takes over when it does not live any more."""

from pathlib import Path

from crm.config import Settings
from crm.db.postgres.installation import keep_fact
from crm.db.postgres.lease import ServerLease
from crm.db.postgres.shared import on_server
from crm.db.restored import load_restored
from crm.db.shared_facts import RESTORED, forget_shared
from tests.support.appliance import wait_until

SECONDS = 4.0
KEPT = '{"backup": "b", "made_at": "2026-11-28T10:00:00.000Z", "restored_at": "2026-11-28T11:00:00.000Z"}'


def lease_of(settings: Settings, folder: Path) -> ServerLease:
    assert settings.database_url is not None
    folder.mkdir(exist_ok=True)
    return ServerLease(settings.database_url.get_secret_value(), folder / "crm.db", SECONDS)


def test_one_leads_and_another_takes_over_from_who_gave_up_or_died(
    prepared: Settings, tmp_path: Path
) -> None:
    first, second = lease_of(prepared, tmp_path / "a"), lease_of(prepared, tmp_path / "b")
    assert first.take() and first.take() and not second.take()
    first.give_up()
    assert not first.held and second.take()
    second._stopping.set()  # as if it were killed: nobody renews it
    wait_until(lambda: not second.held, 60)
    third = lease_of(prepared, tmp_path / "a")
    wait_until(third.take, 60)
    third.give_up()


def test_the_pause_after_a_restore_holds_and_ends_on_each_machine(prepared: Settings, tmp_path: Path) -> None:
    on_server(prepared, keep_fact, RESTORED, KEPT)
    lease = lease_of(prepared, tmp_path / "b")
    assert lease.take()
    found = load_restored(tmp_path / "b" / "crm.db")
    assert found is not None and found.backup == "b"
    forget_shared(prepared, RESTORED)
    wait_until(lambda: load_restored(tmp_path / "b" / "crm.db") is None, 60)
    lease.give_up()
