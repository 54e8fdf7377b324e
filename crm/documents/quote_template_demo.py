"""Made-up templates of quotes to try the server with."""

import random
from dataclasses import dataclass
from typing import Any

from crm.db.transaction import Transaction
from crm.documents.quote_template_fields import QuoteTemplateFields
from crm.documents.quote_templates import save_quote_template
from crm.fields import name_key, parse_fields


def _item(title: str, quantity: float, unit: str, price: float, **more: Any) -> dict[str, Any]:
    priced = {"quantity": quantity, "unit": unit, "unit_price": price, "tax_rate": 19}
    return {"title": title, **priced, **more}


TEMPLATES: tuple[dict[str, Any], ...] = (
    {
        "name": "Bathroom, complete", "title": "New bathroom",
        "header": "Thank you for your inquiry. We are glad to offer you:",
        "lines": [
            {"kind": "section", "title": "Preparation"},
            _item("Site visit and measuring", 2, "h", 85), _item("Removal of old parts", 6, "h", 64),
            {"kind": "section", "title": "Works"},
            _item("Pipes and connections", 1, "set", 420), _item("Tiles, laid", 24, "m²", 58),
            _item("Shower, level with the floor", 1, "piece", 1290, optional=True),
        ],
        "footer": "Half of the amount is due when the work begins.",
    },
    {
        "name": "Painting of a flat", "title": "Painting",
        "lines": [
            _item("Covering and masking", 4, "h", 48), _item("Paint, two coats", 120, "m²", 14),
            _item("Paint, washable", 120, "m²", 19, alternative=True),
        ],
        "footer": "Furniture is moved by the customer.",
    },
    {
        "name": "Service of a heating", "title": "Yearly service",
        "lines": [
            _item("Service as the maker says", 1, "visit", 149),
            _item("Measuring of exhaust gas", 1, "piece", 39),
            {"kind": "text", "details": "Spare parts are charged as they are used."},
        ],
    },
)  # fmt: skip


@dataclass(slots=True)
class Course:
    """Each template once."""

    names: frozenset[str]

    def go_on(self, tx: Transaction, count: int) -> None:
        for given in TEMPLATES[:count]:
            if name_key(given["name"]) not in self.names:
                save_quote_template(tx, parse_fields(QuoteTemplateFields, given))
        self.names |= {name_key(given["name"]) for given in TEMPLATES[:count]}


def begin_quote_templates(tx: Transaction, _rng: random.Random) -> Course:
    """Leaves out those of an earlier run, and names that are taken."""
    rows = tx.all(
        """
        SELECT name_key
          FROM quote_templates
         WHERE workspace_id = :workspace_id
           AND deleted_at IS NULL
        """
    )
    return Course(frozenset(row["name_key"] for row in rows))
