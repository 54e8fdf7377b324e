"""Columns with UTM values and click ids become the touch of each new lead, stored together or one by one."""

from typing import Any

import pytest

from crm.appliance.imports import work_on
from crm.attribution.crediting import credited_to
from crm.attribution.touch import touches_of_lead
from crm.campaigns.campaigns import create_campaign
from crm.campaigns.fields import CampaignFields
from crm.config import Settings
from crm.db.database import Database
from crm.imports import entering_many
from crm.imports.imports import confirm_import
from tests.support.arrivals import rows
from tests.support.cast import Cast
from tests.support.imports import upload
from tests.support.leads import furnish

FILE = """Name,Email,Lead title,UTM Source,utm_campaign,GCLID
Ada,ada@example.com,Roof,google,Roofs,G1
Bo,bo@example.com,Door,,,
Cy,cy@example.com,Gate,flyer,,
"""


@pytest.mark.parametrize("together", [True, False])
def test_columns_of_a_file_tell_how_its_leads_came_once(
    settings: Settings, db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch, together: bool
) -> None:
    furnish(db, cast.owner)
    if not together:
        monkeypatch.setattr(entering_many, "may_come_together", lambda _tx: False)
    campaign = db.write(create_campaign, cast.owner, CampaignFields(name="Search", utm_campaign="roofs"))
    for _ in range(2):
        made = upload(settings, db, cast.owner, FILE, records="leads")
        db.write(confirm_import, cast.owner, made)
        work_on(db, settings, cast.owner, made)
    found: dict[str, Any] = {
        row["title"]: [each.facts for each in db.read(touches_of_lead, cast.owner, row["id"])]
        for row in rows(db, "SELECT id, title FROM leads")
    }
    assert found == {
        "Roof": [{"utm_source": "google", "utm_campaign": "Roofs", "gclid": "G1"}],
        "Door": [],
        "Gate": [{"utm_source": "flyer"}],
    }
    (roof,) = rows(db, "SELECT id FROM leads WHERE title = 'Roof'")
    assert db.read(credited_to, cast.owner, roof["id"]).campaign_id == campaign.id
