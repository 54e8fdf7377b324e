"""The whole drill: an appliance at work, backed up, lost with its volume, restored elsewhere, and started."""

import subprocess
import sys
from pathlib import Path

import httpx2

from crm.config import PROJECT_ROOT
from crm.db.restored import load_restored
from tests.support.appliance import Appliance
from tests.support.samples import picture
from tests.support.surroundings import surroundings

EMAIL, PASSWORD = "owner@acme.example", "a quiet harbour at dawn"
FILES = {"contract.txt": b"signed and sealed\n" * 500, "picture.png": picture(size=(300, 200))}
LOGIN = {"email": EMAIL, "password": PASSWORD}


def console(appliance: Appliance, *words: str, given: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "crm", *words],
        cwd=PROJECT_ROOT,
        env=surroundings(**appliance.variables),
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


def data_of(response: httpx2.Response) -> object:
    assert response.status_code in (200, 201), response.text
    return response.json()["data"]


def everything(appliance: Appliance, token: str) -> dict[str, object]:
    with appliance.client(headers={"Authorization": f"Bearer {token}"}) as client:
        return (
            {
                path: data_of(client.get(path))
                for path in ("/api/clients", "/api/users", "/api/workspace", "/api/activities", "/api/files")
            }
            | {
                str(number): client.get(f"/api/files/{number}/content").content
                for number in range(1, len(FILES) + 1)
            }
            | {"thumbnail": client.get("/api/files/2/content?thumbnail=96").content}
        )


def set_up(appliance: Appliance) -> str:
    """A workspace, its owner, and 20 clients; the token by which they came."""
    words = ("setup", "--workspace", "Acme", "--email", EMAIL, "--name", "Olga", "--password-stdin")
    console(appliance, *words, given=f"{PASSWORD}\n")
    token = console(appliance, "token", "create", "--user", EMAIL, "--name", "drill")
    with appliance.client(headers={"Authorization": f"Bearer {token}"}) as client:
        for number in range(20):
            data_of(client.post("/api/clients", json={"kind": "person", "name": f"Client {number}"}))
        for name, content in FILES.items():
            data_of(client.post("/api/clients/7/files", files={"file": (name, content)}))
    return token


def test_a_lost_appliance_comes_back_with_its_data_files_logins_and_tokens(tmp_path: Path) -> None:
    old = Appliance(tmp_path / "old", BACKUP_DIR=str(tmp_path / "backups"))
    with old:
        token = set_up(old)
        session = old.client()
        data_of(session.post("/api/login", json=LOGIN))
        before = everything(old, token)
        assert before["1"] == FILES["contract.txt"] and before["thumbnail"]
        backup = console(old, "backup")
        old.kill()
    (tmp_path / "old").rename(tmp_path / "lost")
    new = Appliance(tmp_path / "new", BACKUP_DIR=str(tmp_path / "backups"))
    console(new, "restore", backup, "--yes")
    assert load_restored(tmp_path / "new" / "data" / "crm.db") is not None
    with new:
        assert everything(new, token) == before
        session.base_url = new.url
        assert isinstance(data_of(session.get("/api/me")), dict)
        with new.client() as stranger:
            data_of(stranger.post("/api/login", json=LOGIN))
        console(new, "backup")
    session.close()
