"""What the rooms count is in /metrics: sources of figures, web forms, webhooks and e-mails."""

from crm.campaigns.sources.fields import NewSource
from crm.campaigns.sources.sources import create_source
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.documents.mail_counts import count_mails
from crm.fields import parse_fields
from crm.monitoring.prometheus import write_metrics
from crm.monitoring.standing import measure_standing
from crm.vault import Vault
from crm.web_forms.confirmations import FORM_MAILS, ask_to_confirm
from crm.web_forms.taking import Sent, take_submission
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.frozen_clock import FrozenClock
from tests.support.receivers import Reply
from tests.support.web_forms import add_web_form
from tests.webhooks.conftest import LOOPBACK, Telling, receiver, telling

__all__ = ["receiver", "telling"]
RUN = """
    INSERT INTO campaign_source_runs (workspace_id, source_id, outcome, first_day, last_day, rows, new_rows,
                                      changed_rows, unchanged_rows, began_at, ended_at)
    VALUES (:workspace_id, :source_id, 'good', '2026-11-20', '2026-11-20', :rows, 0, 0, :rows, :now, :now)
"""
RAN = """
    UPDATE campaign_sources
       SET state = :state, ran_at = :now, collected_at = CASE WHEN :state = 'good' THEN :now ELSE NULL END
     WHERE workspace_id = :workspace_id
       AND id = :source_id
"""


def run_source(tx: Transaction, source_id: int, state: str, rows: int) -> None:
    tx.run(RAN, source_id=source_id, state=state)
    tx.run(RUN, source_id=source_id, rows=rows)


def lines_of(db: Database, settings: Settings) -> set[str]:
    return set(write_metrics(db, settings).decode().splitlines())


def test_sources_are_told_by_platform_with_their_last_run_rows_and_lag(
    db: Database, prepared: Settings, cast: Cast, frozen_clock: FrozenClock
) -> None:
    made = [
        db.write(create_source, who, Vault("k" * 32), LOOPBACK, parse_fields(NewSource, given))
        for who in (cast.owner, cast.outsider)
        for given in [{"platform": "meta_ads", "name": "Meta", "account": "act_1", "currency": "EUR",
                       "credentials": {"access_token": "secret"}}]
    ]  # fmt: skip
    frozen_clock.advance(hours=5)
    db.write(run_source, cast.owner, made[0].id, "good", 40)
    db.write(run_source, cast.owner, made[0].id, "good", 7)
    db.write(run_source, cast.outsider, made[1].id, "failed", 0)
    frozen_clock.advance(hours=1)
    at = 'platform="meta_ads"'
    lines = lines_of(db, prepared)
    found = measure_standing(db, prepared).ad_sources["meta_ads"]
    assert {f'holdfast_ad_sources{{{at},state="{state}"}} 1.0' for state in ("good", "failed")} <= lines
    assert f"holdfast_ad_source_rows{{{at}}} 7.0" in lines
    assert f"holdfast_ad_source_lag_seconds{{{at}}} {6 * 3600.0}" in lines
    assert (found.lag, found.rows, found.states["good"]) == (6 * 3600, 7, 1)
    assert found.last_run_at == frozen_clock.time.timestamp() - 3600
    last_run = next(line for line in lines if line.startswith("holdfast_ad_source_last_run_seconds{"))
    assert float(last_run.split()[-1]) == found.last_run_at
    assert not any("act_1" in line or "secret" in line for line in lines)


def test_submissions_and_their_mails_are_told_while_they_wait(
    db: Database, prepared: Settings, cast: Cast, frozen_clock: FrozenClock
) -> None:
    form = add_web_form(db, cast.owner)
    for name, trap in (("Ada", ""), ("Bob", ""), ("Spam", "filled")):
        answers = {"name": name, "email": f"{name}@example.org"}
        sent = Sent(answers, {}, agreed=True, trap=trap, began="", key=name)
        db.write(take_submission, SYSTEM, form.token, sent)
    db.write(lambda tx: ask_to_confirm(tx, form, 1, "ada@example.org"), cast.owner)
    frozen_clock.advance(minutes=20)
    lines = lines_of(db, prepared)
    for state, count in (("waiting", 2.0), ("failed", 0.0), ("suspicious", 1.0)):
        assert f'holdfast_web_form_submissions{{state="{state}"}} {count}' in lines
    assert "holdfast_web_form_lag_seconds 1200.0" in lines
    assert db.read(count_mails, SYSTEM, FORM_MAILS)["queued"] == 1
    assert 'holdfast_mails{state="queued"} 1.0' in lines


def test_deliveries_of_webhooks_are_told_until_they_arrived_or_are_dead(
    telling: Telling, prepared: Settings
) -> None:
    telling.hook(kinds=["client"])
    telling.receiver.replies += [Reply(410)]
    for name in ("Ada", "Bob"):
        add_client(telling.db, telling.who, name=name)
    telling.told()
    lines = lines_of(telling.db, prepared)
    for state, count in (("queued", 1.0), ("sending", 0.0), ("dead", 1.0)):
        assert f'holdfast_webhook_deliveries{{state="{state}"}} {count}' in lines
