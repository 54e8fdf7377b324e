"""The appliance against a bare Flask view, both behind gunicorn with the same options."""

import itertools
import statistics
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import orjson

from bench.bare_leads import add_channel
from bench.cases import FIXED_EVENT, Case, cases_of, connect_number, new_clients
from bench.leads import BOARD_PATHS, LEAD_PATHS
from bench.lists import list_paths
from bench.load import latencies, request_bytes, requests_per_second, spelled_anew
from bench.memory import megabytes, processor_seconds
from bench.places import EMAIL, Place, Places, copied_place, running
from bench.reads import Read, opened, queries_of, reads_of
from bench.report import Chosen, Result, result_of

CONNECTIONS = 8
TURNS = 8
WARMING_REQUESTS = 60
MEMORY_SAMPLES = 5
MEMORY_GOAL, START_GOAL, GROWTH_GOAL, BOARD_GOAL = 110.0, 1.5, 1.3, 60.0
MEMORY = "idle memory of the whole appliance, in MB (at most)"
START = "start of the appliance, until it answers, in s (at most)"
START_WORK = "start of the appliance, processor time of all its processes, in s"
WRITERS = 16
WORST, LATE = "worst wait of 16 writers, in ms", "wait of 16 writers that one of 100 exceeds, in ms"
BOARDS = {
    "plain": "board of 10,000 open leads, in ms (at most)",
    "filtered": "board of 10,000 open leads under a filter, in ms (at most)",
}
GROWTHS = {
    "list": "list, 1,000,000 of 10,000 clients (at most)",
    "search": "search, 1,000,000 of 10,000 clients (at most)",
    "leads": "lead list, 1,000,000 of 10,000 leads (at most)",
}


def measure_http(places: Places, chosen: Chosen, *, rounds: int, seconds: float) -> list[Result]:
    """Each case on both servers in turn, `rounds` times; the ratio of the answered requests per second."""
    own = (MEMORY, START, WORST, LATE, *BOARDS.values())
    if not any(chosen(name) for name in (*own, *(case.name for case in cases_of({}, "")))):
        return []
    place = places.served
    token = place.crm("token", "create", "--user", EMAIL, "--name", "bench", "--scope", "write")
    with opened(place) as db:
        reads = reads_of(db)
    results = _starts(place, rounds) if chosen(START) else []
    with running(place, "crm", "serve") as appliance:
        results += _memory(place, token, appliance.pid) if chosen(MEMORY) else []
        results += _boards(place, token, chosen, rounds=rounds, seconds=seconds)
        results += _writers(place, token, chosen, rounds=rounds, seconds=seconds)
        cases = [case for case in cases_of(reads, token) if chosen(case.name)]
        if cases:
            results += _against_bare(places, token, reads, cases, rounds=rounds, seconds=seconds)
    return results


def _against_bare(
    places: Places,
    token: str,
    reads: dict[str, list[Read]],
    cases: list[Case],
    *,
    rounds: int,
    seconds: float,
) -> list[Result]:
    place = places.served
    connect_number(place.port, token)
    answers = places.scratch / "answers"
    answers.mkdir(exist_ok=True)
    _keep_answers(place, token, reads, answers)
    bare_place = copied_place(places.some, places.scratch / "bare")
    add_channel(bare_place.database)
    with running(bare_place, "bench.bare", BENCH_ANSWERS=str(answers)):
        found = _rounds(cases, place.port, bare_place.port, rounds=rounds, seconds=seconds)
    return [result_of(case.name, found[case.name], case.goal) for case in cases]


