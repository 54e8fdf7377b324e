"""What the engine on a server tells of itself."""

import psycopg
import pytest

from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.postgres import figures


def test_the_log_is_what_was_written_since_the_last_checkpoint(
    db: Database, prepared: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "LOG_SECONDS", 0.0)
    assert prepared.database_url is not None
    with psycopg.connect(prepared.database_url.get_secret_value(), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        before = db.engine.log_bytes()
        for _ in range(5):
            db.write(lambda tx: tx.run("UPDATE alert_settings SET thresholds = '{}'"), SYSTEM)
        written = db.engine.log_bytes()
        connection.execute("CHECKPOINT")
        assert 0 <= before < written
        assert db.engine.log_bytes() < written
