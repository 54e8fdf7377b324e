"""The worker's jobs for campaigns."""

from datetime import timedelta

from crm import clock
from crm.campaigns.late_credit import credit_late
from crm.campaigns.rolling_up import roll_up_stale
from crm.campaigns.source_credit import credit_by_source
from crm.config import Settings
from crm.db.database import Database

OVERLAP = timedelta(minutes=2)
"""A transaction that began earlier may be committed later."""


def roll_up_months(db: Database, _settings: Settings) -> int:
    return roll_up_stale(db)


class LateCredit:
    """Looks for the campaigns of earlier touches, and of leads whose source names one: by all
    campaigns first, then by what changed.
    """

    def __init__(self) -> None:
        self.since = ""

    def credit_touches(self, db: Database, _settings: Settings) -> int:
        begun = clock.as_text(clock.now() - OVERLAP)
        credited = credit_late(db, self.since) + credit_by_source(db, self.since)
        self.since = begun
        return credited
