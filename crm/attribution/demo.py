"""Made-up touches: how made-up leads came by the campaigns of their time."""

import random
from dataclasses import dataclass

from crm.attribution.touches import keep_touch
from crm.db.transaction import Row, Transaction

LATELY = 6
"""How many of the newest leads one of them is drawn from."""


@dataclass(slots=True)
class Arriving:
    rng: random.Random
    made: int = 0

    def go_on(self, tx: Transaction, count: int) -> None:
        """As many as leads and campaigns are there for."""
        leads, campaigns = (_newest_leads(tx), _campaigns(tx)) if count > self.made else ([], [])
        self.rng.shuffle(leads)
        for lead_id in leads[: count - self.made] if campaigns else []:
            self._arrive(tx, lead_id, self.rng.choice(campaigns))

    def _arrive(self, tx: Transaction, lead_id: int, campaign: Row) -> None:
        marks = {name: campaign[name] for name in ("utm_source", "utm_medium", "utm_campaign")}
        if campaign["utm_source"] == "google":
            marks["gclid"] = f"made-up-{lead_id}"
        keep_touch(tx, "form", marks, lead_id=lead_id)
        self.made += 1


def begin_touches(tx: Transaction, rng: random.Random) -> Arriving:
    """Continues with those of an earlier run."""
    made = int(
        tx.value("SELECT count(*) FROM touches WHERE workspace_id = :workspace_id AND origin = 'form'")
    )
    rng.seed(rng.random() + made)
    return Arriving(rng, made)


def _newest_leads(tx: Transaction) -> list[int]:
    """Those that came by no campaign so far."""
    rows = tx.tuples(
        """
        SELECT n.id
          FROM (SELECT l.id
                  FROM leads l
                 WHERE l.workspace_id = :workspace_id
                 ORDER BY l.id DESC
                 LIMIT :most) AS n
         WHERE NOT EXISTS (SELECT 1
                             FROM touches t
                            WHERE t.workspace_id = :workspace_id
                              AND t.lead_id = n.id)
        """,
        most=LATELY,
    )
    return [row[0] for row in rows]


def _campaigns(tx: Transaction) -> list[Row]:
    return tx.all(
        """
        SELECT c.utm_source, c.utm_medium, c.utm_campaign
          FROM campaigns c
         WHERE c.workspace_id = :workspace_id
           AND c.deleted_at IS NULL
         ORDER BY c.id
        """
    )
