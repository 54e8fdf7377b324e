"""The real Litestream beside the appliance: written, lost with its volume, restored to the second."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from crm.activity.activity import record
from crm.activity.chain import verify_chain
from crm.appliance.backups import back_up
from crm.config import PROJECT_ROOT, Settings
from crm.db.backup.report import Silence
from crm.db.database import Database
from crm.db.instance import marker_path
from crm.db.sqlite.engine import FIRST_SAFE_ENGINE
from crm.db.sqlite.startup import prepare
from crm.kinds import open_database
from tests.support.appliance import wait_until
from tests.support.cast import Cast
from tests.support.programs import NoProgram, built_litestream
from tests.support.surroundings import surroundings

pytestmark = [pytest.mark.serial, pytest.mark.timeout(1200)]

CONFIG = str(PROJECT_ROOT / "deploy" / "litestream.yml")
LOST_SECONDS = 3.0


@pytest.fixture(scope="module")
def litestream() -> str:
    try:
        return built_litestream()
    except NoProgram as reason:
        pytest.skip(str(reason))


class Sidecar:
    def __init__(self, program: str, settings: Settings, replica: Path) -> None:
        self._program = program
        self._environment = surroundings(
            HOME=os.environ.get("HOME", "/"),
            SQLITE_PATH=str(settings.sqlite_path),
            LITESTREAM_URL=f"file://{replica}",
        )

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self._program, "replicate", "-config", CONFIG],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def restore(self, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [
                self._program,
                "restore",
                "-config",
                CONFIG,
                "-o",
                str(target),
                self._environment["SQLITE_PATH"],
            ],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def sidecar(litestream: str, settings: Settings, tmp_path: Path) -> Sidecar:
    return Sidecar(litestream, settings, tmp_path / "replica")


def test_the_program_carries_a_safe_sqlite(litestream: str) -> None:
    listed = subprocess.run(
        ["go", "version", "-m", litestream], capture_output=True, text=True, timeout=60, check=True
    )
    match = re.search(r"modernc\.org/sqlite\s+(v\S+)", listed.stdout)
    assert match, "Litestream uses another SQLite than we know to check"
    cache = subprocess.run(
        ["go", "env", "GOMODCACHE"], capture_output=True, text=True, timeout=60, check=True
    )
    [source, *_] = Path(cache.stdout.strip(), f"modernc.org/sqlite@{match[1]}", "lib").glob(
        "sqlite*linux_amd64.go"
    )
    found = re.search(r'SQLITE_VERSION += "([\d.]+)"', source.read_text())
    assert found and tuple(int(part) for part in found[1].split(".")) >= FIRST_SAFE_ENGINE


def write_for(db: Database, cast: Cast, seconds: float) -> list[float]:
    """Acknowledged writes, by the moment of each acknowledgement."""
    acknowledged: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        number = len(acknowledged)
        db.write(record, cast.owner, "client.created", "client", number, after={"number": number})
        acknowledged.append(time.monotonic())
        time.sleep(0.005)
    return acknowledged


def test_a_lost_volume_comes_back_to_the_second(
    sidecar: Sidecar, settings: Settings, db: Database, cast: Cast, tmp_path: Path
) -> None:
    running = sidecar.start()
    try:
        wait_until(lambda: any((tmp_path / "replica").rglob("*.ltx")), 30)
        acknowledged = write_for(db, cast, 8.0)
        back_up(settings, Silence())
        acknowledged += write_for(db, cast, 4.0)
        lost_at = time.monotonic()
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait(30)
    db.close()
    shutil.rmtree(settings.sqlite_path.parent)
    new = settings.model_copy(
        update={"sqlite_path": tmp_path / "new" / "crm.db", "upload_folder": tmp_path / "new-uploads"}
    )
    sidecar.restore(new.sqlite_path)
    prepare(new)
    assert marker_path(new.sqlite_path).exists()
    restored = open_database(new)
    report = restored.read(verify_chain, cast.owner)
    restored.close()
    due = len([moment for moment in acknowledged if moment < lost_at - LOST_SECONDS])
    assert report.broken_at is None
    assert due > 100 and due <= report.entries <= len(acknowledged)


def test_stopped_and_started_beside_it_the_appliance_loses_nothing(
    sidecar: Sidecar, settings: Settings, db: Database, cast: Cast, tmp_path: Path
) -> None:
    """Its checkpoints and ours on the same file, through stops of both."""
    written = 0
    for _ in range(3):
        running = sidecar.start()
        written += len(write_for(db, cast, 3.0))
        running.terminate()
        running.wait(30)
        db.close()
        prepare(settings)
        db = open_database(settings)
        assert db.read(verify_chain, cast.owner).entries == written
    db.close()
