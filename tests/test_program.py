"""What runs is what was started: a version that is new on the disk waits until the appliance starts anew."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crm.config import PROJECT_ROOT, Settings, load_settings
from crm.program import fingerprint
from crm.setting_sources import as_variables
from tests.support.appliance import Appliance, wait_until
from tests.support.small_disk import NoSmallDisk, fill, small_disk

WORKER = "crm.worker"
ANOTHER = "A different version of Holdfast is installed. Restart the server to run it."
PASSWORD = "correct horse battery staple"


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


def test_pages_go_on_after_all_templates_were_replaced_and_the_change_is_shown(appliance: Appliance) -> None:
    appliance.variables["LOG_LEVEL"] = "DEBUG"
    with appliance, appliance.client(follow_redirects=True) as client:
        for template in (appliance.program / "crm" / "web" / "templates").rglob("*.html"):
            template.write_text("{{ what_only_the_new_code_has() }}")
        for address in ("/", "/login", "/setup"):
            assert client.get(address).status_code == 200
        assert client.get("/api/health").json()["program"] == "changed"


def test_a_banner_tells_administrators_alone_that_a_restart_brings_another_version(
    appliance: Appliance,
) -> None:
    appliance.set_up()
    people = {"owner": "owner@example.org", "admin": "admin@example.org", "member": "member@example.org"}
    for role in ("admin", "member"):
        who = ("--email", people[role], "--name", role, "--role", role, "--workspace", "Workshop")
        appliance.crm("user", "create", *who, "--password-stdin", given=f"{PASSWORD}\n")
    with appliance:
        assert not any(ANOTHER in home_of(appliance, email) for email in people.values())
    with appliance:
        (appliance.program / "crm" / "clock.py").touch()
        assert ANOTHER not in home_of(appliance, people["owner"]), "the same contents at another time"
    with appliance:
        add_migration(appliance.program)
        informed = {role for role, email in people.items() if ANOTHER in home_of(appliance, email)}
        assert informed == {"owner", "admin"}


def home_of(appliance: Appliance, email: str) -> str:
    """The first page that somebody sees after logging in."""
    with appliance.client(follow_redirects=True) as browser:
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/login").text)
        assert token is not None
        given = {"csrf_token": token[1], "email": email, "password": PASSWORD}
        home = browser.post("/login", data=given)
        assert home.status_code == 200 and 'class="sidebar' in home.text
        return home.text


def test_a_process_that_ends_brings_the_whole_new_version_and_its_migrations(appliance: Appliance) -> None:
    token = appliance.set_up()
    with appliance, appliance.client(headers={"Authorization": f"Bearer {token}"}) as client:
        assert client.post("/api/clients", json={"name": "Ann"}).status_code == 201
        before = appliance.children()
        number = add_migration(appliance.program)
        os.kill(before[WORKER], signal.SIGKILL)
        wait_until(lambda: "restarting with the new version" in appliance.output, 60)
        wait_until(lambda: appliance.output.count("Holdfast is ready") == 2, 30)
        assert not set(appliance.children().values()) & set(before.values())
        assert [each["name"] for each in client.get("/api/clients").json()["data"]] == ["Ann"]
        assert client.get("/api/health").json()["program"] == "ok"
        assert appliance.stop() == 0
    assert user_version(appliance) == number


def restarts_worker(appliance: Appliance) -> bool:
    """Kill it; whether the same version goes on with another one, all the rest unharmed."""
    before = appliance.children()
    os.kill(before[WORKER], signal.SIGKILL)
    wait_until(lambda: appliance.children().get(WORKER, before[WORKER]) != before[WORKER], 60)
    return appliance.children()["crm.web.server"] == before["crm.web.server"]


def test_a_new_version_that_cannot_start_leaves_the_one_that_runs_until_it_can(appliance: Appliance) -> None:
    token, clock = appliance.set_up(), appliance.program / "crm" / "clock.py"
    with appliance, appliance.client(headers={"Authorization": f"Bearer {token}"}) as client:
        clock.write_text(f"import what_is_not_there\n{clock.read_text()}")
        assert restarts_worker(appliance)
        clock.write_text(clock.read_text().partition("\n")[2])
        number = add_migration(appliance.program)
        (migration,) = (appliance.program / "crm" / "migrations").glob(f"{number:04}_*.sql")
        sql = migration.read_text()
        migration.write_text("ALTER TABLE what_is_not_there ADD COLUMN x TEXT;")
        assert restarts_worker(appliance)
        assert client.post("/api/clients", json={"name": "Ann"}).status_code == 201
        assert appliance.output.count("the new version cannot start") == 2
        migration.write_text(sql)
        assert not restarts_worker(appliance)
        wait_until(lambda: appliance.output.count("Holdfast is ready") == 2, 60)
        assert [each["name"] for each in client.get("/api/clients").json()["data"]] == ["Ann"]
        assert appliance.stop() == 0
    assert user_version(appliance) == number
    assert not list((appliance.folder / "data").glob("*upgrade-*"))


def test_a_new_version_on_a_full_disk_leaves_the_one_that_runs(appliance: Appliance) -> None:
    try:
        with small_disk(appliance.folder, megabytes=96), appliance, appliance.client() as client:
            wait_until(lambda: all(client.get("/api/db/health").status_code == 200 for _ in range(20)))
            add_migration(appliance.program)
            filler = fill(appliance.folder, leave=1024**2)
            assert restarts_worker(appliance)
            assert client.get("/api/db/health").status_code == 200
            filler.unlink()
            assert not restarts_worker(appliance)
    except NoSmallDisk as reason:
        pytest.skip(str(reason))


def back_up(appliance: Appliance) -> subprocess.CompletedProcess[str]:
    """By the script, as cron runs it; the packages are those that were installed before the pull."""
    return subprocess.run(
        [str(appliance.program / "scripts" / "backup_db.sh")],
        cwd="/",
        env=appliance._environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_backup_between_the_pull_and_the_restart_is_made_or_says_why_not(appliance: Appliance) -> None:
    program, token = appliance.program, appliance.set_up()
    shutil.copytree(PROJECT_ROOT / "scripts", program / "scripts")
    installed, python = program / ".venv" / "holdfast", program / ".venv" / "bin" / "python"
    for folder in (installed, python.parent):
        folder.mkdir(parents=True)
    shutil.copy(program / "requirements.lock", installed)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    with appliance, appliance.client(headers={"Authorization": f"Bearer {token}"}) as client:
        assert client.post("/api/clients", json={"name": "Ann"}).status_code == 201
        add_migration(program)
        (program / "requirements.lock").write_text("another==1\n")
        made = back_up(appliance)
        assert made.returncode == 0, made.stderr
        assert made.stderr.count("newer than its packages") == 1
        assert (Path(made.stdout.strip()) / "manifest.json").exists()
        (program / "crm" / "cli.py").write_text("import what_only_the_new_packages_have\n")
        refused = back_up(appliance)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.startswith("No backup was made: ") and "Restart Holdfast" in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
        assert client.get("/api/health").json()["program"] in {"ok", "changed"}


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
        "RATE_LIMIT=5 per minute\nLOG_FORMAT=json\nWEBHOOK_ALLOWED_RANGES=10.0.0.0/8,fd00::/8\n"
    )
    started = load_settings()
    for name, value in as_variables(started).items():
        monkeypatch.setenv(name, value)
    path.write_text("PORT=5000\nthis is no setting\nBACKUP_RETENTION_DAYS=3\n")
    assert load_settings() == started
