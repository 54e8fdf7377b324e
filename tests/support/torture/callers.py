"""Programs that use the API of a real appliance while it is killed, and remember its answers."""

import hashlib
import random
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2

PATIENCE_SECONDS = 30.0
PAUSE_SECONDS = 0.03
JSON = dict[str, Any]


@dataclass(slots=True)
class Known:
    """One record as the API answered it last."""

    path: str
    data: JSON


@dataclass(slots=True)
class Memory:
    """What one caller learned; `findings` are answers that must not happen."""

    records: list[Known] = field(default_factory=list)
    acknowledged: int = 0
    repeated: int = 0
    findings: list[str] = field(default_factory=list)


class Caller:
    """One program with one connection, sending mixed changes until `stop` is set."""

    def __init__(self, client: httpx2.Client, name: str, stages: list[int], seed: int) -> None:
        self.memory = Memory()
        self.stop = threading.Event()
        self._client, self._name, self._stages = client, name, stages
        self._chance = random.Random(seed)
        self._count = 0

    def run(self) -> None:
        kinds: list[tuple[Callable[[], None], int]] = [
            (self._create_client, 5), (self._change_client, 4), (self._delete_client, 1), (self._upload, 3),
            (self._create_lead, 3), (self._move_lead, 4), (self._write_note, 2), (self._plan_task, 2),
        ]  # fmt: skip
        acts, weights = zip(*kinds, strict=True)
        try:
            while not self.stop.is_set():
                self._chance.choices(acts, weights)[0]()
                time.sleep(self._chance.uniform(0, PAUSE_SECONDS))
        except Exception as error:  # noqa: BLE001 - reported by the judge instead of lost with the thread
            self.memory.findings.append(f"{self._name}: {type(error).__name__}: {error}")

    def _create_client(self) -> None:
        name = self._next_name()
        self._create("/api/clients", json={"name": name, "email": f"{name}@example.org", "city": name})

    def _change_client(self) -> None:
        known = self._some("/api/clients/")
        if known is not None:
            self._change(known, "PATCH", known.path, {"city": self._next_name(), "notes": "n" * 300})

    def _delete_client(self) -> None:
        """One that nothing refers to."""
        self._create_client()
        known = self.memory.records[-1]
        self._change(known, "DELETE", known.path, None)

    def _upload(self) -> None:
        owner = self._some("/api/clients/")
        if owner is not None:
            content = self._chance.randbytes(self._chance.choice((10, 5_000, 200_000))).hex().encode()
            stored = self._create(
                f"{owner.path}/files", files={"file": (f"{self._next_name()}.txt", content)}
            )
            if stored is not None and stored["sha256"] != hashlib.sha256(content).hexdigest():
                self.memory.findings.append(f"{stored['name']} arrived changed")

    def _create_lead(self) -> None:
        client = self._some("/api/clients/")
        body = {"title": self._next_name(), "value": 12.5}
        self._create("/api/leads", json=body if client is None else {**body, "client_id": client.data["id"]})

    def _move_lead(self) -> None:
        known = self._some("/api/leads/")
        if known is not None:
            others = [stage for stage in self._stages if stage != known.data["stage_id"]]
            self._change(known, "PUT", f"{known.path}/stage", {"stage_id": self._chance.choice(others)})

    def _write_note(self) -> None:
        self._about_client("/api/notes", "text")

    def _plan_task(self) -> None:
        self._about_client("/api/tasks", "title")

    def _about_client(self, path: str, words: str) -> None:
        client = self._some("/api/clients/")
        if client is not None:
            body = {"subject": "client", "subject_id": client.data["id"], words: self._next_name()}
            self._create(path, json=body)

    def _next_name(self) -> str:
        self._count += 1
        return f"{self._name}-{self._count}"

    def _some(self, path: str) -> Known | None:
        fit = [
            known
            for known in self.memory.records
            if known.path.startswith(path) and known.data["deleted_at"] is None
        ]
        return self._chance.choice(fit) if fit else None

    def _create(self, path: str, **body: Any) -> JSON | None:
        """By an idempotency key: a repeat after a lost answer must not make a second one."""
        key = secrets.token_hex(8)
        answer = self._until_answered("POST", path, headers={"Idempotency-Key": key}, **body)
        if answer.status_code != 201:
            self.memory.findings.append(f"POST {path}: {answer.status_code} {answer.text[:200]}")
            return None
        self.memory.acknowledged += 1
        data: JSON = answer.json()["data"]
        self.memory.records.append(Known(answer.headers["Location"], data))
        return data

    def _change(self, known: Known, method: str, path: str, body: JSON | None) -> None:
        """By its version: a repeat after a lost answer finds it changed by ourselves, or not."""
        match = {"If-Match": f'"{known.data["version"]}"'}
        sent = {"json": body} if body is not None else {}
        repeats = self.memory.repeated
        answer = self._until_answered(method, path, headers=match, **sent)
        lost_one = self.memory.repeated > repeats
        if answer.status_code in (200, 204):
            self.memory.acknowledged += 1
        elif not (answer.status_code in (404, 412) and lost_one):
            self.memory.findings.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        if answer.status_code == 200:
            known.data = answer.json()["data"]
        elif method == "DELETE":
            known.data = {**known.data, "deleted_at": "then", "version": known.data["version"] + 1}
        else:
            self._learn(known, body or {})

    def _learn(self, known: Known, body: JSON) -> None:
        """What an answer that was lost must have said."""
        answer = self._until_answered("GET", known.path)
        data = answer.json()["data"]
        expected = {**known.data, **body, "version": known.data["version"] + 1}
        wrong = [name for name in (*body, "version") if data[name] != expected[name]]
        if wrong:
            self.memory.findings.append(f"{known.path}: {wrong} are neither as before nor as asked for")
        known.data = data

    def _until_answered(self, method: str, path: str, **request: Any) -> httpx2.Response:
        """Ask again, as programs do, when the connection breaks or the appliance is busy."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self._client.request(method, path, **request)
                if answer.status_code != 503:
                    return answer
            except httpx2.TransportError:
                self.memory.repeated += 1
            if time.monotonic() > end:
                raise TimeoutError(f"{method} {path} was never answered")
            time.sleep(0.02)
