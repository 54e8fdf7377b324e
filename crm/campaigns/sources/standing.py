"""How the accounts at platforms do from which figures are collected, of all workspaces."""

from dataclasses import dataclass, field

from crm import clock
from crm.db.transaction import Row, Transaction


@dataclass(slots=True)
class PlatformStanding:
    """Of the active accounts at one platform: their number by `states`, how many `rows` their last runs told.

    `last_run_at` is of the newest run, in seconds since 1970; `lag` for how many seconds the account that
    waits longest has told nothing.
    """

    states: dict[str, int] = field(default_factory=lambda: {"new": 0, "good": 0, "later": 0, "failed": 0})
    rows: int = 0
    last_run_at: float | None = None
    lag: float = 0.0

    def add(self, row: Row, now: float) -> None:
        self.states[row["state"]] += 1
        self.rows += row["rows"] or 0
        if row["ran_at"] is not None:
            self.last_run_at = max(self.last_run_at or 0.0, _seconds(row["ran_at"]))
        self.lag = max(self.lag, now - _seconds(row["collected_at"] or row["created_at"]))


def measure_sources(tx: Transaction) -> dict[str, PlatformStanding]:
    """By platform. `tx` is of SYSTEM."""
    rows = tx.all(
        """
        SELECT s.platform, s.state, s.ran_at, s.collected_at, s.created_at,
               (SELECT r.rows
                  FROM campaign_source_runs r
                 WHERE r.workspace_id = s.workspace_id
                   AND r.source_id = s.id
                 ORDER BY r.id DESC
                 LIMIT 1) AS rows
          FROM campaign_sources s
         WHERE s.active = 1
           AND s.deleted_at IS NULL
        """
    )
    found = dict[str, PlatformStanding]()
    for row in rows:
        found.setdefault(row["platform"], PlatformStanding()).add(row, clock.now().timestamp())
    return found


def _seconds(moment: str) -> float:
    return clock.from_text(moment).timestamp()
