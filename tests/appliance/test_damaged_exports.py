"""An export that was damaged, or forged to reach another workspace, is refused."""

import hashlib
import zipfile
from pathlib import Path

import orjson
import pytest

from crm.appliance.transfer import export_to, import_from
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.transfer.archive import TransferFailed
from crm.kinds import open_database
from tests.support.cast import Cast
from tests.support.transfers import elsewhere, members_of


@pytest.mark.parametrize("change", ["flip", "drop", "manifest", "cut", "text"])
def test_a_damaged_export_is_refused(settings: Settings, filled: Cast, tmp_path: Path, change: str) -> None:
    export_to(settings, int(filled.owner.workspace_id or 0), tmp_path / "one.zip")
    fresh = elsewhere(settings, tmp_path / "fresh")
    damaged = damage(tmp_path / "one.zip", change)
    with pytest.raises(TransferFailed):
        import_from(fresh, damaged)
    db = open_database(fresh)
    assert db.read(lambda tx: tx.all("SELECT id FROM workspaces"), SYSTEM) == []
    db.close()


@pytest.mark.parametrize(
    ("member", "reason"),
    [("tables/tags.jsonl", "refers to rows"), ("tables/workspaces.jsonl", "of another workspace")],
)
def test_an_export_that_was_forged_to_reach_another_workspace_is_refused(
    settings: Settings, filled: Cast, tmp_path: Path, member: str, reason: str
) -> None:
    mine, theirs = int(filled.owner.workspace_id or 0), int(filled.outsider.workspace_id or 0)
    export_to(settings, mine, tmp_path / "one.zip")
    moment = "2026-11-21T00:00:00.000Z"
    workspace = orjson.loads(members_of(tmp_path / "one.zip")["tables/workspaces.jsonl"]) | {"id": theirs}
    tag = {"id": 9, "workspace_id": theirs, "name": "x", "name_key": "x", "form": "x", "created_at": moment}
    forged = tmp_path / "forged.zip"
    forge(tmp_path / "one.zip", forged, member, workspace if "workspaces" in member else tag)
    with pytest.raises(TransferFailed, match=reason):
        import_from(elsewhere(settings, tmp_path / "fresh"), forged)


def forge(path: Path, target: Path, member: str, row: dict[str, object]) -> None:
    """One row more than the export had, under a manifest and a seal that know it."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        content = {name: old.read(name) for name in old.namelist()}
        content[member] += orjson.dumps(row) + b"\n"
        manifest = orjson.loads(content["manifest.json"])
        manifest["rows"][Path(member).stem] += 1
        for entry in manifest["members"]:
            of = content[entry["path"]]
            entry |= {"size": len(of), "sha256": hashlib.sha256(of).hexdigest()}
        content["manifest.json"] = orjson.dumps(manifest)
        digest = hashlib.sha256(content["manifest.json"]).hexdigest()
        content["manifest.sha256"] = f"{digest}  manifest.json\n".encode()
        for name, each in content.items():
            new.writestr(name, each)


def damage(path: Path, change: str) -> Path:
    target = path.with_name("damaged.zip")
    if change == "cut":
        target.write_bytes(path.read_bytes()[:-200])
    elif change == "text":
        target.write_text("not a zip")
    else:
        rewrite(path, target, change)
    return target


def rewrite(path: Path, target: Path, change: str) -> None:
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if change == "drop" and name == "tables/clients.jsonl":
                continue
            if change == "flip" and name == "tables/clients.jsonl":
                content = content.replace(b"Ada 1", b"Eva 1")
            if change == "manifest" and name == "manifest.json":
                content = content.replace(b'"clients": 6', b'"clients": 5')
            new.writestr(name, content)
