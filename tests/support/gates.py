"""Start an appliance on a folder that is not as it should be, and hear why it is refused."""

from pathlib import Path

import pytest

from crm.config import Settings
from crm.db.refusal import StartRefused
from crm.db.sqlite.startup import prepare

PAGE = 4096


def content_of(folder: Path) -> dict[str, bytes]:
    """Every file with its bytes, but the engine's shared index, which holds nothing of its own."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".db-shm" and path.stat().st_size
    }


def refusal_of(settings: Settings, folder: Path) -> str:
    before = content_of(folder)
    with pytest.raises(StartRefused) as caught:
        prepare(settings, wait=0)
    assert content_of(folder) == before
    return str(caught.value)


def damage(path: Path, at: int, content: bytes) -> None:
    with path.open("r+b") as stream:
        stream.seek(at)
        stream.write(content)
