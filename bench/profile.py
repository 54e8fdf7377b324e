"""`scripts/bench --profile`: where the time of a request goes, part by part, in the running program."""

import itertools
import random
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from bench.cases import new_clients, new_leads
from bench.load import request_bytes, requests_per_second, spelled_anew
from bench.places import EMAIL, Place, Places, running
from bench.profiled import SPENT
from bench.reads import SEARCHES, opened, reads_of

SERVER = "socket and server"
NEXT_TO_NOTHING = 0.5
"""Microseconds: what takes less is left out."""


@dataclass(frozen=True, slots=True)
class Part:
    """Of one request, in microseconds: of the processor, and by the clock."""

    name: str
    calls: float
    processor: float
    clock: float


@dataclass(frozen=True, slots=True)
class Profile:
    request: str
    parts: list[Part]


def measure_profile(places: Places, *, seconds: float) -> list[Profile]:
    """Each kind of request by itself, over one connection to one process."""
    place = places.served
    token = place.crm("token", "create", "--user", EMAIL, "--name", "profile", "--scope", "write")
    with opened(place) as db:
        ids = [read.path for read in reads_of(db)["one"]]
    with running(place, "bench.profiled", WEB_WORKERS="1", LOG_LEVEL="INFO"):
        return [_profile(place, name, requests, seconds) for name, requests in _requests(ids, token).items()]


def lines_of_profiles(profiles: list[Profile]) -> list[str]:
    lines = []
    for profile in profiles:
        lines += ["", f"{profile.request:<56}{'calls':>8}{'processor µs':>14}{'clock µs':>12}"]
        lines += [
            f"  {part.name:<54}{part.calls:>8.2f}{part.processor:>14.1f}{part.clock:>12.1f}"
            for part in profile.parts
        ]
    return lines


def save_profiles(profiles: list[Profile], path: Path) -> None:
    path.write_bytes(orjson.dumps({"profiles": profiles}, option=orjson.OPT_INDENT_2) + b"\n")


def _requests(paths: list[str], token: str) -> dict[str, Iterator[bytes]]:
    searches = [spelled_anew(f"/api/clients?q={quote(text)}") for text in SEARCHES]
    return {
        "GET one client": (request_bytes("GET", path, token) for path in itertools.cycle(paths)),
        "GET 25 clients": (request_bytes("GET", path, token) for path in spelled_anew("/api/clients")),
        "search": (request_bytes("GET", next(each), token) for each in itertools.cycle(searches)),
        "POST client": new_clients("/api/clients", token),
        "POST lead": new_leads("/api/leads", token),
        "POST client with Idempotency-Key": _new_clients_once(token),
    }


def _new_clients_once(token: str) -> Iterator[bytes]:
    run = random.getrandbits(48)
    for number in itertools.count():
        key = {"Idempotency-Key": f"{run}-{number}"}
        body = orjson.dumps({"name": f"Bench Müller {number}", "email": f"k{run}.{number}@example.com"})
        yield request_bytes("POST", "/api/clients", token, body, key)


def _profile(place: Place, name: str, requests: Iterator[bytes], seconds: float) -> Profile:
    """A first stretch warms up and does not count."""
    for stretch in (seconds / 4, seconds):
        _spent(place)
        rate = requests_per_second(place.port, requests, connections=1, seconds=stretch)
        spent = _spent(place)
    count = spent["parts"]["hooks before and after"]["calls"] / 3
    parts = _parts_of(spent["parts"], count)
    whole = Part("all of it", 1, spent["processor"] / count * 1e6, 1e6 / rate)
    shown = [part for part in parts if max(part.processor, part.clock) >= NEXT_TO_NOTHING]
    return Profile(name, [whole, _rest_of(whole, parts), *shown])


def _parts_of(spent: dict[str, dict[str, float]], count: float) -> list[Part]:
    """Of one of `count` requests, the dearest first."""
    parts = (
        Part(part, *(each[field] / count / scale for field, scale in FIELDS)) for part, each in spent.items()
    )
    return sorted(parts, key=lambda part: -part.processor)


FIELDS = (("calls", 1), ("processor", 1000), ("clock", 1000))


def _rest_of(whole: Part, parts: list[Part]) -> Part:
    processor = sum(part.processor for part in parts)
    clock = sum(part.clock for part in parts)
    return Part(SERVER, 1, whole.processor - processor, whole.clock - clock)


def _spent(place: Place) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{place.port}{SPENT}", timeout=10) as answer:
        return dict(orjson.loads(answer.read()))
