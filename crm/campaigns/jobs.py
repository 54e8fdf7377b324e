"""The worker's jobs for campaigns."""

from crm.campaigns.rolling_up import roll_up_stale
from crm.config import Settings
from crm.db.database import Database


def roll_up_months(db: Database, _settings: Settings) -> int:
    return roll_up_stale(db)
