"""The page of the reports: figures in each currency, filters in the address and as chips."""

import html
import re

from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import add_lead, furnish, put_card, stages_of
from tests.support.page_answers import text_of

FIGURE = re.compile(r'<div class="figure">(.*?)</div>', re.DOTALL)
PART = re.compile(r"<d[td][^>]*>\s*(.*?)\s*</d[td]>", re.DOTALL)


def figures_of(page: str) -> dict[str, list[str]]:
    parts = [PART.findall(figure) for figure in FIGURE.findall(html.unescape(page))]
    return {label: further for label, *further in parts}


def test_the_figures_stand_above_the_charts_each_currency_for_itself(
    owner: FlaskClient, db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    furnish(db, cast.owner)
    stages = stages_of(db, cast.owner)
    add_lead(db, cast.owner, value=200)
    add_lead(db, cast.owner, value=70, currency="EUR", owner_id=cast.colleague.user_id)
    for stage, value in (("Won", 40), ("Won", 50), ("Lost", 8)):
        put_card(db, cast.owner, add_lead(db, cast.owner, value=value).id, stages[stage])
    page = text_of(owner.get("/reports"), 200)
    shown = figures_of(page)
    assert shown["Open value"] == ["$200", "€70", "2 open leads"]
    assert shown["Weighted forecast"][:2] == ["$20", "€7"]
    assert shown["Won this month"] == ["$90", "2 leads"]
    assert shown["Win rate"] == ["66.7%", "2 won, 1 lost in this period"]
    theirs = figures_of(text_of(owner.get(f"/reports?owner_id={cast.colleague.user_id}"), 200))
    assert theirs["Open value"] == ["€70", "1 open lead"]
    assert theirs["Won this month"] == ["$0", "0 leads"]
    assert theirs["Win rate"][0] == "–"


def test_each_filter_of_the_reports_is_a_chip_that_can_be_taken_off(
    owner: FlaskClient, db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    furnish(db, cast.owner)
    address = f"/reports?months=3&owner_id={cast.colleague.user_id}&since=2026-09-01&until=2026-11-20"
    page = html.unescape(text_of(owner.get(address), 200))
    for name, words in (
        ("owner_id", "Owner: Colleague"),
        ("since", "From: 1 Sep"),
        ("until", "To: 20 Nov"),
    ):
        assert words in page
        rest = "&".join(part for part in address.split("?")[1].split("&") if not part.startswith(name))
        taken_off = [
            href for href in re.findall(r'class="filter-chip" href="([^"]+)"', page) if name not in href
        ]
        assert [sorted(href.split("?")[1].split("&")) for href in taken_off] == [sorted(rest.split("&"))]
    assert "filter-chip" not in text_of(owner.get("/reports?months=3"), 200)


def test_days_that_make_no_span_are_refused_above_a_report_without_them(
    owner: FlaskClient, db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    furnish(db, cast.owner)
    page = text_of(owner.get("/reports?since=2026-11-20&until=2026-11-01"), 422)
    assert "must not be before the first day" in page and "Conversion funnel" in page
