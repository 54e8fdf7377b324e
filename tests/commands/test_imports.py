"""`crm import`: with the server running or not, in a script or at a terminal."""

import csv
import json
from pathlib import Path

from crm.clients.filters import ClientFilter
from crm.clients.listing import count_clients
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from tests.imports.conftest import SAMPLES
from tests.support.crm_command import crm
from tests.support.people import gather_team


def count(db: Database, who: Actor) -> int:
    return db.read(count_clients, who, ClientFilter(), limit=None).total


def test_a_file_goes_in_and_a_second_time_changes_nothing(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    team = gather_team(db)
    report = tmp_path / "report.csv"
    file = str(SAMPLES / "awkward_rows.csv")
    done = crm(settings, "import", "clients", file, "--workspace", "Acme", "--report", str(report))
    assert done.returncode == 0, done.stderr
    assert "8 created" in done.stdout and "1 left out" in done.stdout
    assert count(db, team.owner) == 8
    with report.open(encoding="utf-8-sig", newline="") as rows:
        lines = list(csv.reader(rows))
    assert lines[0] == ["row", "column", "value", "problem", "imported"]
    assert ["4", "Email", "'@SUM(A1)"] in [line[:3] for line in lines]
    again = crm(settings, "import", "clients", file, "--workspace", "Acme")
    assert again.returncode == 0, again.stderr
    assert "0 created" in again.stdout and count(db, team.owner) == 8


def test_a_dry_run_changes_nothing(db: Database, settings: Settings) -> None:
    team = gather_team(db)
    file = str(SAMPLES / "hubspot_contacts.csv")
    done = crm(settings, "import", "clients", file, "--workspace", "Acme", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "3 created" in done.stdout and "New companies: 1 (Probe GmbH)" in done.stderr
    assert count(db, team.owner) == 0


def test_leads_with_a_mapping_of_ones_own(db: Database, settings: Settings, tmp_path: Path) -> None:
    gather_team(db)
    file, mapping = tmp_path / "deals.csv", tmp_path / "mapping.json"
    file.write_text("Was;Wer;Wieviel\nVan;Ada;1.234,50\n", "utf-8")
    mapping.write_text(json.dumps({"Was": "lead_title", "Wer": "name", "Wieviel": "lead_value"}), "utf-8")
    done = crm(
        settings, "import", "leads", str(file), "--workspace", "Acme", "--mapping", str(mapping),
        "--user", "member@acme.example",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "1 created" in done.stdout


def test_exit_codes_say_what_happened(db: Database, settings: Settings, tmp_path: Path) -> None:
    gather_team(db)
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"%PDF-1.7")
    nothing = tmp_path / "nothing.csv"
    nothing.write_text("Name,Email\nNULL,null\n", "utf-8")
    assert crm(settings, "import", "clients", str(bad), "--workspace", "Acme").returncode == 1
    assert crm(settings, "import", "clients", str(nothing), "--workspace", "Acme").returncode == 1
    assert crm(settings, "import", "clients", str(nothing)).returncode == 1  # which workspace?
    assert crm(settings, "import", "clients", str(tmp_path / "none.csv")).returncode == 2
    assert crm(settings, "import", "clients", str(bad), "--duplicates", "odd").returncode == 2
