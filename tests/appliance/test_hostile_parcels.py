"""A parcel of a backup with anything else in it is refused and leaves nothing."""

import io
import tarfile
from pathlib import Path

import pytest

from crm.appliance.contents import inspect
from crm.db.backup.extracting import HEADER_BYTES
from crm.db.backup.manifest import load_manifest
from crm.db.backup.parcel import unpack
from crm.db.backup.report import BackupFailed, Silence
from crm.db.backup.verifying import verify_backup
from tests.support.filled import Filled


def tar_of(folder: Path, target: Path, *more: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.add(path, f"{folder.name}/{path.relative_to(folder)}")
        for info, content in more:
            info.size = len(content) if info.isreg() else 0
            archive.addfile(info, io.BytesIO(content))
    return target


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def test_a_parcel_that_we_packed_is_unpacked(appliance: Filled, folder: Path, tmp_path: Path) -> None:
    parcel = tar_of(folder, tmp_path / "backup.tar")
    (tmp_path / "shelf").mkdir()
    unpacked = unpack(parcel, tmp_path / "shelf", None)
    assert load_manifest(unpacked) == load_manifest(folder)
    verify_backup(unpacked, inspect, Silence())


NAME = "holdfast-20261121T073911123Z"


@pytest.mark.parametrize(
    "hostile",
    [
        member("../evil"),
        member("/tmp/evil"),
        member(f"{NAME}/../../evil"),
        member(f"{NAME}/uploads/../../../evil"),
        member(f"{NAME}/evil.sh"),
        member("evil"),
        member(f"{NAME}/uploads/1/ab/link", tarfile.SYMTYPE, "/etc/passwd"),
        member(f"{NAME}/uploads/1/ab/link", tarfile.LNKTYPE, "database.db"),
        member(f"{NAME}/database.db", tarfile.FIFOTYPE),
        member(f"{NAME}/database.db", tarfile.CHRTYPE),
        member(f"{NAME}/database.db", tarfile.BLKTYPE),
        member(f"{NAME}/uploads", tarfile.DIRTYPE),
    ],
    ids=lambda info: f"{info.name} {info.type!r}",
)
def test_a_parcel_with_anything_else_in_it_is_refused_and_leaves_nothing(
    folder: Path, tmp_path: Path, hostile: tarfile.TarInfo
) -> None:
    parcel = tar_of(folder, tmp_path / "backup.tar", (hostile, b"evil"))
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with pytest.raises(BackupFailed, match=r"does not belong in a backup|not a plain file"):
        unpack(parcel, shelf, None)
    assert list(shelf.iterdir()) == []
    assert not (tmp_path / "evil").exists() and not Path("/tmp/evil").exists()


def test_a_parcel_with_a_file_twice_or_cut_off_is_refused(folder: Path, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    twice = tar_of(folder, tmp_path / "twice.tar", (member(f"{folder.name}/manifest.json"), b"{}"))
    with pytest.raises(BackupFailed, match="twice"):
        unpack(twice, shelf, None)
    whole = tar_of(folder, tmp_path / "backup.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupFailed):
        unpack(tmp_path / "cut.tar", shelf, None)
    assert list(shelf.iterdir()) == []


def test_a_header_as_long_as_the_memory_is_not_read(folder: Path, tmp_path: Path) -> None:
    long = tarfile.TarInfo("x")
    long.type, long.size = tarfile.XHDTYPE, 4 * HEADER_BYTES
    (tmp_path / "long.tar").write_bytes(long.tobuf(tarfile.USTAR_FORMAT) + bytes(5 * HEADER_BYTES))
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with pytest.raises(BackupFailed, match="header is too long"):
        unpack(tmp_path / "long.tar", shelf, None)
