"""Clients to try the server with: many languages, a plausible past, no real people."""

import random
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from crm.clients.clients import insert_client
from crm.clients.demo_places import PLACES, DemoPlace
from crm.clients.many_new import create_clients, may_come_together
from crm.db.folding import fold
from crm.db.transaction import Transaction
from crm.errors import Conflict

NOT_EMPTY = "This workspace already has clients. Demo data can be added only to an empty workspace."
COMPANIES = 0.22
TOGETHER, FIRST_ALONE = (
    200,
    200,
)  # the first ones see each company at once, so that small demos have staff, too
TAGS = (
    "VIP",
    "Wholesale",
    "Newsletter",
    "Supplier",
    "Press",
    "Warm",
    "Événement",
    "постоянный",
    "重要",
    "Fair 2026",
)
SOURCES = ("website", "referral", "fair", "phone", "newsletter", "social media")
STATUSES = ("active", "active", "active", "prospect", "prospect", "inactive")
DOMAINS = ("example.com", "example.org", "example.net")


@dataclass(slots=True)
class Maker:
    """Makes one client after another, the same ones for the same seed.

    A company has staff from the next group of clients on, as those of a group are stored together.
    """

    rng: random.Random
    owners: list[int | None]
    number: int = 0
    last_id: int = 0
    companies: dict[str, list[int]] = field(default_factory=dict)
    founded: list[tuple[str, int]] = field(default_factory=list)

    def next(self) -> dict[str, Any]:
        if self.left_of_group == TOGETHER or self.number < FIRST_ALONE:
            for country, client_id in self.founded:
                self.companies.setdefault(country, []).append(client_id)
            self.founded.clear()
        self.number += 1
        place = self.rng.choice(PLACES)
        company = self.rng.random() < COMPANIES
        values = self._company(place) if company else self._person(place)
        words = values.pop("latin")
        domain = self.rng.choice(DOMAINS)
        return {
            "kind": "company" if company else "person",
            **values,
            "email": f"{words}.{self.number}@{domain}" if self.rng.random() < 0.9 else None,
            "phone": self._phone(place) if self.rng.random() < 0.8 else None,
            "job_title": None,
            "birthday": None,
            "website": f"https://www.{words.replace('.', '-')}.example" if company else None,
            "address": f"{self._word(place.streets)[0]} {self.rng.randint(1, 140)}",
            "city": self._word(place.cities)[0],
            "country": place.country,
            "status": self.rng.choice(STATUSES),
            "source": self.rng.choice(SOURCES) if self.rng.random() < 0.8 else None,
            "owner_id": self.rng.choice(self.owners),
            "language": None,
            "currency": None,
            "notes": self.rng.choice(place.notes) if self.rng.random() < 0.25 else None,
            "tags": self.rng.sample(TAGS, self.rng.choice((0, 0, 0, 1, 1, 2))),
        }

    def go_on(self, tx: Transaction, count: int) -> None:
        """Continues an earlier run that was stopped: its clients are computed again, but not stored twice.

        Raises Conflict for a client of somebody else.
        """
        for client_id, name in _clients_after(tx, self.last_id, count - self.number):
            values = self.next()
            if values["name"] != name:
                raise Conflict(NOT_EMPTY)
            self.remember(values, client_id)
        together = may_come_together(tx)
        while self.number < count:
            most = self.left_of_group if together and self.number >= FIRST_ALONE else 1
            wanted = [self.next() for _ in range(min(most, count - self.number))]
            ids = create_clients(tx, wanted) if together else [insert_client(tx, each) for each in wanted]
            for values, client_id in zip(wanted, ids, strict=True):
                self.remember(values, client_id)

    @property
    def left_of_group(self) -> int:
        return TOGETHER - self.number % TOGETHER

    def remember(self, values: dict[str, Any], client_id: int) -> None:
        self.last_id = client_id
        if values["kind"] == "company":
            self.founded.append((values["country"], client_id))

    def _person(self, place: DemoPlace) -> dict[str, Any]:
        given, given_latin = self._word(place.given)
        family, family_latin = self._word(place.family)
        names = (family, given) if place.family_first else (given, family)
        known = self.companies.get(place.country)
        works = known and self.rng.random() < 0.6
        return {
            "name": place.joint.join(names),
            "latin": f"{given_latin}.{family_latin}",
            "company_id": self.rng.choice(known[-50:]) if known and works else None,
        }

    def _company(self, place: DemoPlace) -> dict[str, Any]:
        family, family_latin = self._word(place.family)
        work, work_latin = self._word(place.works)
        form, _ = self._word(place.forms)
        return {
            "name": f"{family} {work} {form}",
            "latin": f"{family_latin}.{work_latin}",
            "company_id": None,
        }

    def _phone(self, place: DemoPlace) -> str:
        """No two are equal: the step has no factor in common with a power of ten."""
        return f"{place.dial}{self.number * 7_654_321 % 10**place.digits:0{place.digits}d}"

    def _word(self, words: str) -> tuple[str, str]:
        return self.rng.choice(_in_latin(words))


@cache
def _in_latin(words: str) -> list[tuple[str, str]]:
    """Each word with its spelling in Latin letters."""
    found = (word.partition(":") for word in words.split())
    written = [(native.replace("_", " "), latin) for native, _, latin in found]
    return [(native, latin or fold(native).replace(" ", "-").strip(".")) for native, latin in written]


def begin_clients(tx: Transaction, rng: random.Random) -> Maker:
    """Raises Conflict if the workspace has clients that people entered."""
    rows = tx.all(
        "SELECT id FROM users WHERE workspace_id = :workspace_id AND disabled_at IS NULL ORDER BY id"
    )
    owners = [None, *(row["id"] for row in rows)]
    like = Maker(copy(rng), owners)
    for _, name in _clients_after(tx, 0, 1):
        if like.next()["name"] != name:
            raise Conflict(NOT_EMPTY)
    return Maker(rng, owners)


def _clients_after(tx: Transaction, last_id: int, most: int) -> list[tuple[Any, ...]]:
    return tx.tuples(
        """
        SELECT id, name
          FROM clients
         WHERE workspace_id = :workspace_id
           AND id > :last_id
         ORDER BY id
         LIMIT :most
        """,
        last_id=last_id,
        most=max(0, most),
    )
