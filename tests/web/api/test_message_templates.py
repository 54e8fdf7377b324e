from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.vault import Vault
from tests.support.api import client_of, problem_of, running_app
from tests.support.cast import Cast
from tests.support.cloud_api import CloudApiStub, cloud_api, refused
from tests.support.whatsapp import connect, template_at_meta

TAKE = "/api/channels/1/templates"
ACCOUNT = "102290129340398"


@pytest.fixture
def stub() -> Iterator[CloudApiStub]:
    with cloud_api() as running:
        yield running


@pytest.fixture
def boss(settings: Settings, db: Database, cast: Cast, stub: CloudApiStub) -> Iterator[FlaskClient]:
    """The owner, whose number has an account with templates."""
    with ExitStack() as closing:
        own = settings.model_copy(update={"whatsapp_base_url": stub.base_url})
        app = closing.enter_context(running_app(own))
        connect(db, cast.owner, Vault(app.config["SECRET_KEY"]), business_account_id=ACCOUNT)
        yield client_of(app, db, cast.owner)


def taken(client: FlaskClient) -> dict[str, int]:
    response = client.post(TAKE)
    assert response.status_code == 200, response.get_data()
    found: dict[str, int] = response.get_json()["data"]
    return found


def texts(client: FlaskClient) -> dict[str, str]:
    return {each["name"]: each["body"] for each in client.get("/api/message-templates").get_json()["data"]}


def test_approved_templates_come_change_and_go_while_typed_ones_stay(
    boss: FlaskClient, stub: CloudApiStub
) -> None:
    boss.post("/api/message-templates", json={"name": "typed", "body": "By hand"})
    stub.templates = [template_at_meta("ready", "Order {{1}} is ready"), template_at_meta("bye", "Bye")]
    stub.templates.append(template_at_meta("shop", "Here", {"type": "HEADER", "format": "LOCATION"}))
    assert taken(boss) == {"added": 2, "changed": 0, "removed": 0, "left_out": 1}
    assert taken(boss) == {"added": 0, "changed": 0, "removed": 0, "left_out": 1}
    stub.templates = [template_at_meta("ready", "Order {{1}} waits for you")]
    assert taken(boss) == {"added": 0, "changed": 1, "removed": 1, "left_out": 0}
    assert texts(boss) == {"ready": "Order {{1}} waits for you", "typed": "By hand"}


def test_one_that_was_typed_before_becomes_the_accounts(boss: FlaskClient, stub: CloudApiStub) -> None:
    boss.post("/api/message-templates", json={"name": "ready", "body": "Ready"})
    stub.templates = [template_at_meta("ready", "Ready")]
    assert taken(boss)["added"] == 0
    stub.templates = []
    assert taken(boss)["removed"] == 1


def test_a_refusal_changes_nothing_and_says_what_whatsapp_said(boss: FlaskClient, stub: CloudApiStub) -> None:
    stub.templates = [template_at_meta("ready", "Ready")]
    taken(boss)
    stub.meet(refused(190, 401))
    assert "details of 190" in problem_of(boss.post(TAKE), 409)["detail"]
    stub.meet(refused(131000, 500))
    problem_of(boss.post(TAKE), 503)
    assert texts(boss) == {"ready": "Ready"}


def test_a_number_without_its_account_says_what_is_missing(boss: FlaskClient) -> None:
    boss.patch("/api/channels/1", json={"business_account_id": None})
    assert "business account id" in problem_of(boss.post(TAKE), 409)["detail"]


def test_the_page_fetches_them_and_marks_where_they_are_from(boss: FlaskClient, stub: CloudApiStub) -> None:
    stub.templates = [template_at_meta("ready", "Order {{1}} is ready")]
    assert "Fetch from WhatsApp" in boss.get("/settings/texts").get_data(as_text=True)
    assert boss.post("/settings/texts/templates/of/1").status_code == 303
    page = boss.get("/settings/texts").get_data(as_text=True)
    assert "from WhatsApp</span>" in page
    assert "1 added" in page
    stub.meet(refused(190, 401))
    refusal = boss.post("/settings/texts/templates/of/1")
    assert refusal.status_code == 409
    assert "details of 190" in refusal.get_data(as_text=True)
