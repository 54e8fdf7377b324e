"""What is asked of the appliance and of the bare views, side by side."""

import hashlib
import hmac
import itertools
import random
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from bench.leads import BOARD_LEADS
from bench.load import request_bytes, spelled_anew
from bench.reads import Read

READS_GOAL, WRITES_GOAL = 0.5, 0.4
READS = {"one": "GET one client", "page": "GET 25 of 100,000", "search": "search in 100,000"}
OPEN_STAGES, CLIENTS = 4, 1_000
FIXED_EVENT = "event-0"
NUMBER, APP_SECRET = "106540352242922", "secret-of-the-app"

Requests = Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Case:
    """Two loads whose rates are compared: `ours` as a multiple of `bare`."""

    name: str
    ours: Requests
    bare: Requests
    goal: float | None


def cases_of(reads: dict[str, list[Read]], token: str) -> list[Case]:
    """Those that store events come last: the worker goes on with these for a while."""
    return [*_reading(reads, token), *_writing(token), *_receiving()]


def connect_number(port: int, token: str) -> None:
    fields = {
        "phone_number_id": NUMBER,
        "display_phone": "+15550783881",
        "access_token": "not-used",
        "app_secret": APP_SECRET,
        "verify_token": "not-used-either",
    }
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/channels/whatsapp",
        orjson.dumps(fields),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310


def _reading(reads: dict[str, list[Read]], token: str) -> Iterator[Case]:
    views = {
        "fixed": ("of a bare Flask view", READS_GOAL),
        "sql": ("of a bare Flask view with the same SQL", None),
    }
    for view, (label, goal) in views.items():
        for name, what in READS.items():
            ours = [request_bytes("GET", read.path, token) for read in reads.get(name, [])]
            bare = [request_bytes("GET", f"/{view}/{name}-{n}", token) for n in range(len(ours))]
            yield Case(f"{what}, {label}", _anew(reads.get(name, []), token), _again(bare), goal)
            if name != "one":
                yield Case(f"{what}, kept, {label}", _again(ours), _again(bare), goal)


def _writing(token: str) -> Iterator[Case]:
    label = "of a bare Flask view that stores the same rows"
    yield Case(
        f"POST client, {label}",
        _once(new_clients("/api/clients", token)),
        _once(new_clients("/write/client", token)),
        WRITES_GOAL,
    )
    yield Case(
        f"POST lead, {label}",
        _once(new_leads("/api/leads", token)),
        _once(new_leads("/write/lead", token)),
        WRITES_GOAL,
    )
    yield Case(
        f"move a lead to a stage, {label}", _once(_moves(token)), _once(_bare_moves(token)), WRITES_GOAL
    )


def _receiving() -> Iterator[Case]:
    path = "/api/webhooks/whatsapp"
    yield Case(
        "signed webhook, of a bare Flask view that stores the same row",
        _once(_events(path)),
        _once(_events("/event")),
        WRITES_GOAL,
    )
    yield Case(
        "signed webhook, of a bare Flask view that stores nothing",
        _once(_events(path)),
        _once(_events(f"/fixed/{FIXED_EVENT}")),
        None,
    )


def _again(requests: list[bytes]) -> Requests:
    return lambda: itertools.cycle(requests)


def _anew(reads: list[Read], token: str) -> Requests:
    """A list is read for each request, where nothing was committed too; one record is in any case."""
    spellings = [
        spelled_anew(read.path) if "/clients/" not in read.path else itertools.repeat(read.path)
        for read in reads
    ]
    return lambda: (request_bytes("GET", next(each), token) for each in itertools.cycle(spellings))


def _once(requests: Iterator[bytes]) -> Requests:
    """No request is sent twice, in whichever round."""
    return lambda: requests


def new_clients(path: str, token: str) -> Iterator[bytes]:
    run = random.getrandbits(48)
    for number in itertools.count():
        body = orjson.dumps({"name": f"Bench Müller {number}", "email": f"b{run}.{number}@example.com"})
        yield request_bytes("POST", path, token, body)


def new_leads(path: str, token: str) -> Iterator[bytes]:
    for number in itertools.count():
        client_id = 1 + number * 7919 % CLIENTS
        given = {"title": f"Ремонт офиса {number}", "value": number % 900 + 100, "client_id": client_id}
        yield request_bytes("POST", path, token, orjson.dumps(given))


def _places() -> Iterator[tuple[int, int]]:
    """Lead after lead with the stage that it goes to, each time another one."""
    for number in itertools.count():
        turn, place = divmod(number, BOARD_LEADS)
        yield 1 + place * 7919 % BOARD_LEADS, 1 + (place + turn) % OPEN_STAGES


def _moves(token: str) -> Iterator[bytes]:
    for lead_id, stage_id in _places():
        body = orjson.dumps({"stage_id": stage_id, "position": 0})
        yield request_bytes("PUT", f"/api/leads/{lead_id}/stage", token, body)


def _bare_moves(token: str) -> Iterator[bytes]:
    for lead_id, stage_id in _places():
        body = orjson.dumps({"lead_id": lead_id, "stage_id": stage_id})
        yield request_bytes("POST", "/write/move", token, body)


def _events(path: str) -> Iterator[bytes]:
    """One message each, all from a few customers."""
    run = random.getrandbits(48)
    for number in itertools.count():
        changes = [{"value": _received(run, number), "field": "messages"}]
        document = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}
        body = orjson.dumps(document)
        digest = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        yield request_bytes("POST", path, "", body, {"X-Hub-Signature-256": f"sha256={digest}"})


def _received(run: int, number: int) -> dict[str, object]:
    """What WhatsApp delivers of one message."""
    message = {
        "from": f"49151123456{number % 20:02}",
        "id": f"wamid.{run}.{number}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": f"Hello, is number {number} still to be had?"},
    }
    return {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": NUMBER},
        "contacts": [{"profile": {"name": "Customer"}, "wa_id": message["from"]}],
        "messages": [message],
    }
