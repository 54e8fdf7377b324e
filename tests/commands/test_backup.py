"""`crm backup`, `crm backups` and `crm restore` as cron and a person meet them."""

import os
import re
import signal
import subprocess
import sys
import time
import venv
from pathlib import Path
from types import SimpleNamespace

import pytest

from crm.appliance.backups import back_up, verify_named
from crm.config import PROJECT_ROOT
from crm.db.backup.report import BackupFailed, Silence
from crm.db.backup.shelf import list_backups
from tests.support.crm_command import crm, environment_for
from tests.support.documents import store_document
from tests.support.filled import Filled
from tests.support.processes import killed_after


def test_the_path_is_the_last_line_on_stdout_and_the_steps_are_on_stderr(appliance: Filled) -> None:
    done = crm(appliance.settings, "backup")
    assert done.returncode == 0, done.stderr
    path = Path(done.stdout.splitlines()[-1])
    assert path.parent == appliance.settings.backup_dir and (path / "manifest.json").exists()
    assert len([line for line in done.stderr.splitlines() if ":" in line]) == 10


def test_the_script_works_from_any_folder_with_the_environment_of_cron(
    appliance: Filled, tmp_path: Path
) -> None:
    project = tmp_path / "a project"
    (project / "scripts").mkdir(parents=True)
    script = project / "scripts" / "backup_db.sh"
    script.write_bytes((PROJECT_ROOT / "scripts" / "backup_db.sh").read_bytes())
    script.chmod(0o755)
    _make_environment(project / ".venv")
    (project / "crm").symlink_to(PROJECT_ROOT / "crm")
    places = environment_for(appliance.settings)
    places.pop("PATH")
    link = tmp_path / "in cron.daily"
    link.symlink_to(script)
    environment = {**places, "PYTHONPATH": str(tmp_path / "of another place"), "PYTHONHOME": "/nowhere"}
    done = subprocess.run(
        [str(link)], cwd="/", env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.splitlines()[-1]).is_dir()

    # As under nohup: the terminal is closed while it works.
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        nohup = subprocess.Popen([str(link)], cwd="/", env=environment)
    finally:
        signal.signal(signal.SIGHUP, before)
    for _ in range(300):
        if nohup.poll() is not None:
            break
        nohup.send_signal(signal.SIGHUP)
        time.sleep(0.2)
    assert nohup.returncode == 0


def _make_environment(place: Path) -> None:
    """A .venv that itself knows the packages of this one: the script leaves PYTHONPATH out."""
    venv.create(place, with_pip=False, symlinks=True)
    packages = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    [library] = place.glob("lib/python*/site-packages")
    (library / "packages.pth").write_text("\n".join(packages))


def test_a_failure_is_one_sentence_and_an_exit_status(appliance: Filled) -> None:
    appliance.documents[0].unlink()
    done = crm(appliance.settings, "backup")
    assert done.returncode == 1 and done.stdout == ""
    assert "00document" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_file_lost_in_use_is_an_exit_status_though_the_backup_is_good(appliance: Filled) -> None:
    assert crm(appliance.settings, "backup").returncode == 0
    appliance.documents[0].unlink()
    done = crm(appliance.settings, "backup")
    assert done.returncode == 1 and "documents/1" in done.stderr.splitlines()[-1]
    assert crm(appliance.settings, "backup", "verify", done.stdout.strip()).returncode == 0


def test_a_place_that_is_not_there_is_a_sentence(appliance: Filled, tmp_path: Path) -> None:
    name = back_up(appliance.settings, Silence()).name
    done = crm(appliance.settings, "backup", "pack", name, str(tmp_path / "nowhere" / "file"))
    assert done.returncode == 1 and "nowhere" in done.stderr and "Traceback" not in done.stderr


def test_backups_are_listed_with_age_size_and_last_verification(appliance: Filled) -> None:
    assert crm(appliance.settings, "backups").returncode == 1
    name = Path(crm(appliance.settings, "backup").stdout.strip()).name
    done = crm(appliance.settings, "backups")
    assert done.returncode == 0, done.stderr
    assert re.search(rf"^{name} +0 h +[0-9.]+ [KM]B +20", done.stdout, re.MULTILINE), done.stdout
    verified = crm(appliance.settings, "backup", "verify", name)
    assert verified.returncode == 0 and "is good" in verified.stdout
    database = appliance.settings.backup_dir / name / "database.db"
    database.write_bytes(database.read_bytes()[:-1])
    assert crm(appliance.settings, "backup", "verify", name).returncode == 1
    assert crm(appliance.settings, "backups").returncode == 1


