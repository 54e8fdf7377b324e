"""A file is whole at its name, or not there."""

import os
from pathlib import Path

import pytest

from crm.db.durable_files import TEMPORARY_PREFIX, keep_once, make_folder, write_durably, written_durably
from tests.support.processes import run_in_processes


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_what_is_written_is_there_for_its_owner_alone(tmp_path: Path) -> None:
    write_durably(tmp_path / "file", b"content")
    assert (tmp_path / "file").read_bytes() == b"content"
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    assert names_in(tmp_path) == ["file"]


def test_a_failure_leaves_what_stood_there_before(tmp_path: Path) -> None:
    write_durably(tmp_path / "file", b"before")
    with pytest.raises(KeyError), written_durably(tmp_path / "file") as stream:
        stream.write(b"half")
        raise KeyError
    assert (tmp_path / "file").read_bytes() == b"before"
    assert names_in(tmp_path) == ["file"]


def die_midway(target: Path) -> None:
    with written_durably(target) as stream:
        stream.write(b"half")
        stream.flush()
        os._exit(9)


def test_a_crash_leaves_only_a_name_that_can_be_recognised(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="terminated abruptly"):
        run_in_processes(die_midway, [(tmp_path / "file",)])
    [left] = names_in(tmp_path)
    assert left.startswith(TEMPORARY_PREFIX)


def test_content_name_and_folder_are_synced_in_that_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_fsync(descriptor: int) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink()
        seen.append("folder" if name.is_dir() else f"content of {name.stat().st_size}")
        fsync(descriptor)

    def note_replace(path: Path, target: Path) -> Path:
        seen.append("name")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(Path, "replace", note_replace)
    write_durably(tmp_path / "file", b"content")
    assert seen == ["content of 7", "name", "folder"]


def test_folders_are_made_with_all_above_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr("crm.db.durable_files.sync_folder", synced.append)
    assert make_folder(tmp_path / "a" / "b")
    assert synced[-2:] == [tmp_path, tmp_path / "a"]
    synced.clear()
    assert not make_folder(tmp_path / "a" / "b")
    assert synced == []
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_another_has_just_made_is_made_durable_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr("crm.db.durable_files.sync_folder", synced.append)
    (tmp_path / "a").mkdir()
    assert not make_folder(tmp_path / "a")
    assert not make_folder(tmp_path / "a")
    assert synced == [tmp_path]


def keep_and_read(target: Path, content: bytes) -> bytes:
    keep_once(target, content)
    return target.read_bytes()


def test_of_all_who_would_keep_something_once_the_first_wins(tmp_path: Path) -> None:
    found = run_in_processes(keep_and_read, [(tmp_path / "file", bytes([65 + n]) * 10_000) for n in range(8)])
    assert len(set(found)) == 1 and len(found[0]) == 10_000
    assert names_in(tmp_path) == ["file"]
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
