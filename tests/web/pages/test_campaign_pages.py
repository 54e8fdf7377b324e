"""The pages of campaigns: list, form, record, trash, search and export."""

from flask.testing import FlaskClient

from tests.support.campaigns import add_campaign


def shown(owner: FlaskClient, path: str) -> str:
    answer = owner.get(path)
    assert answer.status_code == 200, (path, answer.get_data(as_text=True))
    return answer.get_data(as_text=True)


def test_a_campaign_is_shown_on_every_page_where_records_are(owner: FlaskClient) -> None:
    given = {"start_date": "2026-03-01", "end_date": "2026-04-01", "budget": 1500.5, "channel": "print"}
    utm = {"utm_source": "flyer", "utm_campaign": "old-town"}
    platforms = [{"source": "google_ads", "id": "4711"}]
    campaign = add_campaign(owner, "Flyer", **given, **utm, platform_ids=platforms, tags=["VIP"])
    for path in ("/campaigns", "/campaigns?status=active&channel=print&tag=vip", "/campaigns?q=old-town",
                 f"/campaigns/{campaign}", f"/campaigns/{campaign}/edit", "/search?q=flyer"):  # fmt: skip
        assert "Flyer" in shown(owner, path), path
    for sort in ("name", "start_date", "budget", "channel", "status", "tags", "created_at", "updated_at"):
        for sign in ("", "-"):
            assert "Flyer" in shown(owner, f"/campaigns?sort={sign}{sort}")
            assert owner.get(f"/api/campaigns?sort={sign}{sort}").status_code == 200
    assert "4711" in shown(owner, f"/campaigns/{campaign}")
    assert b"Flyer" in owner.get("/api/campaigns/export?format=csv").data
    owner.delete(f"/api/campaigns/{campaign}")
    assert "Flyer" in shown(owner, "/campaigns/trash")
    assert "Flyer" in shown(owner, f"/campaigns/{campaign}")


def test_its_form_needs_a_name_alone(owner: FlaskClient) -> None:
    chosen = {"channel": "other", "status": "active", "currency": "EUR"}
    assert owner.post("/campaigns/new", data={**chosen, "name": ""}).status_code == 422
    assert owner.post("/campaigns/new", data={**chosen, "name": "Fair"}).location == "/campaigns/1"
    ends = {**chosen, "name": "Other", "start_date": "2026-03-02", "end_date": "2026-03-01"}
    refused = owner.post("/campaigns/new", data=ends)
    assert refused.status_code == 422 and 'id="end_date-error"' in refused.get_data(as_text=True)
