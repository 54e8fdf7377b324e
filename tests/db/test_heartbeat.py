"""The sign of life of the worker."""

from pathlib import Path

import pytest

from crm.db.heartbeat import beat, heartbeat_path, is_beating
from tests.support.small_disk import NoSmallDisk, fill, small_disk


def test_a_full_disk_neither_ends_the_worker_nor_lets_it_look_stopped(tmp_path: Path) -> None:
    try:
        with small_disk(tmp_path / "disk", megabytes=1) as disk:
            heartbeat_path(disk / "crm.db").write_text("2026-01-01T00:00:00.000000Z", encoding="ascii")
            fill(disk)
            beat(disk / "crm.db")
            assert is_beating(disk / "crm.db")
            beat(disk / "gone" / "crm.db")
    except NoSmallDisk as reason:
        pytest.skip(str(reason))
