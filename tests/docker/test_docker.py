import io
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from crm.config import PROJECT_ROOT
from tests.docker.conftest import Project, build_image, docker
from tests.support.appliance import wait_until

pytestmark = [pytest.mark.serial, pytest.mark.timeout(1200)]


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(stream, "PNG")
    return stream.getvalue()


def store_client(project: Project, name: str) -> int:
    with project.api() as api:
        response = api.post("/api/clients", json={"name": name})
        assert response.status_code == 201, response.text
        return int(response.json()["data"]["id"])


def names(project: Project) -> set[str]:
    with project.api() as api:
        return {row["name"] for row in api.get("/api/clients").json()["data"]}


def ask(project: Project, code: str) -> str:
    return project.inside("python", "-c", code)


def test_what_was_stored_is_there_after_down_and_up(project: Project) -> None:
    project.up()
    project.set_up()
    client_id = store_client(project, "Ремонт офиса")
    with project.api() as api:
        sent = api.put(
            f"/api/clients/{client_id}/picture", files={"file": ("me.png", picture(), "image/png")}
        )
        assert sent.status_code in {200, 201}, sent.text
    project.down()
    project.up()
    assert names(project) == {"Ремонт офиса"}
    with project.api() as api:
        stored = api.get(f"/api/clients/{client_id}").json()["data"]
        content = api.get(f"/api/files/{stored['picture_id']}/content")
        assert content.status_code == 200
        assert Image.open(io.BytesIO(content.content)).size == (64, 48)
    journal = "import apsw; print(apsw.Connection('/app/data/crm.db').pragma('journal_mode'))"
    assert ask(project, journal) == "wal"


def test_a_killed_container_comes_back_with_everything(project: Project) -> None:
    project.up()
    project.set_up()
    store_client(project, "Acknowledged")
    docker("kill", "--signal", "KILL", project.container)
    docker("start", project.container)
    project.wait_healthy()
    assert names(project) == {"Acknowledged"}


def test_it_runs_without_root_on_a_root_it_cannot_write(project: Project) -> None:
    project.up()
    assert ask(project, "import os; print(os.getuid(), os.getgid())") == "10001 10001"
    attempt = (
        "try:\n open('/app/x', 'w')\nexcept OSError as error:\n print(error.errno)\n"
        "open('/tmp/x', 'w').close()\nopen('/app/data/x', 'w').close()"
    )
    assert ask(project, attempt) == "30"
    capabilities = (
        "print([line.split()[1] for line in open('/proc/1/status') if line.startswith('CapEff')][0])"
    )
    assert int(ask(project, capabilities), 16) == 0


def test_a_second_container_on_the_same_volume_is_refused(project: Project) -> None:
    project.up()
    second = subprocess.run(
        ["docker", "run", "--rm", "--volumes-from", project.container, f"holdfast:{project.version}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode != 0
    assert "Another Holdfast server is running" in second.stderr


def test_an_upgrade_keeps_the_data_of_the_image_before(project: Project, tmp_path: Path) -> None:
    """The image after is this one with one more migration."""
    project.up()
    project.set_up()
    store_client(project, "From before")
    project.down()
    project.version = build_image(with_one_more_migration(tmp_path), "holdfast:after").partition(":")[2]
    project.up()
    assert names(project) == {"From before"}
    kept = "import pathlib; print(len(list(pathlib.Path('/app/data').glob('*before-migration*'))))"
    assert int(ask(project, kept)) >= 1


def with_one_more_migration(folder: Path) -> Path:
    for name in ("Dockerfile", "pyproject.toml", "README.md", "LICENSE", "requirements.lock"):
        shutil.copy(PROJECT_ROOT / name, folder)
    shutil.copytree(PROJECT_ROOT / "crm", folder / "crm", ignore=shutil.ignore_patterns("__pycache__"))
    migrations = folder / "crm" / "migrations"
    number = int(max(path.name for path in migrations.glob("*.sql"))[:4]) + 1
    table = "CREATE TABLE upgrade_probe (id INTEGER PRIMARY KEY) STRICT;"
    (migrations / f"{number:04}_upgrade_probe.sql").write_text(table)
    return folder


def with_env_file(project: Project, folder: Path, *lines: str) -> Path:
    """The project in a folder of its own, with these lines in its `.env`."""
    shutil.copy(PROJECT_ROOT / "docker-compose.yml", folder)
    folder.chmod(0o755)
    path = folder / ".env"
    path.write_text("".join(f"{line}\n" for line in lines))
    project.folder = folder
    return path


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("TRUSTED_PROXY=1", "did you mean TRUSTED_PROXIES?"),
        ("BACKUP_PASSPHRASE=correct horse battery #1 staple", "a # follows a blank"),
    ],
)
def test_what_compose_passes_over_in_its_env_file_stops_the_start(
    project: Project, tmp_path: Path, line: str, reason: str
) -> None:
    with_env_file(project, tmp_path, "LOG_LEVEL=INFO", line)
    project.compose("up", "-d", "--no-build")
    wait_until(lambda: docker("inspect", "--format", "{{.RestartCount}}", project.container) != "0", 60)
    logs = docker_logs(project.container)
    assert ".env beside docker-compose.yml, line 2: " in logs and reason in logs
    assert "is ready" not in logs


def test_a_sound_env_file_counts_though_the_container_may_not_read_it(
    project: Project, tmp_path: Path
) -> None:
    path = with_env_file(project, tmp_path, "RATE_LIMIT=${PER_HOUR} per hour", "PORT=4000")
    project.variables["PER_HOUR"] = "77"
    project.up()
    asked = (
        "from crm.config import load_settings; found = load_settings(); print(found.rate_limit, found.port)"
    )
    assert ask(project, asked) == "77 per hour 3001"
    assert "was not looked through" not in docker_logs(project.container)
    path.chmod(0o600)
    project.compose("restart")
    project.wait_healthy()
    assert ".env beside docker-compose.yml was not looked through" in docker_logs(project.container)


def docker_logs(container: str) -> str:
    done = subprocess.run(
        ["docker", "logs", container], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout + done.stderr
