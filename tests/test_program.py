"""What runs is what was started: a version that is new on the disk waits until the appliance starts anew."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from crm.config import PROJECT_ROOT, Settings, load_settings
from crm.program import fingerprint
from crm.setting_sources import as_variables
from tests.support.appliance import Appliance, wait_until

WORKER = "crm.worker"


@pytest.fixture
def appliance(tmp_path: Path) -> Appliance:
    """On a copy of the program, which a test may change."""
    program = tmp_path / "program"
    shutil.copytree(PROJECT_ROOT / "crm", program / "crm", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT_ROOT / "requirements.lock", program)
    made = Appliance(tmp_path / "appliance")
    made.program = program
    return made


def add_migration(program: Path) -> int:
    migrations = program / "crm" / "migrations"
    number = len(list(migrations.glob("*.sql"))) + 1
    table = "CREATE TABLE upgrade_probe (id INTEGER PRIMARY KEY) STRICT;"
    (migrations / f"{number:04}_upgrade_probe.sql").write_text(table)
    return number


def user_version(appliance: Appliance) -> int:
    """Of the file's header: the database is in use."""
    head = (appliance.folder / "data" / "crm.db").read_bytes()[:100]
    return int.from_bytes(head[60:64], "big")


def test_pages_go_on_after_all_templates_were_replaced_and_the_change_is_told(appliance: Appliance) -> None:
    appliance.variables["LOG_LEVEL"] = "DEBUG"
    with appliance, appliance.client(follow_redirects=True) as client:
        for template in (appliance.program / "crm" / "web" / "templates").rglob("*.html"):
            template.write_text("{{ what_only_the_new_code_has() }}")
        for address in ("/", "/login", "/setup"):
            assert client.get(address).status_code == 200
        assert client.get("/api/health").json()["program"] == "changed"


def test_a_process_that_ends_brings_the_whole_new_version_and_its_migrations(appliance: Appliance) -> None:
    token = appliance.set_up()
    with appliance, appliance.client(headers={"Authorization": f"Bearer {token}"}) as client:
        assert client.post("/api/clients", json={"name": "Ann"}).status_code == 201
        before = appliance.children()
        number = add_migration(appliance.program)
        os.kill(before[WORKER], signal.SIGKILL)
        wait_until(lambda: "the appliance starts anew" in appliance.output)
        wait_until(lambda: appliance.output.count("Holdfast is ready") == 2, 30)
        assert not set(appliance.children().values()) & set(before.values())
        assert [each["name"] for each in client.get("/api/clients").json()["data"]] == ["Ann"]
        assert client.get("/api/health").json()["program"] == "ok"
        assert appliance.stop() == 0
    assert user_version(appliance) == number


def test_a_process_that_ends_is_started_alone_where_nothing_changed(appliance: Appliance) -> None:
    with appliance:
        before = appliance.children()
        os.kill(before[WORKER], signal.SIGKILL)
        wait_until(lambda: appliance.children().get(WORKER, before[WORKER]) != before[WORKER])
        assert appliance.children()["crm.web.server"] == before["crm.web.server"]


def test_the_older_program_on_newer_data_names_the_way_back_which_works(appliance: Appliance) -> None:
    appliance.set_up()
    number = add_migration(appliance.program)
    with appliance:
        appliance.stop()
    appliance.program = PROJECT_ROOT
    appliance.launch()
    assert appliance.wait() == 1
    assert "`crm rollback`" in appliance.output
    appliance.crm("rollback", "--yes")
    with appliance:
        appliance.stop()
    assert user_version(appliance) == number - 1


def test_a_fingerprint_is_of_the_contents(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("a==1")
    (tmp_path / "crm").mkdir()
    source = tmp_path / "crm" / "a.py"
    source.write_text("1")
    first = fingerprint(tmp_path / "crm", lock)
    source.write_text("2")
    assert fingerprint(tmp_path / "crm", lock) != first
    source.write_text("1")
    assert fingerprint(tmp_path / "crm", lock) == first
    lock.write_text("a==2")
    assert fingerprint(tmp_path / "crm", lock) != first


def test_processes_find_the_settings_of_the_start_whatever_the_file_says_by_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ".env"
    monkeypatch.setitem(Settings.model_config, "env_file", path)
    path.write_text(
        "PORT=4000\nSECRET_KEY='a key with $HOME and # of thirty two'\nTRUSTED_HOSTS=a.example,b.example\n"
        f"BACKUP_DIR={tmp_path / 'b'}\nCORS_ORIGINS=https://a.example\n"
        "RATE_LIMIT=5 per minute\nLOG_FORMAT=json\n"
    )
    started = load_settings()
    for name, value in as_variables(started).items():
        monkeypatch.setenv(name, value)
    path.write_text("PORT=5000\nthis is no setting\nBACKUP_RETENTION_DAYS=3\n")
    assert load_settings() == started
