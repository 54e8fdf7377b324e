"""`crm kpis`: exports of advertising platforms are collected and summed up from a script."""

import subprocess
from pathlib import Path

from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from tests.imports.conftest import SAMPLES
from tests.support.crm_command import crm
from tests.support.people import gather_team

TIKTOK = str(SAMPLES / "ads/tiktok_ads.csv")


def kpis(settings: Settings, verb: str, *more: str) -> subprocess.CompletedProcess[str]:
    return crm(settings, "kpis", verb, "--workspace", "Acme", *more)


def days_of(db: Database, who: Actor) -> int:
    counted = "SELECT count(*) FROM daily_kpi_data WHERE workspace_id = :workspace_id"
    return int(db.read(lambda tx: tx.value(counted), who))


def test_an_export_is_collected_once_and_its_month_is_summed_up(db: Database, settings: Settings) -> None:
    team = gather_team(db)
    tried = kpis(settings, "collect", "--source", "tiktok_ads", "--dry-run", TIKTOK)
    assert tried.returncode == 0 and days_of(db, team.owner) == 0, tried.stderr
    done = kpis(settings, "collect", "--source", "tiktok_ads", TIKTOK)
    assert done.returncode == 0, done.stderr
    assert "Rows: 2, campaigns: 1, 2026-11-01 to 2026-11-02." in done.stdout and "12.5" in done.stdout
    assert done.stdout.endswith("Collected: 2 new, 0 changed, 0 unchanged.\n")
    again = kpis(settings, "collect", "--source", "tiktok_ads", TIKTOK)
    assert again.stdout.endswith("Collected: 0 new, 0 changed, 2 unchanged.\n")
    summed = kpis(settings, "aggregate", "2026-11")
    assert summed.stdout == "2026-11: daily rows: 2, campaigns: 1.\n", summed.stderr


def test_a_file_without_the_columns_is_refused_and_says_which_it_has(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    team = gather_team(db)
    file = tmp_path / "other.csv"
    file.write_text("Colour,Weight\nred,1\n", encoding="utf-8")
    done = kpis(settings, "collect", "--source", "other", str(file))
    assert done.returncode != 0 and "'Colour', 'Weight'" in done.stderr
    assert days_of(db, team.owner) == 0
