"""The appliance against a bare Flask view, both behind gunicorn with the same options."""

import itertools
import random
import statistics
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
from bench.reads import Read, opened, queries_of, reads_of
from bench.report import Result, result_of

CONNECTIONS = 8
TURNS = 8
WARMING_REQUESTS = 60
MEMORY_SAMPLES = 5
READS_GOAL, WRITES_GOAL, MEMORY_GOAL, GROWTH_GOAL = 0.5, 0.4, 250.0, 1.3

Requests = Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Case:
    """Two loads whose rates are compared: `ours` as a multiple of `bare`."""

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
    with opened(place) as db:
        reads = reads_of(db)
    with running(place, "crm", "serve") as appliance:
        memory = _memory(place, token, appliance.pid)
        _keep_answers(place, token, reads, answers)
        with running(bare_place, "bench.bare", BENCH_ANSWERS=str(answers)):
            cases = _cases(reads, token)
            found = _rounds(cases, place.port, bare_place.port, rounds=rounds, seconds=seconds)
    return [*(result_of(case.name, found[case.name], case.goal) for case in cases), memory]


def measure_growth_http(small: Place, large: Place, *, rounds: int, seconds: float) -> list[Result]:
    """What a request for a list or a search costs with many clients, as a multiple of its cost with few."""
    with opened(small) as db:
        paths = [read.path for read in reads_of(db)["page"]]
        searches = [f"/api/clients?q={quote(text)}" for text in queries_of(db)]
    asking = ("token", "create", "--user", EMAIL, "--name", "growth", "--scope", "read")
    tokens = {place.port: place.crm(*asking) for place in (small, large)}

    def growing(label: str, each: list[str]) -> Case:
        few, many = ([request_bytes("GET", path, token) for path in each] for token in tokens.values())
        return Case(label, lambda: itertools.cycle(few), lambda: itertools.cycle(many), GROWTH_GOAL)

    cases = [
        growing("list, 1,000,000 of 10,000 clients (at most)", paths),
        growing("search, 1,000,000 of 10,000 clients (at most)", searches),
    ]
    with running(small, "crm", "serve"), running(large, "crm", "serve"):
        found = _rounds(cases, small.port, large.port, rounds=rounds, seconds=seconds)
    return [result_of(case.name, found[case.name], case.goal) for case in cases]


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
    """A first round warms up and does not count."""
    found: dict[str, list[float]] = {case.name: [] for case in cases}
    for number in range(rounds + 1):
        for case in cases:
            rates = _in_turn((ours, case.ours()), (bare, case.bare()), seconds)
            if number:
                found[case.name].append(rates[0] / rates[1])
                print(f"  {case.name}: {rates[0]:.0f} of {rates[1]:.0f} a second")  # noqa: T201
    return found


def _in_turn(
    first: tuple[int, Iterator[bytes]], second: tuple[int, Iterator[bytes]], seconds: float
) -> tuple[float, float]:
    """Both rates, by many short turns: what else the machine does at the time falls on both alike."""
    turns: tuple[list[float], list[float]] = ([], [])
    for turn in range(TURNS):
        for side in (0, 1) if turn % 2 else (1, 0):
            port, requests = (first, second)[side]
            rate = requests_per_second(port, requests, connections=CONNECTIONS, seconds=seconds / TURNS)
            turns[side].append(rate)
    return statistics.fmean(turns[0]), statistics.fmean(turns[1])


def _cases(reads: dict[str, list[Read]], token: str) -> list[Case]:
    def reading(name: str, label: str, view: str, goal: float | None) -> Case:
        ours = [request_bytes("GET", read.path, token) for read in reads[name]]
        bare = [request_bytes("GET", f"/{view}/{name}-{n}", token) for n in range(len(ours))]
        return Case(label, lambda: itertools.cycle(ours), lambda: itertools.cycle(bare), goal)

    named = {"one": "GET one client", "page": "GET 25 of 100,000", "search": "search in 100,000"}
    return [
        *(
            reading(name, f"{label}, of a bare Flask view", "fixed", READS_GOAL)
            for name, label in named.items()
        ),
        *(
            reading(name, f"{label}, of a bare Flask view with the same SQL", "sql", None)
            for name, label in named.items()
        ),
        Case(
            "POST client, of a bare Flask view that stores the same rows",
            lambda: _new_clients("/api/clients", token),
            lambda: _new_clients("/write", token),
            WRITES_GOAL,
        ),
    ]


def _new_clients(path: str, token: str) -> Iterator[bytes]:
    run = random.getrandbits(48)
    for number in itertools.count():
        body = orjson.dumps({"name": f"Bench Müller {number}", "email": f"b{run}.{number}@example.com"})
        yield request_bytes("POST", path, token, body)


def _keep_answers(place: Place, token: str, reads: dict[str, list[Read]], folder: Path) -> None:
    """For the bare views: the very bytes that the appliance sends, and the SQL behind them."""
    for name, each in reads.items():
        for number, read in enumerate(each):
            (folder / f"{name}-{number}").write_bytes(_get(place, token, read.path))
            (folder / f"{name}-{number}.sql").write_bytes(orjson.dumps([read.sql, read.params]))


def _get(place: Place, token: str, path: str) -> bytes:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{place.port}{path}", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
        return bytes(answer.read())
