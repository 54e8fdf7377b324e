"""Whoever folds the change feed has what people set, what they talk about, and who was merged, too."""

from flask.testing import FlaskClient

from crm.db.database import Database
from crm.kinds import KINDS
from crm.vault import Vault
from tests.support.arrivals import arrive
from tests.support.cast import Cast
from tests.support.invoices import LINE, make_buyer
from tests.support.whatsapp import KEY, connect, text
from tests.web.api.test_changes import events_of
from tests.web.api.test_folded_feed import PATHS, Record, act, differences, folded, owner

__all__ = ["owner"]
TOLD_OTHERWISE = {
    "session", "token", "invitation", "workspace", "import", "event", "collection", "message", "touch",
    "lead_type",
}  # fmt: skip
"""Of one person, of the server, or an act and no record; messages are read with their conversation."""
LISTS = {
    "template": "message-templates", "quick_reply": "quick-replies", "quote_template": "quote-templates",
    "scenario": "deals/1/scenarios",
}  # fmt: skip
DERIVED = {
    "company_profile": {"after_acceptance"}, "user": {"disabled_at"}, "number_series": {"next"},
    "scenario": {"deal_id", "figures"}, "channel": {"kind"}, "template": {"places"},
    "conversation": {
        "name", "channel_id", "last_message_at", "last_message", "last_direction", "last_kind",
        "last_inbound_at", "window_until", "unread", "pulse",
    },
}  # fmt: skip
"""Calculated, told by verbs or by the events of messages, or as every record of the kind has it at first."""


def shown_by(owner: FlaskClient, kind: str, record_id: int, record: Record) -> Record:
    """The record as the API answers it: of its own address, or of the list."""
    paths = {
        **{name: f"{path}/{record_id}" for name, path in PATHS.items()},
        "company_profile": "company", "user": f"users/{record_id}", "channel": f"channels/{record_id}",
        "conversation": f"conversations/{record_id}", "ad_connection": f"ad-connections/{record_id}",
        "number_series": f"numbers/{record.get('kind')}",
    }  # fmt: skip
    if kind in LISTS:
        rows = owner.get(f"/api/{LISTS[kind]}").get_json()["data"]
        return next(dict(row) for row in rows if row["id"] == record_id)
    return dict(owner.get(f"/api/{paths[kind]}").get_json()["data"])


def live_with_settings(owner: FlaskClient) -> None:
    act(owner, "company", "PATCH", legal_name="Acme Ltd", city="Graz")
    who = act(owner, "users", name="Vera", email="vera@acme.example", role="viewer", password="Vera-3-trees!")
    act(owner, f"users/{who['id']}", "PATCH", role="member", name="Vera V.")
    act(owner, f"users/{who['id']}", "PATCH", disabled=True)
    act(owner, "numbers/quote", "PUT", format="A-{seq:04}", reset="never")
    act(owner, "numbers/quote", "PATCH", start=9)
    template = act(owner, "quote-templates", name="Roofs", lines=[LINE])["id"]
    act(owner, f"quote-templates/{template}", "DELETE")
    act(owner, f"quote-templates/{template}/restore")
    form = act(owner, "web-forms", name="Site", asked=[{"name": "email"}])["id"]
    given = {"purpose": "meta_leads", "name": "Page", "account": "1", "form_id": form}
    secret = {"credentials": {"app_secret": "s", "access_token": "t"}}
    connection = act(owner, "ad-connections", "POST", **given, **secret)["id"]
    act(owner, f"ad-connections/{connection}", "PATCH", name="Pages", active=False)
    pipeline = act(
        owner, "pipelines", name="Service", stages=[{"name": "In"}, {"name": "Out", "kind": "won"}]
    )
    assert len(pipeline["stages"]) == 2


