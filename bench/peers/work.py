"""What is asked of both servers, side by side, and whether their answers say the same."""

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import orjson

from bench.cases import CLIENTS, new_clients, new_leads
from bench.load import request_bytes, spelled_anew
from bench.peers.pocketbase import STAGE, PocketBase
from bench.peers.schema import record_id
from bench.places import Place

SEARCHES = ("anna", "garcia", "kowal", "dental", "müller")
SORTED = {"perPage": 25, "skipTotal": 1, "sort": "-created"}
PEER = "/api/collections"

Ask = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of request to the one and to the other, over so many connections."""

    name: str
    ours: Iterator[bytes]
    peer: Iterator[bytes]
    connections: int
    writes: str = ""


def work_of(newest: int, token: str, peer: PocketBase) -> list[Work]:
    """`newest` is the last client of those that both have. What is written goes to the table of `writes`."""
    return [*_reading(newest, token, peer.token), *_writing(token, peer.token)]


def _reading(newest: int, token: str, key: str) -> Iterator[Work]:
    ids = random.Random(1).sample(range(1, newest + 1), min(newest, 200))  # noqa: S311 - not a secret
    one = [request_bytes("GET", f"/api/clients/{each}", token) for each in ids]
    peer_one = [request_bytes("GET", f"{PEER}/clients/records/{record_id(each)}", key) for each in ids]
    yield Work("GET one client", itertools.cycle(one), itertools.cycle(peer_one), 8)
    pages = (request_bytes("GET", path, token) for path in spelled_anew("/api/clients"))
    yield Work("GET 25 clients", pages, itertools.repeat(request_bytes("GET", list_path(), key)), 8)
    spellings = [spelled_anew(f"/api/clients?q={quote(text)}") for text in SEARCHES]
    searches = (request_bytes("GET", next(each), token) for each in itertools.cycle(spellings))
    peer_searches = [request_bytes("GET", search_path(text), key) for text in SEARCHES]
    yield Work("search", searches, itertools.cycle(peer_searches), 8)


def _writing(token: str, key: str) -> list[Work]:
    return [
        Work("POST client", new_clients("/api/clients", token), peer_clients(key), 8, "clients"),
        Work("POST lead", new_leads("/api/leads", token), peer_leads(key), 8, "leads"),
        Work("16 writers", new_clients("/api/clients", token), peer_clients(key), 16, "clients"),
    ]


def list_path() -> str:
    return f"{PEER}/clients/records?{urlencode(SORTED)}"


def search_path(text: str) -> str:
    wanted = " || ".join(f"{field} ~ '{text}'" for field in ("name", "email", "phone"))
    return f"{list_path()}&{urlencode({'filter': f'({wanted})'})}"


def peer_clients(token: str) -> Iterator[bytes]:
    run = random.getrandbits(48)
    for number in itertools.count():
        given = {"name": f"Bench Müller {number}", "email": f"b{run}.{number}@example.com"}
        body = orjson.dumps({**given, "kind": "person", "status": "active"})
        yield request_bytes("POST", f"{PEER}/clients/records", token, body)


def peer_leads(token: str) -> Iterator[bytes]:
    for number in itertools.count():
        given = {
            "title": f"Ремонт офиса {number}",
            "value": number % 900 + 100,
            "client": record_id(1 + number * 7919 % CLIENTS),
            "currency": "EUR",
            "stage": STAGE,
            "type": "other",
            "status": "new",
        }
        yield request_bytes("POST", f"{PEER}/leads/records", token, orjson.dumps(given))


def check_answers(place: Place, token: str, peer: PocketBase, newest: int) -> None:
    """Both have the same client, the same page and hits that hold what was sought. Raises RuntimeError."""

    def ours(path: str) -> list[dict[str, object]]:
        data = place.get(path, token)["data"]
        return data if isinstance(data, list) else [data]

    def theirs(path: str) -> list[dict[str, object]]:
        answer = peer.ask("GET", path)
        return list(answer.get("items", [answer]))

    one = f"{PEER}/clients/records/{record_id(newest)}"
    _must_equal(_names(ours(f"/api/clients/{newest}")), _names(theirs(one)))
    _must_equal(sorted(_names(ours("/api/clients"))), sorted(_names(theirs(list_path()))))
    for text in SEARCHES:
        for rows in (ours(f"/api/clients?q={quote(text)}"), theirs(search_path(text))):
            if not rows or len(rows) > 25:
                raise RuntimeError(f"{len(rows)} hits for {text}")


def _names(rows: list[dict[str, object]]) -> list[str]:
    return [str(row["name"]) for row in rows]


def _must_equal(first: list[str], second: list[str]) -> None:
    if first != second:
        raise RuntimeError(f"the servers do not answer alike: {first[:3]} and {second[:3]}")
