from crm.db.database import Database
from crm.leads.reports import Report, show_report
from crm.leads.trash import delete_lead
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import Stages, add_lead, put_card


def report(db: Database, cast: Cast, stages: Stages, months: int = 3, timezone: str = "UTC") -> Report:
    pipeline_id = stages["New"].pipeline_id
    return db.read(show_report, cast.owner, pipeline_id, months=months, timezone=timezone)


def test_the_funnel_counts_how_far_leads_came(db: Database, cast: Cast, stages: Stages) -> None:
    for furthest in ("New", "Contacted", "Proposal", "Won", "Won"):
        lead = add_lead(db, cast.owner)
        put_card(db, cast.owner, lead.id, stages[furthest])
    back = add_lead(db, cast.owner)
    put_card(db, cast.owner, back.id, stages["Proposal"])
    put_card(db, cast.owner, back.id, stages["Lost"])
    gone = add_lead(db, cast.owner, stage_id=stages["Won"].id)
    db.write(delete_lead, cast.owner, gone.id)
    add_lead(db, cast.outsider)
    funnel = {step.name: (step.reached, step.conversion) for step in report(db, cast, stages).funnel}
    assert funnel == {
        "New": (6, None),
        "Contacted": (5, 83.3),
        "Proposal": (4, 80.0),
        "Negotiation": (2, 50.0),
        "Won": (2, 100.0),
    }


def test_won_values_are_listed_by_month_owner_and_currency(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    for value, currency, owner in (
        (10.5, "EUR", cast.owner),
        (20, "EUR", cast.owner),
        (7, "USD", cast.colleague),
    ):
        add_lead(
            db,
            cast.owner,
            value=value,
            currency=currency,
            owner_id=owner.user_id,
            stage_id=stages["Won"].id,
        )
    add_lead(db, cast.owner, value=99, stage_id=stages["Lost"].id)
    frozen_clock.advance(days=20)
    add_lead(db, cast.owner, value=5, currency="EUR", stage_id=stages["Won"].id)
    shown = report(db, cast, stages)
    assert [(won.label, won.currency, won.leads, won.value) for won in shown.won_by_month] == [
        ("2026-10", "EUR", 0, 0),
        ("2026-11", "EUR", 2, 30.5),
        ("2026-12", "EUR", 1, 5),
        ("2026-10", "USD", 0, 0),
        ("2026-11", "USD", 1, 7),
        ("2026-12", "USD", 0, 0),
    ]
    assert [(won.label, won.currency, won.value) for won in shown.won_by_owner] == [
        ("Owner", "EUR", 30.5),
        ("", "EUR", 5),
        ("Colleague", "USD", 7),
    ]
    frozen_clock.advance(days=90)
    assert report(db, cast, stages, months=2).won_by_month == []


def test_a_month_begins_where_the_reader_is(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    frozen_clock.advance(days=9, hours=16)
    add_lead(db, cast.owner, value=5, stage_id=stages["Won"].id)
    months = {won.label: won.value for won in report(db, cast, stages, months=2).won_by_month}
    assert months == {"2026-10": 0, "2026-11": 5}
    tokyo = report(db, cast, stages, months=2, timezone="Asia/Tokyo")
    assert {won.label: won.value for won in tokyo.won_by_month} == {"2026-11": 0, "2026-12": 5}


def test_time_in_stage_is_of_stays_that_ended(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    slow, quick = add_lead(db, cast.owner), add_lead(db, cast.owner)
    frozen_clock.advance(days=1)
    put_card(db, cast.owner, quick.id, stages["Contacted"])
    frozen_clock.advance(days=2)
    put_card(db, cast.owner, slow.id, stages["Won"])
    times = {each.name: (each.stays, each.days) for each in report(db, cast, stages).time_in_stage}
    assert times == {"New": (2, 2.0), "Contacted": (0, 0.0), "Proposal": (0, 0.0), "Negotiation": (0, 0.0)}
