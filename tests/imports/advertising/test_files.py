"""Files of figures: read, shown with their sums, confirmed, and taken in piece by piece."""

from pathlib import Path
from typing import Any

import pytest

from crm.appliance.report_files import keep_report
from crm.appliance.uploads import Desk
from crm.campaigns.campaigns import create_campaign
from crm.campaigns.fields import CampaignFields
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.errors import Conflict
from crm.imports.advertising import working
from crm.imports.advertising.report_file import ReportFile, get_report_file
from crm.imports.advertising.report_files import (
    cancel_report_file,
    confirm_report_file,
    create_report_file,
    map_report_file,
)
from crm.imports.advertising.wishes import ReportOptions
from crm.imports.advertising.working import forget_report_files, work_on_report_file, work_on_report_files
from crm.imports.spool import spool_of
from tests.imports.advertising.conftest import SAMPLES
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock

pytestmark = pytest.mark.usefixtures("frozen_clock")
OWNER_ROWS = """
    SELECT c.name, d.day, d.currency, d.impressions, d.clicks, d.spend, d.conversions, d.value
      FROM daily_kpi_data d
      JOIN campaigns c ON c.workspace_id = d.workspace_id AND c.id = d.campaign_id
     WHERE d.workspace_id = :workspace_id
     ORDER BY d.campaign_id, d.day
"""


class Room:
    """A desk at which files are taken in."""

    def __init__(self, db: Database, settings: Settings, actor: Actor) -> None:
        self.db, self.settings, self.actor = db, settings, actor

    def upload(self, path: Path, source: str, **options: Any) -> ReportFile:
        desk = Desk(self.db, self.settings, self.actor)
        with path.open("rb") as stream:
            upload = keep_report(desk, stream, path.name)
        wishes = ReportOptions(**options)
        made = self.db.write(create_report_file, self.actor, upload, source, wishes)
        return self.work(made.id)

    def work(self, file_id: int, seconds: float | None = None) -> ReportFile:
        work_on_report_file(self.db, self.settings, self.actor, file_id, seconds)
        return self.db.read(get_report_file, self.actor, file_id)

    def collect(self, path: Path, source: str, **options: Any) -> ReportFile:
        found = self.upload(path, source, **options)
        assert found.state == "ready", found
        self.db.write(confirm_report_file, self.actor, found.id)
        return self.work(found.id)

    def rows(self) -> list[tuple[Any, ...]]:
        return self.db.read(lambda tx: tx.tuples(OWNER_ROWS), self.actor)


@pytest.fixture
def room(db: Database, prepared: Settings, cast: Cast) -> Room:
    return Room(db, prepared, cast.owner)


def table(folder: Path, days: int, cost: str = "1.50") -> Path:
    path = folder / "table.csv"
    lines = [f"2026-10-{day:02d},Campaign {day % 4},{cost},10" for day in range(1, days + 1)]
    path.write_text("\n".join(["Day,Campaign,Cost (EUR),Clicks", *lines]), encoding="utf-8")
    return path


def test_a_file_is_collected_once_however_often_it_comes(room: Room) -> None:
    first = room.collect(SAMPLES / "google_ads_day_utf16.csv", "google_ads")
    assert (first.state, first.new, first.changed, first.unchanged) == ("done", 3, 0, 0)
    rows = room.rows()
    assert [row[0] for row in rows] == ["Winter tyres | Search", "Winter tyres | Search", "Total Care"]
    assert sum(row[5] for row in rows) == 1_038_340_000
    assert {row[2] for row in rows} == {"EUR"}
    again = room.collect(SAMPLES / "google_ads_day_utf16.csv", "google_ads")
    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)
    assert room.rows() == rows
    assert not list(spool_of(room.settings).iterdir()), "no file is left behind"


def test_all_platforms_beside_each_other_by_name_and_id(room: Room) -> None:
    """Google Ads and Google Analytics tell of the same campaign by its name alone."""
    for name, source in (
        ("google_ads_day_utf16.csv", "google_ads"),
        ("meta_ads_manager.csv", "meta_ads"),
        ("tiktok_ads.csv", "tiktok_ads"),
        ("yandex_direct_cp1251.csv", "yandex_direct"),
        ("ga4_traffic.csv", "ga4"),
    ):
        assert room.collect(SAMPLES / name, source).state == "done"
    names = list(dict.fromkeys(row[0] for row in room.rows()))
    assert names == [
        "Winter tyres | Search", "Total Care", "Leads, Köln", "Boost 🚗", "Tyres TT", "Шины — поиск",
        "Сервис; РСЯ",
    ]  # fmt: skip


