"""What leads come to, in each currency for itself, read from indexes alone."""

from datetime import date
from typing import Any

import pytest

from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.leads.figures import Figures, figure_out
from crm.leads.report_span import span_of
from crm.leads.reports import Report, show_report
from crm.leads.sums import Whose, sum_closed, sum_open
from crm.leads.trash import delete_lead
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import Stages, add_lead, put_card

BOUNDS = ["2026-01-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"]


def figures(db: Database, cast: Cast, whose: Whose, timezone: str = "UTC") -> dict[str, tuple[Any, ...]]:
    found: list[Figures] = db.read(figure_out, cast.owner, whose, timezone)
    return {
        each.currency: (
            each.open_leads,
            each.open_value,
            each.weighted_value,
            each.won_leads,
            each.won_value,
        )
        for each in found
    }


def test_open_and_won_values_are_summed_in_each_currency_for_itself(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    for stage, value, currency in (
        ("New", 100, "USD"), ("Proposal", 1000.55, "USD"), ("New", 70, "EUR"), ("Won", 30, "USD"),
        ("Won", 5000, "JPY"), ("Lost", 999, "USD"),
    ):  # fmt: skip
        given = {"value": value, "currency": currency, "stage_id": stages[stage].id}
        add_lead(db, cast.owner, owner_id=cast.owner.user_id, **given)
    gone = add_lead(db, cast.owner, value=7, stage_id=stages["Won"].id)
    db.write(delete_lead, cast.owner, gone.id)
    add_lead(db, cast.owner, value=4, stage_id=stages["New"].id, currency="USD")
    add_lead(db, cast.outsider, value=99)
    chance = {name: stage.probability for name, stage in stages.items()}
    offered = round(1000.55 * chance["Proposal"] / 100, 2)
    assert figures(db, cast, Whose()) == {
        "USD": (3, 1104.55, pytest.approx(104 * chance["New"] / 100 + offered, abs=0.011), 1, 30),
        "EUR": (1, 70, 70 * chance["New"] / 100, 0, 0),
        "JPY": (0, 0, 0, 1, 5000),
    }
    assert figures(db, cast, Whose(owner_id=0))["USD"][:2] == (1, 4)
    assert figures(db, cast, Whose(owner_id=cast.colleague.user_id)) == {"USD": (0, 0, 0, 0, 0)}
    assert next(iter(figures(db, cast, Whose(owner_id=cast.owner.user_id)))) == "USD"
    frozen_clock.advance(days=30)
    assert figures(db, cast, Whose())["USD"][3:] == (0, 0)


def test_what_was_won_this_month_is_of_the_month_where_the_reader_is(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    frozen_clock.advance(days=9, hours=16)
    add_lead(db, cast.owner, value=5, stage_id=stages["Won"].id)
    assert figures(db, cast, Whose())["USD"][4] == 5
    assert figures(db, cast, Whose(), "Asia/Tokyo")["USD"][4] == 5
    frozen_clock.advance(hours=1)
    assert figures(db, cast, Whose())["USD"][4] == 0
    assert figures(db, cast, Whose(), "Asia/Tokyo")["USD"][4] == 5


def report(db: Database, cast: Cast, **asked: Any) -> Report:
    return db.read(show_report, cast.owner, None, **{"months": 3, "timezone": "UTC", **asked})


def test_a_report_of_an_owner_counts_their_leads_alone(db: Database, cast: Cast, stages: Stages) -> None:
    for who, stage in ((cast.owner, "Won"), (cast.owner, "Lost"), (cast.colleague, "Won")):
        lead = add_lead(db, cast.owner, owner_id=who.user_id, value=10)
        put_card(db, cast.owner, lead.id, stages[stage])
    add_lead(db, cast.owner, stage_id=stages["Won"].id, value=3)
    whole, mine = report(db, cast), report(db, cast, owner_id=cast.owner.user_id)
    assert (whole.win_rate.won, whole.win_rate.lost, whole.win_rate.per_cent) == (3, 1, 75.0)
    assert (mine.win_rate.won, mine.win_rate.lost, mine.win_rate.per_cent) == (1, 1, 50.0)
    assert [won.label for won in mine.won_by_owner] == ["Owner"]
    assert mine.won_by_month[-1].value == 10
    assert mine.funnel[0].reached == 2
    assert mine.time_in_stage[0].stays == 2 and whole.time_in_stage[0].stays == 3
    nobodys = report(db, cast, owner_id=0)
    assert (nobodys.win_rate.won, nobodys.win_rate.lost) == (1, 0)
    assert report(db, cast, owner_id=cast.outsider.user_id).win_rate.per_cent is None


def test_the_months_of_a_report_are_cut_at_its_days(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    for _day in range(3):
        add_lead(db, cast.owner, value=1, stage_id=stages["Won"].id)
        frozen_clock.advance(days=8)
    from_day = date(2026, 11, 22)
    shown = report(db, cast, since=from_day)
    assert [(won.label, won.value) for won in shown.won_by_month] == [("2026-11", 1), ("2026-12", 1)]
    shown = report(db, cast, until=from_day)
    assert [(won.label, won.value) for won in shown.won_by_month][-1] == ("2026-11", 1)
    assert len(shown.won_by_month) == 3
    assert (shown.since, shown.until) == ("2026-09-01T00:00:00.000Z", "2026-11-23T00:00:00.000Z")


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-11-02", "2026-11-01", "until"),
        ("2020-01-01", "2026-11-01", "until"),
        ("2020-01-01", None, "since"),
        ("1970-01-01", None, "since"),
    ],
)
def test_days_that_make_no_span_are_refused_by_name(first: str, last: str | None, field: str) -> None:
    day = date.fromisoformat
    now = "2026-11-21T07:39:11.123Z"
    with pytest.raises(Invalid) as refused:
        span_of(now, "UTC", 12, day(first), day(last) if last else None)
    assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.parametrize(
    ("first", "last"), [("9999-12-30", None), (None, "1970-01-01"), ("2026-11-21", None)]
)
def test_the_ends_of_the_calendar_make_a_span(first: str | None, last: str | None) -> None:
    from_text = date.fromisoformat
    span = span_of(
        "2026-11-21T07:39:11.123Z",
        "Pacific/Kiritimati",
        1,
        from_text(first) if first else None,
        from_text(last) if last else None,
    )
    assert len(span.bounds) == len(span.labels) + 1


def plans(db: Database, cast: Cast, read: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How each statement of `read` is carried out."""
    found: list[str] = []

    def explain(tx: Transaction) -> None:
        run = type(tx).all

        def listen(this: Transaction, sql: str, **params: Any) -> Any:
            found.extend(row["detail"] for row in run(this, f"EXPLAIN QUERY PLAN {sql}", **params))
            return run(this, sql, **params)

        monkeypatch.setattr(type(tx), "all", listen)
        read(tx)

    db.read(explain, cast.owner)
    monkeypatch.undo()
    return found


@pytest.mark.sqlite("the plan is its own")
def test_the_sums_are_read_from_their_indexes_alone(
    db: Database, cast: Cast, stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline_id = stages["New"].pipeline_id
    for whose in (Whose(), Whose(pipeline_id), Whose(pipeline_id, 1), Whose(pipeline_id, 0)):
        steps = plans(db, cast, lambda tx, of=whose: sum_open(tx, of), monkeypatch)
        assert any("COVERING INDEX leads_open " in step for step in steps), steps
        steps = plans(db, cast, lambda tx, of=whose: sum_closed(tx, BOUNDS, of), monkeypatch)
        index = "leads_closed" if whose.pipeline_id else "leads_by_closing"
        assert any(f"COVERING INDEX {index} " in step for step in steps), steps