def live_with_scenarios(owner: FlaskClient) -> None:
    car = act(owner, "vehicles", make="Ford", model="Focus", year=2024, price=10_000)["id"]
    deal = act(owner, "deals", vehicle_id=car, scenario={"price": 10_000})["id"]
    extras = [{"title": "Mats", "amount": 50, "cost": 20}]
    leased = {"name": "Lease", "kind": "lease", "term": 36, "fees": extras, "money_factor": "0.0025"}
    path = f"deals/{deal}/scenarios/{act(owner, f'deals/{deal}/scenarios', 'POST', **leased)['id']}"
    act(owner, path, "PATCH", accessories=extras, fees=[], money_factor=None, tax_rate=19)
    act(owner, f"{path}/activate")


def live_with_talks(owner: FlaskClient, db: Database, cast: Cast) -> None:
    vault = Vault(KEY)
    channel = connect(db, cast.owner, vault)
    arrive(db, vault, text("wamid.1", "Hello"))
    act(owner, f"channels/{channel.id}", "PATCH", create_leads=False)
    act(owner, "conversations/1", "PATCH", assignee_id=cast.owner.user_id)
    act(owner, "conversations/1", "PATCH", status="closed")
    for path, given in (
        ("message-templates", {"name": "hi", "body": "Hi {{1}}"}),
        ("quick-replies", {"title": "Hours", "text": "9 to 5"}),
    ):
        made = act(owner, path, "POST", **given)["id"]
        act(owner, f"{path}/{made}", "DELETE")
        act(owner, f"{path}/{made}/restore")


def live_with_merges(owner: FlaskClient, ada: int) -> None:
    same: Record = {"phone": "+4366412345", "allow_duplicate": True}
    for back in (True, False):
        other = act(
            owner, "clients", "POST", name="Ada B.", city="Linz", email=f"{back}@example.org", **same
        )["id"]
        note = act(owner, "notes", subject="client", subject_id=other, text="Of the other")["id"]
        act(owner, f"clients/{ada}/merge", other_id=other)
        act(owner, f"notes/{note}", "PATCH", text="Moved")
        if back:
            act(owner, f"clients/{ada}/unmerge")
    act(
        owner,
        f"clients/{ada}/consents",
        channel="email",
        purpose="marketing",
        state="opted_in",
        source="by_hand",
    )
    lead = act(owner, "leads", title="Roof", client_id=ada)["id"]
    campaign = act(owner, "campaigns", name="Spring")["id"]
    act(owner, f"leads/{lead}/touches", campaign_id=campaign)
    stages = owner.get("/api/pipelines").get_json()["data"][0]["stages"]
    act(
        owner,
        f"leads/{lead}/stage",
        "PUT",
        stage_id=next(each["id"] for each in stages if each["kind"] == "won"),
    )


def test_each_record_of_these_is_what_its_events_make_of_it(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    live_with_settings(owner)
    live_with_scenarios(owner)
    live_with_talks(owner, db, cast)
    live_with_merges(owner, make_buyer(owner))
    wrong = {}
    for (kind, record_id), record in folded(events := events_of(owner)).items():
        if kind in TOLD_OTHERWISE or (kind, record_id) in merged_away(events):
            continue
        shown = shown_by(owner, kind, record_id, record)
        shown |= shown.pop("terms", {})
        for name in DERIVED.get(kind, ()):
            del shown[name]
        if found := differences(kind, shown, record):
            wrong[kind, record_id] = found
    assert not wrong, wrong
    told = {event["kind"] for event in events}
    assert told >= {
        *LISTS,
        "company_profile",
        "user",
        "channel",
        "conversation",
        "ad_connection",
        "number_series",
    }
    assert {kind.name for kind in KINDS if kind.actions} - told - PATHS.keys() <= TOLD_OTHERWISE


def merged_away(events: list[Record]) -> set[tuple[str, int]]:
    """Those whose last merge was not taken back: what pointed to them points to the other one."""
    last = {each["id"]: each for each in events if each["verb"] in {"merged", "unmerged"}}
    facts = [(each["id"], each["after"] or {}) for each in last.values() if each["verb"] == "merged"]
    gone = {int(after["merged_id"]) for _, after in facts if after.get("merged_id")}
    gone |= {int(client_id) for client_id, after in facts if after.get("merged_into_id")}
    return {("client", client_id) for client_id in gone}