def test_a_campaign_that_people_named_gets_the_platforms_id(room: Room, db: Database) -> None:
    fields = CampaignFields(name="total care", currency="EUR")
    mine = db.write(create_campaign, room.actor, fields)
    room.collect(SAMPLES / "google_ads_day_utf16.csv", "google_ads")
    found = db.read(
        lambda tx: tx.tuples(
            "SELECT source, platform_id FROM campaign_platform_ids"
            " WHERE workspace_id = :workspace_id AND campaign_id = :campaign_id",
            campaign_id=mine.id,
        ),
        room.actor,
    )
    assert found == [("google_ads", "21456789013")]


def test_a_file_with_a_wrong_row_is_refused_whole(room: Room, tmp_path: Path) -> None:
    found = room.upload(table(tmp_path, 3, cost="-1"), "fair")
    assert (found.state, found.found["problem_count"]) == ("refused", 3)
    with pytest.raises(Conflict):
        room.db.write(confirm_report_file, room.actor, found.id)
    assert room.rows() == []
    future = tmp_path / "future.csv"
    future.write_text("Day,Campaign,Cost\n2026-11-30,A,1\n", encoding="utf-8")
    assert room.upload(future, "fair").found["problems"][0]["field"] == "day"


def test_columns_that_nobody_knows_are_asked_once(room: Room, tmp_path: Path) -> None:
    path = tmp_path / "flyers.csv"
    path.write_text("Wann;Was;Bezahlt (EUR)\n01.10.2026;Flyer;1.234,50\n", encoding="utf-8")
    found = room.upload(path, "manual")
    assert (found.state, found.found["headers"]) == ("unmapped", ["Wann", "Was", "Bezahlt (EUR)"])
    columns = {"day": "Wann", "campaign": "Was", "spend": "Nowhere"}
    room.db.write(map_report_file, room.actor, found.id, ReportOptions(columns=columns))
    wrong = room.work(found.id)
    assert (wrong.state, wrong.error) == ("unmapped", "columns.spend is not a column of the file")
    options = ReportOptions(columns={**columns, "spend": "Bezahlt (EUR)"})
    room.db.write(map_report_file, room.actor, found.id, options)
    assert room.work(found.id).found["sums"] == [{"currency": "EUR", "spend": 1234.5}]
    assert room.upload(path, "manual").state == "ready", "it is remembered"


def test_a_large_file_is_taken_in_piece_by_piece_and_goes_on_after_a_stop(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "PIECE", 4)
    found = room.upload(table(tmp_path, 10), "fair")
    assert (found.state, found.pieces) == ("ready", 3)
    room.db.write(confirm_report_file, room.actor, found.id)
    stopped = room.work(found.id, seconds=0)
    assert (stopped.state, stopped.pieces_done, stopped.new) == ("running", 1, 4)
    assert len(room.rows()) == 4
    work_on_report_files(room.db, room.settings)
    done = room.db.read(get_report_file, room.actor, found.id)
    assert (done.state, done.pieces_done, done.new) == ("done", 3, 10)
    assert len(room.rows()) == 10


def test_what_is_cancelled_keeps_its_whole_pieces_alone(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "PIECE", 4)
    found = room.upload(table(tmp_path, 10), "fair")
    room.db.write(confirm_report_file, room.actor, found.id)
    room.work(found.id, seconds=0)
    room.db.write(cancel_report_file, room.actor, found.id)
    assert room.work(found.id).state == "cancelled"
    assert len(room.rows()) == 4
    assert not list(spool_of(room.settings).iterdir())


def test_what_nobody_confirms_is_given_up_after_a_week(
    room: Room, tmp_path: Path, frozen_clock: FrozenClock
) -> None:
    found = room.upload(table(tmp_path, 1), "fair")
    frozen_clock.advance(days=8)
    assert forget_report_files(room.db, room.settings) == 1
    assert room.db.read(get_report_file, room.actor, found.id).state == "cancelled"
    assert room.db.read(lambda tx: tx.value("SELECT count(*) FROM report_file_pieces"), SYSTEM) == 0


def test_a_file_of_another_workspace_is_not_there(room: Room, cast: Cast, tmp_path: Path) -> None:
    found = room.upload(table(tmp_path, 1), "fair")
    work_on_report_file(room.db, room.settings, cast.outsider, found.id)
    assert room.db.read(lambda tx: tx.tuples(OWNER_ROWS), cast.outsider) == []
