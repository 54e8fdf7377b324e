"""Numbers are unique and have no holes, whoever asks, whatever fails, and however their format changes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from crm import clock
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, NotFound
from crm.kinds import open_database
from crm.numbers.checking import check_numbers
from crm.numbers.formats import NumberKind, write_number
from crm.numbers.issuing import next_number, take_number
from crm.numbers.register import list_issued
from crm.numbers.series import SeriesChanges, SeriesFields, change_series, get_series, preview
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.processes import run_in_processes

FORMAT = "D-{year}-{seq:05}"


def give(db: Database, actor: Actor, count: int = 1, kind: NumberKind = "deal") -> list[str]:
    return [db.write(next_number, actor, kind) for _ in range(count)]


def change(db: Database, actor: Actor, **given: object) -> None:
    db.write(change_series, actor, "deal", SeriesChanges.model_validate(given))


def set_zone(db: Database, actor: Actor, zone: str) -> None:
    def store(tx: Transaction) -> None:
        tx.run("UPDATE workspaces SET timezone = :zone WHERE id = :workspace_id", zone=zone)

    db.write(store, actor)


def take_many(settings: Settings, actor: Actor, threads: int, each: int) -> list[str]:
    db = open_database(settings)
    try:
        with ThreadPoolExecutor(threads) as pool:
            return [
                number
                for found in pool.map(lambda _: give(db, actor, each), range(threads))
                for number in found
            ]
    finally:
        db.close()


def unique_and_gapless(db: Database, settings: Settings, actor: Actor, processes: int, threads: int) -> None:
    each = 3
    work = [(settings, actor, threads, each)] * processes
    found = [number for part in run_in_processes(take_many, work, seconds=100) for number in part]
    wanted = range(1, processes * threads * each + 1)
    assert sorted(found) == [write_number(FORMAT, 2026, seq) for seq in wanted]


@pytest.mark.usefixtures("frozen_clock")
def test_each_kind_and_workspace_counts_for_itself(db: Database, cast: Cast) -> None:
    assert give(db, cast.owner, 2) == ["D-2026-00001", "D-2026-00002"]
    assert give(db, cast.colleague) == ["D-2026-00003"]
    assert give(db, cast.owner, kind="stock") == ["S-00001"]
    assert give(db, cast.outsider) == ["D-2026-00001"]


@pytest.mark.usefixtures("frozen_clock")
def test_what_fails_uses_no_number(db: Database, cast: Cast) -> None:
    def fail(tx: Transaction) -> None:
        next_number(tx, "deal")
        raise Conflict("It fails.")

    give(db, cast.owner)
    with pytest.raises(Conflict):
        db.write(fail, cast.owner)
    assert give(db, cast.owner) == ["D-2026-00002"]


def test_a_year_ends_at_midnight_in_the_zone_of_the_workspace(
    db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    set_zone(db, cast.owner, "Pacific/Auckland")
    set_zone(db, cast.outsider, "America/Los_Angeles")
    frozen_clock.set(clock.from_text("2026-12-31T10:59:59.000Z"))
    assert give(db, cast.owner, 2) == ["D-2026-00001", "D-2026-00002"]
    frozen_clock.set(clock.from_text("2026-12-31T11:00:00.000Z"))
    assert give(db, cast.owner) == ["D-2027-00001"] and give(db, cast.outsider) == ["D-2026-00001"]
    frozen_clock.set(clock.from_text("2026-12-31T10:00:00.000Z"))
    assert give(db, cast.owner) == ["D-2026-00003"], "a clock that is set back goes on in that year"


@pytest.mark.usefixtures("frozen_clock")
def test_no_change_of_the_format_gives_a_number_again(db: Database, cast: Cast) -> None:
    given = give(db, cast.owner, 3)
    for format_, reset in (
        ("d-{year}-{seq:05}", "never"), ("D-{year}-{seq:05}", "yearly"), ("D-2026-{seq:05}", "never"),
        ("D-20{seq:09}", "never"), ("D-{year}-{seq:05}", "yearly"),
    ):  # fmt: skip
        change(db, cast.owner, format=format_, reset=reset)
        shown = db.read(get_series, cast.owner, "deal").next
        assert give(db, cast.owner) == [shown]
        given += [str(shown), *give(db, cast.owner)]
    assert len({number.casefold() for number in given}) == len(given)
    assert not [
        found for found in db.read(check_numbers, cast.owner).faults if "no record" not in found.message
    ]


@pytest.mark.usefixtures("frozen_clock")
def test_a_start_is_leapt_to_and_told_as_a_gap(db: Database, cast: Cast) -> None:
    give(db, cast.owner)
    change(db, cast.owner, start=100)
    assert give(db, cast.owner, 2) == ["D-2026-00100", "D-2026-00101"]
    change(db, cast.owner, start=1)
    assert give(db, cast.owner) == ["D-2026-00102"]
    gaps = [found.message for found in db.read(check_numbers, cast.owner).findings if not found.fault]
    assert len(gaps) == 1 and "D-2026-00100: 98 numbers were left out" in gaps[0]
    assert [row.follows for row in db.read(list_issued, cast.owner, "deal").rows] == [None, None, 1, None]


@pytest.mark.usefixtures("frozen_clock")
def test_a_number_that_people_chose_is_never_generated(db: Database, cast: Cast) -> None:
    db.write(take_number, cast.owner, "stock", "s-00001")
    assert give(db, cast.owner, kind="stock") == ["S-00002"]
    with pytest.raises(Conflict, match="S-00002"):
        db.write(take_number, cast.owner, "stock", "S-00002")


@pytest.mark.usefixtures("frozen_clock")
def test_a_lost_row_of_the_register_is_found(db: Database, cast: Cast) -> None:
    def lose(tx: Transaction) -> None:
        tx.run("DELETE FROM issued_numbers WHERE workspace_id = :workspace_id AND seq = 2")

    give(db, cast.owner, 3)
    db.write(lose, cast.owner)
    faults = [found.message for found in db.read(check_numbers, cast.owner).faults]
    assert "D-2026-00003: the number before it is missing from the register." in faults


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"format": "D-{year}"}, "format"), ({"format": "{seq}{seq}"}, "format"),
        ({"format": "{seq"}, "format"),
        ({"format": "{seq:5}"}, "format"), ({"format": "{day}-{seq}"}, "format"),
        ({"format": "x" * 41}, "format"),
        ({"format": "{seq:05}"}, "format"), ({"start": 0}, "start"), ({"start": 2**40}, "start"),
        ({"start": 100_000_000}, "start"),
        ({"reset": "monthly"}, "reset"),
    ],
)  # fmt: skip
def test_a_series_refuses_what_gives_no_numbers(
    db: Database, cast: Cast, given: dict[str, object], field: str
) -> None:
    with pytest.raises((Invalid, ValueError), match=field):
        change(db, cast.owner, **given)
    assert db.read(get_series, cast.owner, "deal").version == 1


@pytest.mark.usefixtures("frozen_clock")
def test_a_preview_changes_nothing_and_unknown_series_are_not_found(db: Database, cast: Cast) -> None:
    wanted = SeriesFields.model_validate({"format": "{seq:03}/{year}", "reset": "yearly", "start": 7})
    assert db.read(preview, cast.owner, "deal", wanted) == "007/2026"
    assert give(db, cast.owner) == ["D-2026-00001"]
    with pytest.raises(NotFound):
        db.read(get_series, cast.owner, "dael")


def test_numbers_of_two_processes_are_unique_and_without_holes(
    db: Database, prepared: Settings, cast: Cast
) -> None:
    change(db, cast.owner, format="D-2026-{seq:05}", reset="never")
    unique_and_gapless(db, prepared, cast.owner, 2, 2)


@pytest.mark.serial
@pytest.mark.timeout(240)
def test_numbers_of_thirty_two_writers_are_unique_and_without_holes(
    db: Database, prepared: Settings, cast: Cast
) -> None:
    change(db, cast.owner, format="D-2026-{seq:05}", reset="never")
    unique_and_gapless(db, prepared, cast.owner, 8, 4)
