"""An exported workspace taken apart, changed, and put together again under a manifest and a seal that fit."""

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson

Members = dict[str, bytes]
SEALED = {"manifest.json", "manifest.sha256"}


def members_of(path: Path) -> Members:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def reseal(members: Members) -> Members:
    """With the sizes, hashes and counts of what is there now."""
    manifest = orjson.loads(members["manifest.json"])
    manifest["members"] = [
        {"path": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in members.items()
        if name not in SEALED
    ]
    manifest["rows"] = {
        name.removeprefix("tables/").removesuffix(".jsonl"): content.count(b"\n")
        for name, content in members.items()
        if name.startswith("tables/")
    }
    return seal(members, manifest)


def seal(members: Members, manifest: Mapping[str, Any]) -> Members:
    text = orjson.dumps(manifest)
    digest = hashlib.sha256(text).hexdigest()
    return members | {"manifest.json": text, "manifest.sha256": f"{digest}  manifest.json\n".encode()}


def pack(target: Path, members: Members) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target


def rows_in(members: Members, table: str) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in members[f"tables/{table}.jsonl"].splitlines()]


def with_rows(members: Members, table: str, rows: list[dict[str, Any]]) -> Members:
    lines = b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
    return reseal(members | {f"tables/{table}.jsonl": lines})


def forged(path: Path, target: Path, table: str, change: Callable[[dict[str, Any]], object]) -> Path:
    """With the first row of a table changed."""
    members = members_of(path)
    rows = rows_in(members, table)
    change(rows[0])
    return pack(target, with_rows(members, table, rows))
