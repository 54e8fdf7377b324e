"""The appliance against a bare Flask view, both behind gunicorn with the same options."""

import itertools
import random
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import orjson

from bench.load import request_bytes, requests_per_second
from bench.memory import megabytes
from bench.places import EMAIL, Place, copied_place, running
from bench.report import Result, result_of

CONNECTIONS = 8
WARMING_REQUESTS = 60
MEMORY_SAMPLES = 5
READS_GOAL, WRITES_GOAL, MEMORY_GOAL = 0.5, 0.4, 250.0
SEARCHES = ("anna", "ремонт", "müller", "kowal", "王", "garcia", "example.org", "38", "nowak ewa", "dental")

Requests = Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    ours: Requests
    bare: Requests
    goal: float | None


def measure_http(place: Place, folder: Path, *, rounds: int, seconds: float) -> list[Result]:
    """Each case on both servers in turn, `rounds` times; the ratio of the answered requests per second."""
    token = place.crm("token", "create", "--user", EMAIL, "--name", "bench", "--scope", "write")
    bare_place = copied_place(place, folder / "bare")
    answers = folder / "answers"
    answers.mkdir(exist_ok=True)
    with running(place, "crm", "serve") as appliance:
        memory = _memory(place, token, appliance.pid)
        paths = _paths(place, token)
        _keep_answers(place, token, paths, answers)
        with running(bare_place, "bench.bare", BENCH_ANSWERS=str(answers)):
            cases = _cases(paths, token)
            found = _rounds(cases, place.port, bare_place.port, rounds=rounds, seconds=seconds)
    return [*(result_of(case.name, found[case.name], case.goal) for case in cases), memory]


def _memory(place: Place, token: str, pid: int) -> Result:
    """At rest, once each worker has answered some requests."""
    for _ in range(WARMING_REQUESTS):
        _get(place, token, "/api/clients")
    samples = []
    for _ in range(MEMORY_SAMPLES):
        time.sleep(1)
        samples.append(megabytes(pid))
    return result_of("idle memory of the whole appliance, in MB (at most)", samples, MEMORY_GOAL)


def _rounds(
    cases: list[Case], ours: int, bare: int, *, rounds: int, seconds: float
) -> dict[str, list[float]]:
    """A first round warms up and does not count; who comes first changes from round to round."""
    found: dict[str, list[float]] = {case.name: [] for case in cases}
    for number in range(rounds + 1):
        for case in cases:
            sides = {"ours": (ours, case.ours), "bare": (bare, case.bare)}
            rate = {
                side: requests_per_second(port, make(), connections=CONNECTIONS, seconds=seconds)
                for side, (port, make) in (sides.items() if number % 2 else reversed(sides.items()))
            }
            if number:
                found[case.name].append(rate["ours"] / rate["bare"])
                print(f"  {case.name}: {rate['ours']:.0f} of {rate['bare']:.0f} a second")  # noqa: T201
    return found


def _cases(paths: dict[str, list[str]], token: str) -> list[Case]:
    def reading(name: str, label: str) -> Case:
        ours = [request_bytes("GET", path, token) for path in paths[name]]
        bare = [request_bytes("GET", f"/fixed/{name}-{n}", token) for n in range(len(paths[name]))]
        return Case(label, lambda: itertools.cycle(ours), lambda: itertools.cycle(bare), READS_GOAL)

    def writing(label: str, path: str, goal: float | None) -> Case:
        return Case(
            label, lambda: _new_clients("/api/clients", token), lambda: _new_clients(path, token), goal
        )

    return [
        reading("one", "GET one client, of a bare Flask view"),
        reading("page", "GET 25 of 100,000, of a bare Flask view"),
        reading("search", "search in 100,000, of a bare Flask view"),
        writing("POST client, of a bare Flask view that stores the same rows", "/write", WRITES_GOAL),
    ]


def _new_clients(path: str, token: str) -> Iterator[bytes]:
    run = random.getrandbits(48)
    for number in itertools.count():
        body = orjson.dumps({"name": f"Bench Müller {number}", "email": f"b{run}.{number}@example.com"})
        yield request_bytes("POST", path, token, body)


def _paths(place: Place, token: str) -> dict[str, list[str]]:
    newest = orjson.loads(_get(place, token, "/api/clients?limit=1"))["data"][0]["id"]
    ids = random.Random(1).sample(range(1, newest + 1), 200)  # noqa: S311 - the same ids each time
    return {
        "one": [f"/api/clients/{client_id}" for client_id in ids],
        "page": [
            "/api/clients",
            "/api/clients?sort=name",
            "/api/clients?status=active",
            "/api/clients?country=PL",
        ],
        "search": [f"/api/clients?q={quote(text)}" for text in SEARCHES],
    }


def _keep_answers(place: Place, token: str, paths: dict[str, list[str]], folder: Path) -> None:
    """The bare views send the very bytes that the appliance does."""
    for name, each in paths.items():
        for number, path in enumerate(each):
            (folder / f"{name}-{number}").write_bytes(_get(place, token, path))


def _get(place: Place, token: str, path: str) -> bytes:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{place.port}{path}", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
        return bytes(answer.read())
