"""What the rows of a list change in place."""

from playwright.sync_api import Page, Response, expect

from crm.db.actor import Actor
from crm.db.database import Database
from tests.support.clients import add_client
from tests.support.leads import add_lead


def is_change(answer: Response) -> bool:
    return answer.request.method == "POST" and answer.ok


def test_the_status_of_a_client_and_the_stage_of_a_lead_are_changed_in_their_rows(
    page: Page, live_db: Database, founder: Actor
) -> None:
    anna = add_client(live_db, founder, name="Anna Berg")
    roof = add_lead(live_db, founder, title="Roof", client_id=anna.id)
    for address, name, label in (
        ("/clients", f"#status-{anna.id}", "Status of Anna Berg"),
        ("/leads", f"#stage-{roof.id}", "Stage of Roof"),
    ):
        page.goto(address)
        select = page.locator(f"form.badge-select {name}")
        for wanted in ("Prospect", "Inactive") if address == "/clients" else ("Proposal", "Won"):
            with page.expect_response(is_change):
                select.select_option(label=wanted)
            expect(select.locator("option[selected]")).to_have_text(wanted)
        page.reload()
        expect(page.get_by_label(label).locator("option[selected]")).to_have_text(wanted)
        expect(page.get_by_role("row").filter(has=select)).to_be_visible()
