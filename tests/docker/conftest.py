"""A real Docker engine, the image built from this tree, and a project of compose for each test.

Without an engine all of it is skipped. HOLDFAST_TEST_BASE_IMAGE names another base than the Dockerfile's.
"""

import json
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from crm.config import PROJECT_ROOT
from tests.support.appliance import free_port

STAND_IN = "standin/python:bookworm"
PASSWORD = "a sturdy holdfast 42"
BUILD_SECONDS, UP_SECONDS = 900, 120


def docker(*words: str, given: str | None = None, seconds: float = UP_SECONDS) -> str:
    done = subprocess.run(
        ["docker", *words],
        input=given,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        env={**os.environ, "DOCKER_BUILDKIT": "0"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="session")
def engine() -> None:
    if shutil.which("docker") is None:
        pytest.skip("no docker client here")
    if subprocess.run(["docker", "info"], capture_output=True, timeout=30, check=False).returncode:
        pytest.skip("no Docker engine answers here; set DOCKER_HOST to one")


def build_image(source: Path, tag: str) -> str:
    base = os.environ.get("HOLDFAST_TEST_BASE_IMAGE", "")
    known = docker("images", "--quiet", STAND_IN)
    chosen = ["--build-arg", f"BASE_IMAGE={base or STAND_IN}"] if base or known else []
    docker("build", *chosen, "--tag", tag, str(source), seconds=BUILD_SECONDS)
    return tag


def build_around(program: str, folder: Path, *lines: str) -> str:
    """An image of one static program; `lines` are what its makers' own image, not pulled here, ends with."""
    name = Path(program).name
    context = folder / f"image-of-{name}"
    context.mkdir()
    shutil.copy(program, context)
    (context / "Dockerfile").write_text("\n".join(["FROM scratch", f"COPY {name} /bin/", *lines]))
    docker("build", "--tag", f"holdfast-test-{name}", str(context))
    return f"holdfast-test-{name}"


@pytest.fixture(scope="session")
def image(engine: None) -> str:
    return build_image(PROJECT_ROOT, "holdfast:under-test")


class Project:
    """The shipped compose file under a project name and a port of its own."""

    def __init__(self, version: str) -> None:
        self.name = f"holdfast-test-{secrets.token_hex(4)}"
        self.port = free_port()
        self.version = version
        self.token = ""
        self.folder = PROJECT_ROOT
        self.files = ["docker-compose.yml"]
        self.profiles: list[str] = []
        self.main = "holdfast"
        self.variables: dict[str, str] = {}

    def bring_along(self, profile: str, image: str, folder: Path, **variables: str) -> None:
        """From now on with the service of the profile too, run from an image that need not be pulled."""
        override = folder / "override.yml"
        override.write_text(json.dumps({"services": {profile: {"image": image}}}))
        self.files.append(str(override))
        self.profiles.append(profile)
        self.variables.update(variables)

    def compose(self, *words: str) -> str:
        program = ["docker", "compose"] if self._has_plugin() else ["docker-compose"]
        files = [f"--file={name}" for name in self.files]
        profiles = [f"--profile={name}" for name in self.profiles]
        done = subprocess.run(
            [*program, "--project-name", self.name, *files, *profiles, *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=UP_SECONDS,
            check=False,
            env={
                **os.environ,
                "HOLDFAST_PORT": str(self.port),
                "HOLDFAST_VERSION": self.version,
                **self.variables,
            },
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def up(self) -> None:
        self.compose("up", "-d", "--no-build")
        self.wait_healthy()

    def down(self) -> None:
        self.compose("down")

    def remove(self) -> None:
        self.compose("down", "--volumes")

    @property
    def container(self) -> str:
        return self.container_of(self.main)

    def container_of(self, service: str) -> str:
        labels = {"project": self.name, "service": service, "oneoff": "False"}
        filters = [f"--filter=label=com.docker.compose.{key}={value}" for key, value in labels.items()]
        return docker("ps", "--all", "--quiet", *filters)

    def inside(self, *words: str, given: str | None = None) -> str:
        return docker("exec", "--interactive", self.container, *words, given=given)

    def wait_healthy(self) -> None:
        deadline = time.monotonic() + UP_SECONDS
        while self.health() != "healthy":
            assert time.monotonic() < deadline, docker("logs", self.container)
            time.sleep(0.5)

    def health(self) -> str:
        state = json.loads(docker("inspect", "--format", "{{json .State}}", self.container))
        return str(state["Health"]["Status"]) if state["Running"] else "stopped"

    def set_up(self) -> None:
        self.inside(
            *("crm", "setup", "--workspace", "Dockyard", "--email", "owner@example.org"),
            *("--name", "Owner", "--password-stdin"),
            given=PASSWORD + "\n",
        )
        self.token = self.inside("crm", "token", "create", "--user", "owner@example.org", "--name", "test")

    def api(self) -> httpx2.Client:
        return httpx2.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=15,
        )

    @staticmethod
    def _has_plugin() -> bool:
        probe = subprocess.run(["docker", "compose", "version"], capture_output=True, timeout=30, check=False)
        return probe.returncode == 0


@pytest.fixture
def project(image: str) -> Iterator[Project]:
    project = Project(image.partition(":")[2])
    yield project
    project.remove()