def measure_growth_http(places: Places, chosen: Chosen, *, rounds: int, seconds: float) -> list[Result]:
    """What a request for a list or a search costs with many records, as a multiple of its cost with few."""
    if not any(chosen(name) for name in (*GROWTHS.values(), *list_paths())):
        return []
    small, large = places.few, places.many
    asking = ("token", "create", "--user", EMAIL, "--name", "growth", "--scope", "read")
    tokens = {place.port: place.crm(*asking) for place in (small, large)}

    def growing(label: str, each: list[str]) -> Case:
        few, many = (_read_anew(each, token) for token in tokens.values())
        return Case(label, lambda: few, lambda: many, GROWTH_GOAL)

    cases = [growing(name, each) for name, each in _growing_paths(small).items() if chosen(name)]
    with running(small, "crm", "serve"), running(large, "crm", "serve"):
        found = _rounds(cases, small.port, large.port, rounds=rounds, seconds=seconds)
    return [result_of(case.name, found[case.name], case.goal) for case in cases]


def _growing_paths(place: Place) -> dict[str, list[str]]:
    with opened(place) as db:
        return {
            GROWTHS["list"]: [read.path for read in reads_of(db)["page"]],
            GROWTHS["search"]: [f"/api/clients?q={quote(text)}" for text in queries_of(db)],
            GROWTHS["leads"]: list(LEAD_PATHS),
            **list_paths(),
        }


def _read_anew(paths: list[str], token: str) -> Iterator[bytes]:
    spellings = [spelled_anew(path) for path in paths]
    return (request_bytes("GET", next(each), token) for each in itertools.cycle(spellings))


def _boards(place: Place, token: str, chosen: Chosen, *, rounds: int, seconds: float) -> list[Result]:
    """How long the server takes for one board, asked for by one browser."""
    results = []
    for kind, name in BOARDS.items():
        if chosen(name):
            wanted = [request_bytes("GET", path, token) for path in BOARD_PATHS[kind]]
            rates = [
                requests_per_second(place.port, itertools.cycle(wanted), connections=1, seconds=seconds)
                for _ in range(rounds + 1)
            ]
            results.append(result_of(name, [1000 / rate for rate in rates[1:]], BOARD_GOAL))
    return results


def _starts(place: Place, rounds: int) -> list[Result]:
    """From the second start on: the first one brings the database up to date."""
    seconds, processor = [], []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        with running(place, "crm", "serve") as appliance:
            place.get("/api/health", "")
            seconds.append(time.perf_counter() - started)
            processor.append(processor_seconds(appliance.pid))
    return [result_of(START, seconds[1:], START_GOAL), result_of(START_WORK, processor[1:], None)]


def _writers(place: Place, token: str, chosen: Chosen, *, rounds: int, seconds: float) -> list[Result]:
    """As many who each save a client as soon as the last one is saved."""
    if not (chosen(WORST) or chosen(LATE)):
        return []
    requests = new_clients("/api/clients", token)
    latencies(place.port, requests, connections=2, seconds=seconds)
    waits = [
        sorted(latencies(place.port, requests, connections=WRITERS, seconds=seconds)) for _ in range(rounds)
    ]
    late = [each[int(len(each) * 0.99)] * 1000 for each in waits]
    found = {WORST: [each[-1] * 1000 for each in waits], LATE: late}
    return [result_of(name, each, None) for name, each in found.items() if chosen(name)]


def _memory(place: Place, token: str, pid: int) -> list[Result]:
    """At rest, once each worker has answered some requests."""
    for _ in range(WARMING_REQUESTS):
        _get(place, token, "/api/clients")
    samples = []
    for _ in range(MEMORY_SAMPLES):
        time.sleep(1)
        samples.append(megabytes(pid))
    return [result_of(MEMORY, samples, MEMORY_GOAL)]


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


def _keep_answers(place: Place, token: str, reads: dict[str, list[Read]], folder: Path) -> None:
    """For the bare views: the very bytes that the appliance sends, and the SQL behind them."""
    for name, each in reads.items():
        for number, read in enumerate(each):
            (folder / f"{name}-{number}").write_bytes(_get(place, token, read.path))
            (folder / f"{name}-{number}.sql").write_bytes(orjson.dumps([read.sql, read.params]))
    (folder / FIXED_EVENT).write_bytes(orjson.dumps({"data": {"received": True}}))


def _get(place: Place, token: str, path: str) -> bytes:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{place.port}{path}", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
        return bytes(answer.read())
