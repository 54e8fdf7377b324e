"""Settings → System shows the server to whom it belongs, and the banner what is raised."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.setup import setup_workspace
from crm.accounts.workspaces import create_workspace
from crm.appliance.backups import back_up
from crm.appliance.furnishing import furnish_workspace
from crm.config import Settings
from crm.conversations.templates.fields import TemplateFields
from crm.conversations.templates.templates import add_template
from crm.db.actor import SYSTEM, Actor
from crm.db.backup.report import Silence
from crm.db.database import Database
from crm.fields import parse_fields
from crm.monitoring.alert_settings import get_alert_settings
from crm.monitoring.alerts import ALERTS, Reading
from crm.monitoring.incidents import open_incidents, settle_readings
from crm.monitoring.notices import SENTENCES
from crm.vault import Vault
from crm.web.words.alerts import ALERT_NAMES
from tests.support.api import client_of, running_app
from tests.support.people import PASSWORD_HASH, setup_fields
from tests.support.whatsapp import KEY, connect

BANNER = "The server needs attention:"


@pytest.fixture
def owner(db: Database) -> Actor:
    founded = db.write(setup_workspace, SYSTEM, setup_fields(), PASSWORD_HASH, furnish_workspace)
    return Actor(founded.workspace_id, founded.owner_id)


@pytest.fixture
def app(prepared: Settings, db: Database, owner: Actor) -> Iterator[Flask]:
    with running_app(prepared) as app:
        yield app


@pytest.fixture
def client(app: Flask, db: Database, owner: Actor) -> FlaskClient:
    return client_of(app, db, owner)


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def another_workspace(db: Database) -> None:
    other = setup_fields("Another", "owner@another.example")
    db.write(create_workspace, SYSTEM, other, PASSWORD_HASH, furnish_workspace)


def test_the_page_has_figures_charts_and_sizes(client: FlaskClient, db: Database) -> None:
    page = text_of(client, "/settings/system")
    for part in (
        "Slow statements",
        "Jobs of the worker",
        "Free disk space",
        "data-system=",
        db.engine.product,
    ):
        assert part in page
    course = client.get("/settings/system/figures").get_json()["data"]
    assert {len(values) for values in course.values()} == {60}
    sizes = text_of(client, "/settings/system/sizes")
    cells = re.findall(r"<td[^>]*>", sizes)
    assert all("data-label" in each or "system-code" in each for each in cells), "a phone has no headers"
    assert "Acme" in sizes
    assert "activities" in sizes


def test_the_page_names_the_guards_that_one_role_for_all_lacks(client: FlaskClient, db: Database) -> None:
    page = text_of(client, "/settings/system")
    assert ("REASSIGN OWNED BY" in page) is not db.in_file


@pytest.mark.sqlite("the backup copies its file")
def test_the_page_names_the_newest_good_backup(client: FlaskClient, prepared: Settings) -> None:
    assert "None of the last 26 hours" in text_of(client, "/settings/system")
    back_up(prepared, Silence())
    (prepared.backup_dir / "holdfast-20990101T000000000Z").mkdir()
    page = text_of(client, "/settings/system")
    assert "The newest is from" in page
    assert "2099" not in page


def test_of_several_workspaces_an_owner_sees_the_own_sizes_alone(client: FlaskClient, db: Database) -> None:
    another_workspace(db)
    page = text_of(client, "/settings/system")
    assert "Several workspaces share this server" in page
    assert "Slow statements" not in page
    for path in ("figures", "sizes", "alerts"):
        assert client.get(f"/settings/system/{path}").status_code == 403


def test_a_banner_shows_what_is_raised_until_it_is_acknowledged(client: FlaskClient, db: Database) -> None:
    assert BANNER not in text_of(client, "/clients")
    db.write(settle_readings, SYSTEM, [Reading("disk", 4.0, "critical")])
    assert BANNER in text_of(client, "/clients")
    assert "Free disk space (4 per cent)" in " ".join(text_of(client, "/settings/system").split())
    (incident,) = db.read(open_incidents, SYSTEM)
    answer = client.post(f"/settings/system/alerts/{incident.id}/acknowledge")
    assert answer.status_code == 303
    assert BANNER not in text_of(client, "/clients")
    assert "acknowledged by Olga" in text_of(client, "/settings/system")
    assert client.post("/settings/system/alerts/999/acknowledge").status_code == 404


def test_a_banner_is_not_for_owners_of_a_shared_server(client: FlaskClient, db: Database) -> None:
    db.write(settle_readings, SYSTEM, [Reading("disk", 4.0, "critical")])
    another_workspace(db)
    assert BANNER not in text_of(client, "/clients")


def form_of(**changes: str) -> dict[str, str]:
    thresholds = {
        f"{alert.name}_{level}": "" if limit is None else f"{limit:g}"
        for alert in ALERTS
        for level, limit in (("warning", alert.warning), ("critical", alert.critical))
    }
    return {"version": "1", **thresholds, **changes}


def test_thresholds_recipient_and_quiet_hours_are_set(client: FlaskClient, db: Database) -> None:
    text_of(client, "/settings/system/alerts")
    changes = {"recipient": "a@example.org", "quiet_from": "22:00", "quiet_until": "06:30"}
    changes["zone"] = "America/Bogota"
    form = form_of(**changes, slow_warning="7,5", disk_critical="")
    assert client.post("/settings/system/alerts", data=form).status_code == 303
    found, version = db.read(get_alert_settings, SYSTEM)
    assert (found.recipient, found.quiet_from, found.quiet_until) == ("a@example.org", "22:00", "06:30")
    assert found.thresholds == {"slow": (7.5, 200), "disk": (None, None)}
    assert version == 2
    assert client.post("/settings/system/alerts", data=form).status_code in (409, 412)
    assert client.post("/settings/system/alerts/test").status_code == 303
    assert '<option value="America/Bogota" selected>' in text_of(client, "/settings/system/alerts")


def test_a_test_without_anybody_to_tell_says_that_any_way_will_do(client: FlaskClient) -> None:
    answer = client.post("/settings/system/alerts/test")
    assert answer.status_code == 409
    assert "Save an e-mail address, a webhook or a WhatsApp number first." in answer.get_data(as_text=True)


def test_a_template_that_was_approved_can_be_chosen_for_a_connected_number(
    client: FlaskClient, db: Database, owner: Actor
) -> None:
    for name, body in (("alert", "Server: {{1}}"), ("hello", "Hello")):
        db.write(add_template, owner, parse_fields(TemplateFields, {"name": name, "body": body}))
    page = text_of(client, "/settings/system/alerts")
    assert 'value="alert/en_US"' in page and 'value="hello/en_US"' not in page
    form = form_of(message_to="+491701234567", message_template="alert/en_US")
    refused = client.post("/settings/system/alerts", data=form)
    assert (refused.status_code, b"needs a connected number" in refused.data) == (422, True)
    connect(db, owner, Vault(KEY))
    assert client.post("/settings/system/alerts", data=form).status_code == 303
    found, _ = db.read(get_alert_settings, SYSTEM)
    assert (found.message_to, found.sent_from) == ("+491701234567", owner.workspace_id)


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("recipient", "nobody", "E-mail"), ("quiet_from", "25:00", "Quiet from"),
        ("zone", "Nowhere", "Time zone"), ("quiet_until", "06:00", "Quiet until"),
        ("slow_warning", "many", "Slow statements, Warning"),
        ("slow_warning", "201", "Slow statements, Warning"),
        ("slow_critical", "-1", "Slow statements, Critical"),
        ("slow_critical", "nan", "Slow statements, Critical"),
        ("disk_critical", "101", "Free disk space, Critical"),
        ("certificate_warning", "2", "Certificate of the address, Warning"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_the_name_of_its_field(
    client: FlaskClient, db: Database, field: str, value: str, name: str
) -> None:
    answer = client.post("/settings/system/alerts", data=form_of(**{field: value}))
    assert answer.status_code == 422
    assert f'<a href="#{field}">{name}</a>' in answer.get_data(as_text=True)
    assert db.read(get_alert_settings, SYSTEM)[1] == 1


def test_each_alert_has_its_words() -> None:
    names = {alert.name for alert in ALERTS}
    assert names == set(ALERT_NAMES) == set(SENTENCES)
