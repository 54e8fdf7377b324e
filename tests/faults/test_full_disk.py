"""On a full disk nothing is acknowledged and nothing half written; reading goes on; room alone mends it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm.db.actor import SYSTEM
from crm.db.instance import load_instance
from crm.db.refusal import StartRefused
from crm.db.sqlite.startup import prepare
from crm.db.transaction import Transaction
from crm.errors import Full
from crm.kinds import open_database
from tests.support.small_disk import NoSmallDisk, fill, small_disk
from tests.support.torture.deeds import PARTS, put
from tests.support.torture.kill_rounds import Arena, build_arena


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    try:
        with small_disk(tmp_path / "disk", megabytes=64) as folder:
            yield folder
    except NoSmallDisk as reason:
        pytest.skip(str(reason))


@pytest.fixture
def small(disk: Path) -> Arena:
    return build_arena(disk)


def count(tx: Transaction) -> int:
    return int(tx.value("SELECT count(*) FROM deeds"))


def test_a_full_disk_refuses_changes_whole_goes_on_reading_and_resumes_with_room(
    small: Arena, disk: Path
) -> None:
    db = open_database(small.settings)
    db.write(put, small.actor, "before", 1, 10)
    db.read(count, SYSTEM)
    filler = fill(disk)
    for _ in range(3):
        with pytest.raises(Full, match="disk is full; nothing was saved"):
            db.write(put, small.actor, "during", 1, 100_000)
        assert db.read(count, SYSTEM) == PARTS
    filler.unlink()
    db.write(put, small.actor, "after", 1, 100)
    assert db.read(count, SYSTEM) == 2 * PARTS
    db.close()
    prepare(small.settings)


def test_a_disk_that_fills_by_our_own_changes_keeps_all_that_was_acknowledged(
    small: Arena, disk: Path
) -> None:
    filler = fill(disk, leave=12_000_000)
    db = open_database(small.settings)
    acknowledged = 0
    with pytest.raises(Full):
        for number in range(5_000):
            db.write(put, small.actor, f"deed-{number}", 1, 400)
            acknowledged += 1
    assert acknowledged > 100
    assert db.read(count, SYSTEM) == acknowledged * PARTS
    with pytest.raises(Full):
        db.write(put, small.actor, "one more", 1, 100_000)
    assert db.read(count, SYSTEM) == acknowledged * PARTS
    db.close()
    instance = load_instance(small.settings.sqlite_path)
    assert instance is not None and not instance.clean
    filler.unlink()
    prepare(small.settings)
    db = open_database(small.settings)
    assert db.read(count, SYSTEM) == acknowledged * PARTS
    db.close()


def test_a_failure_that_the_operation_swallows_does_not_let_half_of_it_through(
    small: Arena, disk: Path
) -> None:
    db = open_database(small.settings)

    def swallow(tx: Transaction) -> None:
        put(tx, "first", 1, 1)
        for number in range(200):
            try:
                put(tx, f"large-{number}", 1, 50_000)
            except Full:
                break
        put(tx, "last", 1, 1)

    filler = fill(disk, leave=1_000_000)
    with pytest.raises(Full):
        db.write(swallow, small.actor)
    filler.unlink()
    assert db.read(count, SYSTEM) == 0
    db.write(put, small.actor, "after", 1, 1)
    db.close()


def test_a_start_on_a_full_disk_is_refused(small: Arena, disk: Path) -> None:
    filler = fill(disk, leave=1_000_000)
    with pytest.raises(StartRefused, match="is full: 9"):
        prepare(small.settings)
    filler.unlink()
    prepare(small.settings)


def test_a_first_start_on_a_disk_too_small_leaves_nothing(disk: Path, tmp_path: Path) -> None:
    fill(disk, leave=1_000_000)
    with pytest.raises(StartRefused, match="is full"):
        build_arena(disk)
    assert {path.name for path in disk.iterdir()} == {"filler", "logs"}