def test_restore_asks_and_changes_nothing_without_an_answer(appliance: Filled) -> None:
    settings = appliance.settings
    path = crm(settings, "backup").stdout.strip()
    appliance.note("client.renamed")
    appliance.db.close()
    refused = crm(settings, "restore", path)
    assert refused.returncode == 1 and "--yes" in refused.stderr
    assert "activities" in refused.stdout
    done = crm(settings, "restore", path, "--yes")
    assert done.returncode == 0, done.stderr
    assert "The replaced data is kept" in done.stdout and "paused" in done.stdout


def test_what_is_restored_beside_is_looked_at_without_backing_it_up(
    appliance: Filled, tmp_path: Path
) -> None:
    """Into the shelf of the data in use: there it would pass for their newest backup."""
    folder = back_up(appliance.settings, Silence())
    done = crm(appliance.settings, "restore", folder.name, "--to", str(tmp_path / "beside"))
    assert done.returncode == 0, done.stderr
    how = done.stdout.splitlines()[-1]
    assert f"SQLITE_PATH={tmp_path / 'beside' / 'data' / 'crm.db'} " in how and "BACKUP_EVERY_HOURS=0" in how


def test_restore_is_refused_while_the_appliance_runs(appliance: Filled) -> None:
    path = crm(appliance.settings, "backup").stdout.strip()
    done = crm(appliance.settings, "restore", path, "--yes")
    assert done.returncode == 1 and "in use" in done.stderr


@pytest.mark.parametrize(
    ("after", "number"),
    [
        ("lock", signal.SIGKILL),
        ("copy", signal.SIGKILL),
        ("copy", signal.SIGTERM),
        ("manifest", signal.SIGKILL),
        ("named", signal.SIGKILL),
    ],
)
def test_a_backup_cut_off_midway_leaves_the_previous_ones_and_counts_no_half_one(
    appliance: Filled, after: str, number: signal.Signals
) -> None:
    settings = appliance.settings
    first = back_up(settings, Silence()).name
    process = subprocess.Popen(
        [sys.executable, "-m", "crm", "backup"],
        cwd=PROJECT_ROOT,
        env={**environment_for(settings), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    with killed_after(60, process):
        for line in process.stderr:
            if line.startswith(after):
                process.send_signal(number)
                break
    process.stderr.close()
    process.wait(30)
    found = list_backups(settings.backup_dir)
    assert first in {one.name for one in found if one.good}
    assert all(one.manifest is not None for one in found)
    for one in found:
        verify_named(settings, one.name, Silence())
    back_up(settings, Silence())
    assert not list(settings.backup_dir.glob(".part-*"))


def test_a_backup_waits_for_nobody_and_makes_nobody_wait(appliance: Filled) -> None:
    """200 writes a second go on, and the copy is of one moment: its ledger is whole."""
    process = subprocess.Popen(
        [sys.executable, "-m", "crm", "backup"],
        cwd=PROJECT_ROOT,
        env=environment_for(appliance.settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    longest, written, end = 0.0, 0, time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        started = time.monotonic()
        appliance.note("client.renamed")
        longest, written = max(longest, time.monotonic() - started), written + 1
        time.sleep(max(0.0, 0.005 - (time.monotonic() - started)))
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert written > 20 and longest < 1.0
    manifest = list_backups(appliance.settings.backup_dir)[0].manifest
    assert manifest is not None and manifest.heads["1"]["entries"] >= 5
    assert Path(output.strip()).is_dir()


def test_a_disk_that_fills_up_midway_is_a_failure_and_costs_no_backup(
    appliance: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(small)],
        capture_output=True,
        timeout=30,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("a small disk can be mounted by root alone")
    settings = appliance.settings.model_copy(update={"backup_dir": small / "backups"})
    try:
        first = back_up(settings, Silence())
        fill_up(small, leave=19)
        big = store_document(appliance.db, settings.upload_folder, "big", bytes(30 * 2**20))
        with monkeypatch.context() as blind, pytest.raises(BackupFailed, match="No space left"):
            blind.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10**12))
            back_up(settings, Silence())
        (small / "filling").unlink()
        fill_up(small, leave=0)
        done = crm(settings, "backup")
        assert done.returncode == 1 and "free" in done.stderr
        verify_named(settings, first.name, Silence())
        assert [one.name for one in list_backups(settings.backup_dir)] == [first.name]
        assert not list((small / "backups").glob(".part-*"))
        assert big.exists()
    finally:
        subprocess.run(["umount", str(small)], timeout=30, check=True)


def fill_up(folder: Path, leave: int) -> None:
    """But for so many MB."""
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    (folder / "filling").write_bytes(bytes(max(0, free - leave * 2**20)))
