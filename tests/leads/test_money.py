"""Amounts of leads: held to their currency, kept when rules change, and read in today's unit everywhere."""

from decimal import Decimal
from typing import Any

import pytest

from crm.activity.activity import record
from crm.activity.chain import verify_chain
from crm.appliance.backups import back_up
from crm.appliance.records import accept_offer, offer_record
from crm.appliance.undo import undo_activity
from crm.config import Settings
from crm.db.backup.report import Silence
from crm.db.database import Database
from crm.db.migrations import load_migrations
from crm.db.sqlite.startup import prepare
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.kinds import open_database
from crm.leads.board import show_board
from crm.leads.filters import LeadFilter
from crm.leads.lead import get_lead
from crm.leads.lead_types import insert_lead_type
from crm.leads.listing import list_leads
from crm.leads.reports import show_report
from crm.money import MOST, UNIT
from tests.appliance.test_undo import last_of
from tests.leads.test_leads import invalid_field, ledger_of
from tests.support.cast import Cast, gather_cast
from tests.support.leads import Stages, add_lead, patch_lead

BEFORE_TEN_THOUSANDTHS = 17


def value_of(db: Database, cast: Cast, lead_id: int) -> float:
    return db.read(get_lead, cast.owner, lead_id).value


def store(tx: Transaction, lead_id: int, stored: int, currency: str) -> None:
    tx.run(
        """
        UPDATE leads
           SET value_minor = :stored, currency = :currency
         WHERE workspace_id = :workspace_id
           AND id = :lead_id
        """,
        lead_id=lead_id,
        stored=stored,
        currency=currency,
    )


@pytest.mark.parametrize(
    ("value", "currency"), [(12.5, "KWD"), (12.345, "BHD"), (0.0001, "CLF"), (7, "JPY"), (19.99, "EUR")]
)
def test_an_amount_keeps_the_places_of_its_currency(
    db: Database, cast: Cast, stages: Stages, value: float, currency: str
) -> None:
    lead = add_lead(db, cast.owner, value=value, currency=currency)
    assert value_of(db, cast, lead.id) == value
    assert ledger_of(db, cast.owner, "lead", lead.id)[0]["after"]["value"] == value


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"value": 0.005, "currency": "EUR"}, "value"),
        ({"value": 0.00001, "currency": "EUR"}, "value"),
        ({"value": 1.5, "currency": "JPY"}, "value"),
        ({"value": 1.2345, "currency": "KWD"}, "value"),
        ({"value": 1, "currency": "HRK"}, "currency"),
    ],
)
def test_what_a_currency_cannot_hold_is_refused(
    db: Database, cast: Cast, stages: Stages, given: dict[str, Any], field: str
) -> None:
    assert invalid_field(db, cast.owner, **given) == field
    lead = add_lead(db, cast.owner, value=2.5, currency="USD")
    for changes in (given, {"currency": "JPY"}, {"value": 2.555}):
        with pytest.raises(Invalid):
            patch_lead(db, cast.owner, lead.id, changes)
    assert value_of(db, cast, lead.id) == 2.5


@pytest.mark.parametrize(("value", "currency"), [(12.5, "HRK"), (12.55, "JPY")])
def test_a_record_of_before_is_changed_without_a_word_about_its_price(
    db: Database, cast: Cast, stages: Stages, value: float, currency: str
) -> None:
    lead = add_lead(db, cast.owner, value=1)
    db.write(store, cast.owner, lead.id, round(value * UNIT), currency)
    patch_lead(db, cast.owner, lead.id, {"title": "new", "value": value, "currency": currency})
    patch_lead(db, cast.owner, lead.id, {"value": 3, "currency": "EUR"})
    db.write(undo_activity, cast.owner, last_of(db, cast.owner, "lead", lead.id))
    restored = db.read(get_lead, cast.owner, lead.id)
    assert (restored.title, restored.value, restored.currency) == ("new", value, currency)


def test_sums_of_the_greatest_amounts_do_not_overflow(db: Database, cast: Cast, stages: Stages) -> None:
    for _ in range(200):
        add_lead(db, cast.owner, value=float(MOST), currency="EUR", stage_id=stages["Won"].id)
    pipeline = stages["Won"].pipeline_id
    board = db.read(show_board, cast.owner, pipeline, LeadFilter(), limit=1)
    report = db.read(show_report, cast.owner, None, months=1, timezone="UTC")
    total = float(MOST * 200)
    assert next(column.sum for column in board.stages if column.kind == "won") == total
    assert [won.value for won in report.won_by_month] == [won.value for won in report.won_by_owner] == [total]


