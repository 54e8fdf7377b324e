"""Made-up quotes to try the server with."""

import random
from dataclasses import dataclass
from datetime import timedelta

from crm import clock
from crm.db.transaction import Transaction
from crm.documents.fields import QuoteFields
from crm.documents.line_fields import DocumentLine
from crm.documents.quotes import create_quote
from crm.fields import parse_fields

WORK = (
    ("Site visit and measuring", "h", 1, 4, 85),
    ("Materials", "set", 1, 3, 420),
    ("Fitting", "h", 4, 24, 72),
    ("Delivery", "trip", 1, 2, 60),
    ("Removal of old parts", "h", 2, 6, 64),
    ("Paint, two coats", "m²", 20, 120, 14),
)
TITLES = ("Kitchen", "Bathroom", "Roof repair", "Windows", "Garden fence", "Heating", "Shop fittings")


@dataclass(slots=True)
class Course:
    """For clients of the leads that there are."""

    rng: random.Random
    made: int = 0

    def go_on(self, tx: Transaction, count: int) -> None:
        for _ in range(count - self.made):
            create_quote(tx, example_quote(tx, self.rng))
        self.made = max(self.made, count)


def begin_quotes(tx: Transaction, rng: random.Random) -> Course:
    """Continues with the quotes of an earlier run that was stopped."""
    made = int(tx.value("SELECT count(*) FROM quotes WHERE workspace_id = :workspace_id"))
    rng.seed(rng.random() + made)
    return Course(rng, made)


def example_quote(tx: Transaction, rng: random.Random) -> QuoteFields:
    lines = rng.sample(WORK, rng.randint(2, 5))
    return QuoteFields(
        title=rng.choice(TITLES),
        client_id=_client_near(tx, rng),
        valid_until=(clock.now() + timedelta(days=30)).date(),
        lines=[_line(rng, line) for line in lines],
    )


def _line(rng: random.Random, work: tuple[str, str, int, int, int]) -> DocumentLine:
    title, unit, least, most, price = work
    given = {"title": title, "unit": unit, "quantity": rng.randint(least, most), "unit_price": price}
    return parse_fields(DocumentLine, given | {"tax_rate": 19, "discount": rng.choice((0, 0, 0, 5, 10))})


def _client_near(tx: Transaction, rng: random.Random) -> int | None:
    """Some live client; None where there is none."""
    last = tx.value("SELECT max(id) FROM clients WHERE workspace_id = :workspace_id") or 1
    first = tx.value("SELECT min(id) FROM clients WHERE workspace_id = :workspace_id") or 1
    found: int | None = tx.value(
        """
        SELECT id
          FROM clients
         WHERE workspace_id = :workspace_id
           AND deleted_at IS NULL
           AND id >= :near
         ORDER BY id
         LIMIT 1
        """,
        near=rng.randint(first, last),
    )
    return found
