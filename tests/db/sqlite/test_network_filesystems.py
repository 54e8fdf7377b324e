"""A database on a network filesystem is refused; on a local one it is accepted."""

from pathlib import Path

import pytest

from crm.config import Settings
from crm.db.refusal import StartRefused
from crm.db.sqlite import gates
from crm.db.sqlite.gates import check_filesystem, filesystem_of
from tests.support.gates import refusal_of

MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/export /srv nfs4 rw 0 0
//box/share /mnt/win\\040dows cifs rw 0 0
/dev/vdb /srv/local xfs rw 0 0
host /mnt/mac virtiofs rw 0 0
C: /mnt/c 9p rw 0 0
me@box: /mnt/ssh fuse.sshfs rw 0 0
overlay /mnt/over fuse.fuse-overlayfs rw 0 0
tmpfs /dev/shm tmpfs rw 0 0
odd
"""


@pytest.mark.parametrize(
    "folder", ["/srv", "/srv/data", "/mnt/win dows/x", "/mnt/mac", "/mnt/c/a", "/mnt/ssh"]
)
def test_a_network_filesystem_is_refused(tmp_path: Path, folder: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    with pytest.raises(StartRefused, match="network or shared filesystem"):
        check_filesystem(Path(folder), mounts)


@pytest.mark.parametrize("folder", ["/", "/srv/local/data", "/srvother", "/mnt/over", "/dev/shm", "/mnt"])
def test_a_local_filesystem_is_accepted(tmp_path: Path, folder: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    check_filesystem(Path(folder), mounts)


def test_the_filesystem_of_a_folder_yet_to_be_made_is_that_of_its_parent(tmp_path: Path) -> None:
    assert filesystem_of(tmp_path / "not" / "there") == filesystem_of(tmp_path)
    assert filesystem_of(tmp_path, tmp_path / "no mounts here") is None


def test_a_network_filesystem_stops_the_start(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "filesystem_of", lambda *_: "nfs4")
    assert "nfs4" in refusal_of(settings, tmp_path)
    assert list(tmp_path.iterdir()) == []
