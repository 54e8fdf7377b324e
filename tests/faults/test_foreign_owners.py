"""Folders and files of another user are named all at once, with the command that mends it; never a 500."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import httpx2
import pytest

from crm.config import Settings
from tests.support.appliance import Appliance, wait_until
from tests.support.crm_command import crm

NOBODY = 65534
# Root without the right to overlook permissions: as any other user, but it can be started here.
BOUND = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="only root can give files to others"
)


def give_to(uid: int, *paths: Path) -> None:
    for path in paths:
        os.chown(path, uid, uid)


@pytest.fixture
def appliance(tmp_path: Path) -> Appliance:
    made = Appliance(tmp_path)
    made.arguments = [*BOUND, *made.arguments]
    return made


def test_a_start_names_all_folders_of_another_user_and_the_one_command(appliance: Appliance) -> None:
    folders = [appliance.folder / name for name in ("data", "uploads", "backups")]
    for folder in folders:
        folder.mkdir(mode=0o755)
    give_to(NOBODY, *folders)
    appliance.launch()
    assert appliance.wait() == 1
    named = " ".join(map(str, folders))
    assert appliance.output.startswith(
        f"Error: {named.replace(' ', ', ')} cannot be read and written by this user (uid 0). "
        f"As root: chown -R 0:0 {named}"
    )
    assert len(appliance.output.splitlines()) == 1
    command = re.search(r"chown [^(\n]*", appliance.output)
    assert command is not None
    subprocess.run(command[0], shell=True, timeout=30, check=True)  # noqa: S602 - as it is printed
    with appliance:
        assert appliance.stop() == 0


@pytest.mark.parametrize(
    "name",
    ["crm.db", "crm.db-wal", "crm.db.instance", "crm.db.worker", "limits.db", "secret.key", "setup.code"],
)
def test_each_file_of_another_user_beside_the_database_is_named(appliance: Appliance, name: str) -> None:
    with appliance:
        appliance.stop()
    path = appliance.folder / "data" / name
    path.touch()
    path.chmod(0o600)
    give_to(NOBODY, path)
    appliance.launch()
    assert appliance.wait() == 1
    assert (
        f"Error: {path} cannot be read and written by this user (uid 0). As root: chown" in appliance.output
    )


WHATS = (".", ".lock", ".checks", ".checks/last-run.json", "backup", "backup/manifest.json")


def test_backups_of_another_user_are_reported_by_health_api_and_doctor(appliance: Appliance) -> None:
    token = appliance.set_up()
    made = Path(appliance.crm("backup"))
    with appliance, appliance.client(headers={"Authorization": f"Bearer {token}"}) as client:
        wait_until(lambda: client.get("/api/health").status_code == 200)
        for what in WHATS:
            path = made.parent / what.replace("backup", made.name)
            path.chmod(0o700 if path.is_dir() else 0o600)
            give_to(NOBODY, path)
            refused(appliance, client, made)
            give_to(0, path)
            assert client.get("/api/health").status_code == 200, what
            assert client.get("/api/backups").status_code == 200, what


def refused(appliance: Appliance, client: httpx2.Client, made: Path) -> None:
    health = client.get("/api/health")
    assert (health.status_code, health.json()["backups"]) == (503, "unavailable")
    for method, address in (("GET", ""), ("POST", ""), ("POST", f"/{made.name}/verify")):
        answer = client.request(method, f"/api/backups{address}")
        assert answer.status_code == 503, answer.text
        assert f"chown -R 0:0 {made.parent}" in answer.json()["detail"]
        assert "Retry-After" in answer.headers
    for word in ("doctor", "backup"):
        assert f"chown -R 0:0 {made.parent}" in run_bound(appliance, word)


def run_bound(appliance: Appliance, *words: str) -> str:
    """What the command prints as somebody whom permissions bind; it fails."""
    done = subprocess.run(
        [*appliance.arguments[:-1], *words],
        env=appliance._environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout + done.stderr


def test_uploads_of_another_user_are_refused_with_503_and_taken_for_lost_by_nobody(
    appliance: Appliance,
) -> None:
    token = appliance.set_up()
    uploads = appliance.folder / "uploads"
    with appliance, appliance.client(headers={"Authorization": f"Bearer {token}"}) as client:
        client.post("/api/clients", json={"name": "Ann"})
        document = {"file": ("a.txt", b"hello", "text/plain")}
        assert client.post("/api/clients/1/files", files=document).status_code == 201
        below = sorted(path for path in uploads.rglob("*") if not path.name.startswith("."))
        for folder in [path for path in (uploads, *below) if path.is_dir()]:
            folder.chmod(0o700)
        give_to(NOBODY, uploads, *below)
        for answer in (
            client.post("/api/clients/1/files", files=document),
            client.get("/api/files/1/content"),
        ):
            assert answer.status_code == 503, answer.text
            assert "crm doctor" in answer.json()["detail"]
            assert "Retry-After" in answer.headers
        findings = run_bound(appliance, "doctor")
        assert f"chown -R 0:0 {uploads}" in findings
        assert "missing or damaged" not in findings
        assert "Errno" not in findings
        assert "crm doctor names the command that mends it" in run_bound(appliance, "backup")
        give_to(0, uploads, *below)
        assert client.post("/api/clients/1/files", files=document).status_code == 201
        assert client.get("/api/files/1/content").content == b"hello"


def test_a_file_in_the_place_of_the_backups_is_reported_by_health_and_api(appliance: Appliance) -> None:
    token = appliance.set_up()
    backups = appliance.folder / "backups"
    with appliance, appliance.client(headers={"Authorization": f"Bearer {token}"}) as client:
        shutil.rmtree(backups, ignore_errors=True)
        backups.touch()
        health = client.get("/api/health")
        assert (health.status_code, health.json()["backups"]) == (503, "unavailable")
        answer = client.post("/api/backups")
        assert answer.status_code == 503, answer.text
        assert f"{backups} is not a folder: move it away." in answer.json()["detail"]
        assert "chown" not in answer.json()["detail"]


def owners_below(*folders: Path) -> set[int]:
    return {path.lstat().st_uid for folder in folders for path in (folder, *folder.rglob("*"))}


def test_what_commands_make_as_root_belongs_to_whom_the_folder_belongs(prepared: Settings) -> None:
    folders = (prepared.sqlite_path.parent, prepared.upload_folder, prepared.backup_dir)
    prepared.backup_dir.mkdir()
    give_to(NOBODY, *(path for folder in folders for path in (folder, *folder.rglob("*"))))
    who = ("--workspace", "W", "--email", "a@example.org", "--name", "A", "--password-stdin")
    assert crm(prepared, "setup", *who, answer="correct horse battery staple\n").returncode == 0
    made = crm(prepared, "backup")
    assert made.returncode == 0
    assert owners_below(*folders) == {NOBODY}
    restored = crm(prepared, "restore", Path(made.stdout.strip()).name, "--yes")
    assert restored.returncode == 0, restored.stderr
    assert owners_below(*folders) == {NOBODY}
    assert crm(prepared, "doctor").stdout.count("ok   permissions") == 1


def test_root_gives_away_no_file_that_a_link_names(prepared: Settings, tmp_path: Path) -> None:
    secret = tmp_path / "of-root"
    secret.write_text("secret")
    folder = prepared.sqlite_path.parent
    (folder / "soft").symlink_to(secret)
    (folder / "hard").hardlink_to(secret)
    give_to(NOBODY, folder)
    crm(prepared, "doctor")
    assert secret.stat().st_uid == 0


def test_root_looks_with_the_eyes_of_whom_the_data_belongs_to(prepared: Settings) -> None:
    give_to(NOBODY, prepared.sqlite_path.parent, *prepared.sqlite_path.parent.iterdir())
    prepared.backup_dir.mkdir(mode=0o700)
    done = crm(prepared, "doctor")
    assert f"BAD  permissions: {prepared.upload_folder}" in done.stdout
    assert f"chown -R {NOBODY}:{NOBODY} {prepared.upload_folder} {prepared.backup_dir}" in done.stdout


def test_a_disk_that_is_mounted_read_only_is_said_to_be_that(prepared: Settings) -> None:
    prepared.backup_dir.mkdir()
    try:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(prepared.backup_dir)], timeout=30, check=True
        )
    except subprocess.CalledProcessError:
        pytest.skip("no disk can be mounted here")
    try:
        done = crm(prepared, "doctor", LOG_FORMAT="text")
        assert f"{prepared.backup_dir} is on a disk that is mounted read-only" in done.stdout
        assert "chown" not in done.stdout
        refused = crm(prepared, "backup", LOG_FORMAT="json")
        assert "mounted read-only" in json.loads(refused.stderr)["event"]
    finally:
        subprocess.run(["umount", str(prepared.backup_dir)], timeout=30, check=True)
