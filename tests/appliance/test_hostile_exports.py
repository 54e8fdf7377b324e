"""A file that only looks like an export is refused by its directory, before anything is paid for it."""

import fcntl
import hashlib
import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import hypothesis
import orjson
import pytest
from hypothesis import strategies as st

from crm.appliance.transfer import import_from
from crm.config import PROJECT_ROOT, Settings
from crm.db.actor import SYSTEM
from crm.db.sqlite.startup import prepare
from crm.db.transfer.archive import TransferFailed
from crm.db.transfer.container import MEMBERS, RATIO_FROM, opened_container
from crm.db.transfer.reading import ArchiveReader
from crm.kinds import open_database
from tests.support.crm_command import crm, environment_for
from tests.support.exports import Members, members_of, pack, reseal, seal
from tests.support.places import settings_below
from tests.support.rich import Rich, export_everything

MEMORY = 700 * 1024 * 1024
SECONDS = 60
CHUNK = bytes(1024 * 1024)


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Rich:
    folder = tmp_path_factory.mktemp("rich")
    settings = settings_below(folder)
    prepare(settings)
    return export_everything(settings, folder / "workspace.zip")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An empty appliance, which stays empty as nothing is taken in."""
    settings = settings_below(tmp_path_factory.mktemp("fresh"))
    prepare(settings)
    return settings


def assert_empty(settings: Settings) -> None:
    with closing(open_database(settings)) as db:
        assert db.read(lambda tx: tx.all("SELECT id FROM workspaces"), SYSTEM) == []
    assert list(settings.upload_folder.glob("[0-9]*")) == []
    assert list(settings.sqlite_path.parent.glob(".part-*")) == []


def refuse(settings: Settings, source: Path, reason: str) -> None:
    with pytest.raises(TransferFailed, match=reason):
        import_from(settings, source)


Edit = Callable[[Members], Members]


def _manifest(**changes: object) -> Edit:
    return lambda members: seal(members, orjson.loads(members["manifest.json"]) | changes)


def _raw_manifest(text: bytes) -> Edit:
    def edit(members: Members) -> Members:
        sealed = seal(members, {})
        digest = hashlib.sha256(text).hexdigest()
        return sealed | {"manifest.json": text, "manifest.sha256": f"{digest}  manifest.json\n".encode()}

    return edit


def _with(name: str, content: bytes = b"x") -> Edit:
    return lambda members: reseal(members | {name: content})


def _unnamed(name: str) -> Edit:
    return lambda members: members | {name: b"x"}


def _one_less(members: Members) -> Members:
    manifest = orjson.loads(members["manifest.json"])
    manifest["members"] = manifest["members"][1:]
    return seal(members, manifest)


def _twice_named(members: Members) -> Members:
    manifest = orjson.loads(members["manifest.json"])
    manifest["members"].append(manifest["members"][0])
    return seal(members, manifest)


def _no_row_names_it(members: Members) -> Members:
    return reseal(members | {"files/1/cd/cd" + "0" * 30: b"x"})


def _no_files(members: Members) -> Members:
    return reseal({name: content for name, content in members.items() if not name.startswith("files/")})


@pytest.mark.parametrize(
    "case",
    [
        (_with("../evil"), "an unexpected file: '../evil'"),
        (_with("/etc/passwd"), "an unexpected file"),
        (_with("files/../../evil"), "an unexpected file"),
        (_with("files//etc/passwd"), "an unexpected file"),
        (_with("files/1/ab/.hidden"), "an unexpected file"),
        (_with("files\\..\\evil"), "an unexpected file"),
        (_with("tables/../x.jsonl"), "an unexpected file"),
        (_with("tables/x\n.jsonl"), "an unexpected file"),
        (_with("evil.sh"), "an unexpected file: 'evil.sh'"),
        (_with("tables/"), "an unexpected file"),
        (_unnamed("files/1/cd/cd" + "0" * 30), "is not named by its manifest"),
        (_one_less, "is not named by its manifest|counts rows of other tables"),
        (_twice_named, "named twice"),
        (_no_row_names_it, "a file that no row names"),
        (_no_files, "lacks the file files/"),
        (_with("tables/clients.jsonl", b"x" * (RATIO_FROM + 8)), "Row 1 of clients|would unpack"),
        (_with("tables/clients.jsonl", b" " * (RATIO_FROM * 60)), "would unpack to"),
        (_manifest(format=2), "of format 2"),
        (_manifest(format=True), "format"),
        (_manifest(workspace_id=0), "workspace_id"),
        (_manifest(workspace_id="1"), "workspace_id"),
        (_manifest(workspace_id=2**62), "workspace_id"),
        (_manifest(digests=["x"]), "digests"),
        (_manifest(digests=["0" * 64]), "newer or another Holdfast"),
        (_manifest(rows={}), "other tables than it has"),
        (_manifest(rows={"clients": -1}), "has an invalid number of rows"),
        (_manifest(members=[]), "counts rows of other tables"),
        (_manifest(members=[{"path": "x", "size": -1, "sha256": "0" * 64}]), "sizes or hashes"),
        (_manifest(members=[{"path": "x", "size": 1}]), "members.0"),
        (_manifest(exported_at="never"), "when it was made"),
        (_manifest(facts={"entries": 1, "head": "x"}), "history does not match its manifest"),
        (_manifest(extra=1), "extra"),
        (_raw_manifest(b"[]"), "manifest was not written by Holdfast"),
        (_raw_manifest(b"\xff"), "manifest was not written by Holdfast"),
        (_raw_manifest(b"[" * 20_000), "manifest was not written by Holdfast"),
        (_raw_manifest(b'{"a":' * 5_000 + b"1" + b"}" * 5_000), "manifest was not written by Holdfast"),
        (_raw_manifest(b" " * 2_000_000), "manifest.json of the export is 2,000,000 bytes long"),
    ],
)
def test_what_is_not_as_exports_are_is_refused_and_nothing_is_stored(
    rich: Rich, fresh: Settings, tmp_path: Path, case: tuple[Edit, str]
) -> None:
    edit, reason = case
    refuse(fresh, pack(tmp_path / "forged.zip", edit(members_of(rich.export))), reason)
    assert_empty(fresh)


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


@hypothesis.settings(max_examples=150, deadline=None)
@hypothesis.given(data=st.data())
def test_however_the_bytes_of_an_export_are_changed_it_is_refused_with_a_sentence(
    rich: Rich, fresh: Settings, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A change may fall where nothing is, such as into a time; what it is taken for is then the same."""
    content = bytearray(rich.export.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    source = tmp_path_factory.getbasetemp() / "changed.zip"
    source.write_bytes(content)
    try:
        look_through(source)
    except TransferFailed as error:
        said = error.message
    else:
        said = "whole"
    assert said


def look_through(source: Path) -> None:
    with opened_container(source) as archive:
        reader = ArchiveReader(archive)
        reader.verify()
        for table in reader.contents.rows:
            for _ in reader.lines(table):
                pass


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


def test_the_command_tells_a_refusal_in_one_sentence(rich: Rich, fresh: Settings, tmp_path: Path) -> None:
    source = pack(tmp_path / "forged.zip", _with("evil.sh")(members_of(rich.export)))
    done = crm(fresh, "import-workspace", str(source))
    assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith(
        "Error: The export contains an unexpected file"
    )
    assert_empty(fresh)


def test_one_import_at_a_time(rich: Rich, fresh: Settings) -> None:
    with (fresh.sqlite_path.parent / ".import.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        refuse(fresh, rich.export, "is being imported just now")
