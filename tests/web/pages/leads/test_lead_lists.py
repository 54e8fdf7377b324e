import html
import re
from datetime import timedelta
from typing import Any

import orjson
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import add_lead, furnish, patch_lead, stages_of

HTMX = {"HX-Request": "true"}


def text_of(response: Any) -> str:
    return html.unescape(response.get_data(as_text=True))


def test_the_stage_changes_in_its_cell_and_says_when_somebody_was_faster(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    stages = stages_of(db, cast.owner)
    lead = add_lead(db, cast.owner, title="Roof")
    assert f'id="stage-{lead.id}"' in text_of(owner.get("/leads"))
    address = f"/leads/{lead.id}/stage"

    moved = owner.post(address, data={"stage_id": stages["Won"].id, "version": "1"}, headers=HTMX)
    assert moved.status_code == 200
    cell = text_of(moved)
    assert re.search(r"selected>Won<", cell) and 'name="version" value="2"' in cell and "<html" not in cell

    patch_lead(db, cast.colleague, lead.id, {"title": "Roof and walls"})
    stale = owner.post(address, data={"stage_id": stages["New"].id, "version": "2"}, headers=HTMX)
    assert stale.status_code == 412
    assert orjson.loads(stale.headers["HX-Trigger"])["toast"]["bad"] is True
    assert re.search(r"selected>Won<", text_of(stale)) and 'value="3"' in text_of(stale)

    for odd in ("999", "x", ""):
        refused = owner.post(address, data={"stage_id": odd, "version": "3"}, headers=HTMX)
        assert refused.status_code == 422
        assert re.search(r"selected>Won<", text_of(refused))


def test_pages_lead_back_to_where_one_was(owner: FlaskClient, db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    for place in range(60):
        add_lead(db, cast.owner, title=f"Lead {place:02}")
    address, pages = "/leads?sort=title&columns=client", []
    for rel in ("next", "next", "prev", "prev"):
        page = text_of(owner.get(address))
        pages.append(re.findall(r">(Lead \d\d)</a>", page))
        link = re.search(rf'rel="{rel}" href="([^"]+)"', page)
        assert link and "columns=client" in link[1]
        address = link[1]
    pages.append(re.findall(r">(Lead \d\d)</a>", text_of(owner.get(address))))
    assert pages[3:] == [pages[1], pages[0]]
    assert pages[0] + pages[1] + pages[2] == [f"Lead {place:02}" for place in range(60)]


def test_the_filter_offers_the_tags_that_leads_have(owner: FlaskClient, db: Database, cast: Cast) -> None:
    """Asked for nothing that there is, so that no row shows its tags."""
    furnish(db, cast.owner)
    add_lead(db, cast.owner, title="Roof", tags=["of-a-lead"])
    add_client(db, cast.owner, name="Ada", tags=["of-a-client"])
    leads, clients = (text_of(owner.get(f"/{kind}?q=nothing")) for kind in ("leads", "clients"))
    assert ("of-a-lead" in leads, "of-a-client" in leads) == (True, False)
    assert ("of-a-lead" in clients, "of-a-client" in clients) == (False, True)


def test_an_expected_close_gone_by_is_marked_on_list_board_and_page_while_the_lead_is_open(
    owner: FlaskClient, db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    furnish(db, cast.owner)
    today = frozen_clock.time.date()
    for title, days, stage in (
        ("Late", -1, "New"),
        ("Today", 0, "New"),
        ("Next", 1, "New"),
        ("Won", -9, "Won"),
    ):
        closes = (today + timedelta(days=days)).isoformat()
        stage_id = stages_of(db, cast.owner)[stage].id
        late = title == "Late"
        lead = add_lead(db, cast.owner, title=title, expected_close=closes, stage_id=stage_id)
        marked = 'class="overdue"' in text_of(owner.get(f"/leads/{lead.id}"))
        assert marked == late, title
    for path in ("/leads", "/board"):
        assert text_of(owner.get(path)).count('<span class="overdue"><span class="sr-only">Overdue') == 1, (
            path
        )
