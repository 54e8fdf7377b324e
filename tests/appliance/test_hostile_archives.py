"""An archive packed in another way than exports are is refused, in little memory and time."""

import resource
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from crm.config import PROJECT_ROOT, Settings
from crm.db.transfer.container import MEMBERS
from tests.support.crm_command import environment_for
from tests.support.exports import Members, members_of, pack
from tests.support.hostile_exports import assert_empty, refuse
from tests.support.rich import Rich

MEMORY = 700 * 1024 * 1024
SECONDS = 60
CHUNK = bytes(1024 * 1024)


def _info(name: str, **facts: object) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    for key, value in facts.items():
        setattr(info, key, value)
    return info


@pytest.mark.parametrize("mode", [0o120777, 0o020666, 0o060666, 0o010666, 0o040755, 0o140755])
def test_links_devices_and_pipes_are_no_members(
    rich: Rich, fresh: Settings, tmp_path: Path, mode: int
) -> None:
    source = pack(tmp_path / "forged.zip", members_of(rich.export))
    name = "files/1/cd/cd" + "0" * 30
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr(_info(name, external_attr=mode << 16), b"/etc/passwd")
    refuse(fresh, source, f"{name} of the export is not a plain file")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(rich: Rich, fresh: Settings, tmp_path: Path, method: int) -> None:
    source = tmp_path / "forged.zip"
    with zipfile.ZipFile(source, "w", method) as archive:
        for name, content in members_of(rich.export).items():
            archive.writestr(name, content)
    refuse(fresh, source, "compressed in an unknown way")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice_is_refused(rich: Rich, fresh: Settings, tmp_path: Path) -> None:
    source = pack(tmp_path / "forged.zip", members_of(rich.export))
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("tables/users.jsonl", b"")
    refuse(fresh, source, "tables/users.jsonl twice")


def test_a_locked_member_is_refused(rich: Rich, fresh: Settings, tmp_path: Path) -> None:
    content = bytearray(pack(tmp_path / "forged.zip", members_of(rich.export)).read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    (tmp_path / "forged.zip").write_bytes(content)
    refuse(fresh, tmp_path / "forged.zip", "is encrypted")


def test_members_that_share_their_bytes_are_refused(rich: Rich, fresh: Settings, tmp_path: Path) -> None:
    content = bytearray(pack(tmp_path / "forged.zip", members_of(rich.export)).read_bytes())
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    (tmp_path / "forged.zip").write_bytes(content)
    refuse(fresh, tmp_path / "forged.zip", "overlaps another member")


def test_a_directory_that_counts_otherwise_than_it_is_long_is_refused(
    rich: Rich, fresh: Settings, tmp_path: Path
) -> None:
    content = bytearray(pack(tmp_path / "forged.zip", members_of(rich.export)).read_bytes())
    content[-14:-10] = struct.pack("<HH", 1, 1)
    (tmp_path / "forged.zip").write_bytes(content)
    refuse(fresh, tmp_path / "forged.zip", "no export of a workspace")


def test_too_many_members_are_refused_before_they_are_read(fresh: Settings, tmp_path: Path) -> None:
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"x"
    count = MEMBERS + 1
    ends = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, count * len(entry), 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, count * len(entry), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    (tmp_path / "forged.zip").write_bytes(entry * count + ends + locator + end)
    refuse(fresh, tmp_path / "forged.zip", "more than 200,000 members")


def test_what_would_not_fit_on_the_disk_is_refused_before_it_is_unpacked(
    rich: Rich, fresh: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1_000))
    refuse(fresh, rich.export, "the import needs")


def _bomb(target: Path, name: str, beside: Members, size: int) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, content in beside.items():
            if other != name:
                archive.writestr(other, content)
        with archive.open(name, "w", force_zip64=True) as member:
            for _ in range(size // len(CHUNK)):
                member.write(b" " * len(CHUNK))
    return target


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sha256", "tables/clients.jsonl"])
def test_a_bomb_is_refused_in_little_memory_and_time(
    rich: Rich, fresh: Settings, tmp_path: Path, name: str
) -> None:
    """1.5 GB in 1.5 MB, in a process that may not have half of that."""
    source = _bomb(tmp_path / "bomb.zip", name, members_of(rich.export), 1_500 * len(CHUNK))
    assert source.stat().st_size < 3 * len(CHUNK)
    done = subprocess.run(
        [sys.executable, "-m", "crm", "import-workspace", str(source)],
        cwd=PROJECT_ROOT,
        env=environment_for(fresh),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert name in done.stderr.splitlines()[-1] and "Traceback" not in done.stderr
    assert_empty(fresh)
