"""Each thing that is not in order is named by the check it belongs to, and the others go on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crm.appliance.backups import back_up
from crm.appliance.doctor import examine
from crm.config import Settings
from crm.db.backup.report import Silence
from crm.db.sqlite.engine import open_writer
from tests.support.filled import Filled


def bad(settings: Settings) -> dict[str, str]:
    return {finding.check: finding.found for finding in examine(settings) if not finding.good}


def test_an_appliance_in_order_is_found_in_order_while_it_runs(appliance: Filled) -> None:
    back_up(appliance.settings, Silence())
    found = {finding.check: finding.found for finding in examine(appliance.settings)}
    assert bad(appliance.settings) == {}
    assert found["ledgers"] == "2 whole, 6 entries"
    assert found["uploaded files"].startswith("3,") and found["orphaned files"].startswith("0,")


def lose_file(appliance: Filled) -> None:
    appliance.documents[1].unlink()


def flip_file(appliance: Filled) -> None:
    appliance.documents[1].write_bytes(b"x" * 5_000)


def lose_uploads(appliance: Filled) -> None:
    appliance.settings.upload_folder.rename(appliance.settings.upload_folder.with_name("elsewhere"))


def break_ledger(appliance: Filled) -> None:
    connection = open_writer(appliance.settings.sqlite_path)
    connection.execute("DROP TRIGGER activities_keep_update")
    connection.execute("UPDATE activities SET action = 'x' WHERE seq = 2")
    connection.close()


def lose_parent(appliance: Filled) -> None:
    connection = open_writer(appliance.settings.sqlite_path)
    connection.pragma("foreign_keys", "OFF")
    connection.execute("DELETE FROM users WHERE id = 1")
    connection.close()


def damage_header(appliance: Filled) -> None:
    appliance.settings.sqlite_path.write_bytes(b"no database" * 100)


@pytest.mark.parametrize(
    ("harm", "checks"),
    [
        (lose_file, {"uploaded files"}),
        (flip_file, {"uploaded files"}),
        (lose_uploads, {"presence", "uploaded files"}),
        (break_ledger, {"ledgers"}),
        (lose_parent, {"integrity"}),
        (damage_header, {"header"}),
    ],
)
def test_harm_is_named(appliance: Filled, harm: Callable[[Filled], None], checks: set[str]) -> None:
    back_up(appliance.settings, Silence())
    appliance.db.close()
    harm(appliance)
    assert set(bad(appliance.settings)) >= checks
    assert "engine" not in bad(appliance.settings)


@pytest.mark.parametrize("content", [b"", b"no database" * 100, b"SQLite format 3\x00" + bytes(4_080)])
def test_what_is_no_database_of_ours_is_not_opened(appliance: Filled, content: bytes) -> None:
    appliance.db.close()
    appliance.settings.sqlite_path.write_bytes(content)
    assert "header" in bad(appliance.settings)
    assert appliance.settings.sqlite_path.read_bytes() == content


def test_a_missing_backup_and_a_file_of_nobody_are_reported(appliance: Filled) -> None:
    (appliance.settings.upload_folder / "stray").write_bytes(b"12345")
    assert "26 hours" in bad(appliance.settings)["backups"]
    found = {finding.check: finding.found for finding in examine(appliance.settings)}
    assert found["orphaned files"] == "1, 5 B"


def test_a_place_without_a_database_is_distinguished_from_a_lost_one(settings: Settings) -> None:
    assert bad(settings) == {}
    Path(settings.upload_folder).mkdir(parents=True)
    (settings.upload_folder / ".holdfast").write_text("x")
    assert set(bad(settings)) == {"presence"}
