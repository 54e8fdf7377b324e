"""What monitoring costs a request: the same requests with it and without it in turns, by processor time."""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from flask.testing import FlaskClient

from bench.places import EMAIL, Place, Places
from bench.reads import opened, reads_of
from bench.report import Chosen, Result, result_of
from crm.config import Settings
from crm.db.statistics import Statistics
from crm.logs import configure_logging
from crm.monitoring.publishing import Publisher
from crm.monitoring.requests import RequestFigures
from crm.web.app import create_app

GOAL = 0.97
TURNS = 12
NAMES = {
    "GET": "GET one client without monitoring, of the same with it (at least)",
    "POST": "POST client without monitoring, of the same with it (at least)",
}
COUNTING: tuple[tuple[type, str], ...] = (
    (Statistics, "note_statement"),
    (Statistics, "note_transaction"),
    (RequestFigures, "note"),
    (Publisher, "publish"),
)


def measure_monitoring(places: Places, chosen: Chosen, *, rounds: int, seconds: float) -> list[Result]:
    """In one process, its thread that publishes included; what reads the clock is in both."""
    if not any(chosen(name) for name in NAMES.values()):
        return []
    place = places.served
    token = place.crm("token", "create", "--user", EMAIL, "--name", "monitoring", "--scope", "write")
    app = _application(place)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    results = [
        result_of(NAMES[name], [_ratio(ask, seconds) for _ in range(rounds)], GOAL)
        for name, ask in _requests(place, client).items()
        if chosen(NAMES[name])
    ]
    app.extensions["holdfast.db"].close()
    return results


def _application(place: Place) -> Flask:
    settings = Settings(
        sqlite_path=place.database,
        upload_folder=place.folder / "uploads",
        backup_dir=place.folder / "backups",
        rate_limit=place.environment["RATE_LIMIT"],
        log_level="WARNING",
    )
    configure_logging(settings)
    return create_app(settings)


def _requests(place: Place, client: FlaskClient) -> dict[str, Callable[[], object]]:
    with opened(place) as db:
        paths = itertools.cycle([read.path for read in reads_of(db)["one"]])
    run, numbers = random.getrandbits(48), itertools.count()

    def create() -> object:
        number = next(numbers)
        return client.post(
            "/api/clients", json={"name": f"C {number}", "email": f"m{run}.{number}@example.com"}
        )

    return {"GET": lambda: client.get(next(paths)), "POST": create}


def _ratio(ask: Callable[[], object], seconds: float) -> float:
    """In turns, so that what else the machine does meets both."""
    counted = without = 0.0
    for _ in range(TURNS):
        counted += _spent(ask, seconds / TURNS)
        with _uncounted():
            without += _spent(ask, seconds / TURNS)
    return without / counted


def _spent(ask: Callable[[], object], seconds: float) -> float:
    """Of the processor, for one request."""
    ask()
    began, ends, times = time.process_time(), time.monotonic() + seconds, 0
    while not times or time.monotonic() < ends:
        ask()
        times += 1
    return (time.process_time() - began) / times


@contextmanager
def _uncounted() -> Iterator[None]:
    """Nothing is counted or published meanwhile."""
    before = [(owner, name, getattr(owner, name)) for owner, name in COUNTING]
    for owner, name in COUNTING:
        setattr(owner, name, _nothing)
    try:
        yield
    finally:
        for owner, name, method in before:
            setattr(owner, name, method)


def _nothing(*_: object, **__: object) -> None:
    return None