def test_a_weighted_sum_has_the_places_of_its_currency(db: Database, cast: Cast, stages: Stages) -> None:
    stage = stages["Proposal"]
    add_lead(db, cast.owner, value=33, currency="JPY", stage_id=stage.id)
    board = db.read(show_board, cast.owner, stage.pipeline_id, LeadFilter(), limit=1)
    column = next(column for column in board.stages if column.id == stage.id)
    assert column.weighted_sum == (33 * stage.probability + 50) // 100


def test_filters_and_orders_compare_amounts_of_all_currencies(
    db: Database, cast: Cast, stages: Stages
) -> None:
    given = [(5, "JPY"), (4.999, "KWD"), (5.01, "EUR"), (4.9999, "CLF")]
    for value, currency in given:
        add_lead(db, cast.owner, title=currency, value=value, currency=currency)
    listed = db.read(list_leads, cast.owner, LeadFilter(), sort="-value", limit=25, cursor=None).rows
    assert [lead.title for lead in listed] == ["EUR", "JPY", "CLF", "KWD"]
    wanted = LeadFilter(value_from=Decimal("4.9995"), value_to=Decimal(5))
    found = db.read(list_leads, cast.owner, wanted, sort="value", limit=25, cursor=None).rows
    assert [lead.title for lead in found] == ["CLF", "JPY"]


def old_appliance(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[Database, Cast, int]:
    """A database in which amounts are hundredths, with a lead of 1,234.50 whose value was changed."""
    with monkeypatch.context() as before:
        before.setattr(
            "crm.db.sqlite.startup.load_migrations", lambda: load_migrations()[:BEFORE_TEN_THOUSANDTHS]
        )
        prepare(settings)
        db = open_database(settings)
        cast = gather_cast(db)
        db.write(insert_old_stage, cast.owner)
        lead_id = db.write(insert_old_lead, cast.owner, 123_450)
    return db, cast, lead_id


def insert_old_stage(tx: Transaction) -> None:
    insert_lead_type(tx, "inquiry")
    pipeline_id = tx.insert(
        """
        INSERT INTO pipelines (workspace_id, name, name_key, is_default, created_at, updated_at)
        VALUES (:workspace_id, 'Sales', 'sales', 1, :now, :now)
        RETURNING id
        """
    )
    tx.run(
        """
        INSERT INTO stages (workspace_id, pipeline_id, rank, name, name_key, colour, probability, kind,
                            created_at, updated_at)
        VALUES (:workspace_id, :pipeline_id, 'i0000000', 'New', 'new', '#7c8a86', 10, 'open', :now, :now)
        """,
        pipeline_id=pipeline_id,
    )


def insert_old_lead(tx: Transaction, hundredths: int) -> int:
    lead_id = tx.insert(
        """
        INSERT INTO leads (workspace_id, title, title_key, value_minor, currency, pipeline_id, stage_id, rank,
                           type, status, stage_since, touched_at, touched_day, created_at, updated_at)
        SELECT :workspace_id, 'Roof', 'roof', :hundredths, 'EUR', s.pipeline_id, s.id, 'i0000000',
               'inquiry', 'new', :now, :now, 739941, :now, :now
          FROM stages s
         WHERE s.workspace_id = :workspace_id
         ORDER BY s.rank
         LIMIT 1
        RETURNING id
        """,
        hundredths=hundredths,
    )
    record(tx, "lead.changed", "lead", lead_id, before={"value": 1000}, after={"value": hundredths / 100})
    return lead_id


def test_an_upgrade_keeps_amounts_and_the_ledger(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    db, cast, lead_id = old_appliance(settings, monkeypatch)
    db.close()
    prepare(settings)
    db = open_database(settings)
    try:
        ledger = ledger_of(db, cast.owner, "lead", lead_id)
        assert value_of(db, cast, lead_id) == 1234.5
        assert db.read(verify_chain, cast.owner).complete
        assert (ledger[0]["before"], ledger[0]["after"]) == ({"value": 1000}, {"value": 1234.5})
    finally:
        db.close()


def test_a_lead_from_a_backup_of_before_comes_back_with_its_amount(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, cast, lead_id = old_appliance(settings, monkeypatch)
    db.close()
    back_up(settings, Silence())
    prepare(settings)
    db = open_database(settings)
    try:
        assert offer_record(settings, db, None, f"leads/{lead_id}").rows == []
        patch_lead(db, cast.owner, lead_id, {"value": 1})
        accept_offer(settings, db, offer_record(settings, db, None, f"leads/{lead_id}"))
        assert value_of(db, cast, lead_id) == 1234.5
    finally:
        db.close()
