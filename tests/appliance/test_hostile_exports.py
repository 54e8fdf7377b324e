"""A file that only looks like an export is refused by its directory, before anything is paid for it."""

import fcntl
import hashlib
from collections.abc import Callable
from pathlib import Path

import hypothesis
import orjson
import pytest
from hypothesis import strategies as st

from crm.config import Settings
from crm.db.transfer.archive import TransferFailed
from crm.db.transfer.container import RATIO_FROM, opened_container
from crm.db.transfer.reading import ArchiveReader
from tests.support.crm_command import crm
from tests.support.exports import Members, members_of, pack, reseal, seal
from tests.support.hostile_exports import assert_empty, refuse
from tests.support.rich import Rich

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
