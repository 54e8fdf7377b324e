"""Looking through all clients for duplicates: what a client costs among many, beside one among few."""

import random
import shutil
import time
from pathlib import Path

from bench.places import EMAIL, Place
from bench.reads import WHO, opened
from bench.report import Chosen, Result, result_of
from crm.clients.duplicate_scan import scan_some
from crm.db.transaction import Transaction

NAME = "duplicate scan, a client of {rows:,} of one of {few:,}, at most"
GOAL = 1.3
MOST_ROUNDS = 2
AT_ONCE = 5_000
PARTS = ("ba", "ko", "mi", "ner", "sch", "tor", "wal", "der", "ski", "ov", "man", "lin", "gra", "bel", "zen")
FIRST = ("Anna", "Eva", "Ivan", "Karl", "Jean", "Rosa", "Nina", "Omar", "Li", "Tom")


def measure_duplicates(scratch: Path, chosen: Chosen, *, rounds: int, rows: int) -> list[Result]:
    few = rows // 10
    name = NAME.format(rows=rows, few=few)
    if not chosen(name):
        return []
    folder = scratch / "duplicates"
    ratios = [_cost(folder, rows) / _cost(folder, few) for _ in range(min(rounds, MOST_ROUNDS))]
    return [result_of(name, ratios, GOAL)]


def _cost(folder: Path, rows: int) -> float:
    """Seconds for one client, in a new workspace."""
    shutil.rmtree(folder, ignore_errors=True)
    place = Place(folder)
    who = ("--workspace", "Bench", "--email", EMAIL, "--name", "Bench", "--password-stdin")
    place.crm("setup", *who, given="correct horse battery staple\n")
    chance = random.Random(rows)  # noqa: S311 - made-up names
    with opened(place) as db:
        for first in range(0, rows, AT_ONCE):
            db.write(_fill, WHO, chance, first, min(AT_ONCE, rows - first))
        began, looked = time.perf_counter(), 0
        while found := db.write(scan_some, WHO):
            looked += found
        taken = time.perf_counter() - began
    if looked != rows:
        raise RuntimeError(f"the scan looked at {looked} of {rows} clients")
    return taken / rows


def _fill(tx: Transaction, chance: random.Random, first: int, count: int) -> None:
    """Of three in a hundred the address is that of another; names repeat as they do."""
    for number in range(first, first + count):
        surname = "".join(chance.choice(PARTS) for _ in range(chance.randint(2, 4))).title()
        same = chance.random() < 0.03 and number > 0
        email = f"a{chance.randrange(number) if same else number}@example.com"
        name = f"{chance.choice(FIRST)} {surname}"
        tx.run(
            """
            INSERT INTO clients (workspace_id, kind, name, name_key, email, email_key, phone, city, city_key,
                                 status, created_at, updated_at)
            VALUES (:workspace_id, 'person', :name, :name_key, :email, :email, :phone, :city, :city,
                    'active', :at, :at)
            """,
            name=name,
            name_key=name.lower(),
            email=email,
            phone=f"+4930{10_000_000 + number}",
            city=f"city {chance.randrange(500)}",
            at=f"2026-01-01T00:{number // 60_000 % 60:02}:{number // 1_000 % 60:02}.{number % 1_000:03}Z",
        )
