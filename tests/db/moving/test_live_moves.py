"""Moves of a whole server that is at work, and moves that are killed: what was acknowledged is there."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from crm.config import PROJECT_ROOT
from tests.support.appliance import Appliance, wait_until
from tests.support.engines import TestCluster
from tests.support.threads import join_all

KILLED_AT = ("activities:", "arrived", "switched")
MORTAL = """
import os, signal, sys
from crm.cli import main
from crm.commands.terminal import Lines

def step(self, text, said=Lines.step):
    said(self, text)
    if text.startswith(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)

Lines.step = step
main(sys.argv[2:])
"""
"""`crm …` that is killed at a step of its report."""
WRITERS = 3
BEFORE = 8
"""Changes that are acknowledged before the move begins."""


@pytest.fixture
def url(postgres: TestCluster) -> Iterator[str]:
    with postgres.bare_database() as address:
        yield address


class Writers:
    """Post clients until the server says that its data has moved; `names` were acknowledged."""

    def __init__(self, appliance: Appliance, token: str, prefix: str) -> None:
        self.names: list[str] = []
        self.said: set[str] = set()
        self._appliance, self._prefix = appliance, prefix
        self._headers = {"Authorization": f"Bearer {token}"}
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(WRITERS)]
        for thread in self._threads:
            thread.start()
        wait_until(lambda: len(self.names) >= BEFORE, 60)

    def _write(self, number: int) -> None:
        with self._appliance.client(headers=self._headers) as api:
            for made in range(100_000):
                name = f"{self._prefix}{number}-{made}"
                answer = api.post("/api/clients", json={"name": name})
                if answer.status_code == 201:
                    self.names.append(name)
                    continue
                assert answer.status_code == 503 and answer.headers["Retry-After"], answer.text
                if "has moved to" in answer.text:
                    self.said.add(answer.json()["detail"])
                    return

    def end(self) -> None:
        join_all(*self._threads)


def clients_of(appliance: Appliance, token: str) -> list[str]:
    names: list[str] = []
    address: str | None = "/api/clients?limit=200"
    with appliance.client(headers={"Authorization": f"Bearer {token}"}) as api:
        while address:
            answer = api.get(address).raise_for_status().json()
            names += [each["name"] for each in answer["data"]]
            after = answer["page"]["next"]
            address = f"/api/clients?limit=200&cursor={after}" if after else None
    return sorted(names)


@pytest.mark.timeout(300)
def test_writers_lose_nothing_by_a_move_there_or_back(tmp_path: Path, url: str) -> None:
    appliance = Appliance(tmp_path, DATABASE_URL="", WEB_WORKERS="1", RATE_LIMIT="100000/minute")
    token = appliance.set_up()
    with appliance:
        there = Writers(appliance, token, "there")
        secret = url.replace("postgres@", "postgres:hidden@")
        moved = run(appliance, "-m", "crm", "move-to", "-", "--yes", given=secret)
        assert moved.returncode == 0, moved.stderr
        told = moved.stdout + moved.stderr
        there.end()
        assert clients_of(appliance, token) == sorted(there.names)
        pages = httpx2.get(f"{appliance.url}/login")
        assert pages.status_code == 200
    assert "your load fits one box" in told and f"DATABASE_URL={url}".split("?")[0] in told
    assert "hidden" not in told + appliance.output and "task failed" not in appliance.output
    assert all("postgresql://" in said and "postgres@" not in said for said in there.said)
    refused = crm(appliance, "doctor")
    assert refused.returncode == 1 and "has moved to postgresql://" in refused.stdout
    appliance.variables["DATABASE_URL"] = url
    with appliance:
        back = Writers(appliance, token, "back")
        assert clients_of(appliance, token)[-1].startswith("there")
        returned = crm(appliance, "move-back", "--yes")
        assert returned.returncode == 0, returned.stderr
        back.end()
    appliance.variables["DATABASE_URL"] = ""
    with appliance:
        assert clients_of(appliance, token) == sorted(there.names + back.names)
    assert "entries, whole" in appliance.crm("ledger", "verify")


@pytest.mark.timeout(300)
def test_a_move_that_is_killed_is_ended_or_begun_anew(tmp_path: Path, url: str) -> None:
    appliance = Appliance(tmp_path, DATABASE_URL="")
    appliance.set_up()
    for step in KILLED_AT:
        killed_at(step, appliance, "move-to", url, "--yes")
        if step != "switched":
            appliance.crm("ledger", "verify")  # opens the file: it is in use still
        if step == "arrived":
            assert "has not ended" in crm(appliance, "workspace", "list", DATABASE_URL=url).stderr
    assert "it is ended now" in crm(appliance, "move-to", url, "--yes").stdout
    assert "entries, whole" in crm(appliance, "ledger", "verify", DATABASE_URL=url).stdout
    for step in ("ledgers", "switched"):
        killed_at(step, appliance, "move-back", "--yes", DATABASE_URL=url)
        held = crm(appliance, "workspace", "list", DATABASE_URL=url)
        assert held.returncode == (step == "switched"), held.stderr
    assert crm(appliance, "workspace", "list").returncode == 1
    assert crm(appliance, "move-back", "--yes", DATABASE_URL=url).returncode == 0
    assert "entries, whole" in appliance.crm("ledger", "verify")


def killed_at(step: str, appliance: Appliance, *command: str, **variables: str) -> None:
    """`kill -9` as soon as it has come so far."""
    done = run(appliance, "-c", MORTAL, step, *command, **variables)
    assert done.returncode == -signal.SIGKILL, done.stderr


def crm(appliance: Appliance, *command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return run(appliance, "-m", "crm", *command, **variables)


def run(
    appliance: Appliance, *words: str, given: str = "", **variables: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *words],
        cwd=PROJECT_ROOT, env={**appliance._environment(), **variables}, input=given,
        capture_output=True, encoding="utf-8", timeout=200, check=False,
    )  # fmt: skip
