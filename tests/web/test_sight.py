"""Over all kinds of entries, roles and ways: the ledger tells nobody what the rooms hide from them."""

import csv
import io
import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.permissions import ROLES, Role
from crm.activity.activity import record
from crm.db.database import Database
from crm.kinds import KINDS
from tests.support import team_app
from tests.support.api import client_of
from tests.support.clients import add_client
from tests.support.people import Team
from tests.support.team_app import ADMINS

app = team_app.app


OPEN_KINDS = {
    "call", "channel", "client", "conversation", "custom_field", "deal", "invoice", "scenario", "file",
    "lead", "message", "note",
    "pipeline", "quick_reply", "quote", "quote_template", "stage", "task", "template", "user", "workspace",
    "product", "vehicle", "campaign", "collection", "touch",
}  # fmt: skip
MANAGED_ACTIONS = {
    "alert.acknowledged", "alert.changed",
    "backup.downloaded", "backup.started", "backup.verified", "client.exported", "deal.exported",
    "lead.exported", "invoice.exported",
    "messages.released", "note.exported", "quote.exported", "task.exported", "workspace.exported",
    "workspace.import_begun",
    "workspace.imported", "workspace.key_replaced", "product.exported", "vehicle.exported",
    "campaign.exported",
}  # fmt: skip
PERSONAL_ACTIONS = {"user.password_changed", "user.password_reset"}
EVERYBODY: set[str] = set(ROLES)


@dataclass(frozen=True, slots=True)
class Written:
    """An entry that the member wrote, about the member; `fact` stands in it, and in nothing else."""

    id: int
    action: str
    entity: str
    entity_id: int
    seen_by: set[str]
    shown_to: set[str]

    @property
    def fact(self) -> str:
        return fact_of(self.action)


def fact_of(action: str) -> str:
    return f"fact of {action}!"


def expected(action: str, entity: str) -> tuple[set[str], set[str]]:
    """Which roles see an entry of the member's, and which its facts; written down apart from the rule."""
    if action.endswith(".recovered"):
        return (EVERYBODY if entity in OPEN_KINDS else ADMINS), ADMINS
    if entity in {"session", "token"} or action in PERSONAL_ACTIONS:
        return ADMINS | {"member"}, {"member"}
    if action in MANAGED_ACTIONS or entity not in OPEN_KINDS:
        return ADMINS, ADMINS
    return EVERYBODY, EVERYBODY


def write_all(db: Database, team: Team) -> list[Written]:
    """One entry of each kind, each action that people read of, and some of a kind that nobody described."""
    pairs = {(f"{entity}.made", entity) for entity in [*KINDS.by_name, "unheard"] if entity != "lead_type"}
    pairs |= {(action, entity_of(action)) for action in KINDS.actions}
    pairs |= {("client.recovered", "client"), ("unheard.recovered", "unheard")}
    written = []
    for number, (action, entity) in enumerate(sorted(pairs), 1_000):
        if entity == "saved_view":
            continue
        facts = {"text": fact_of(action)}
        subject = ("user", int(team.member.user_id or 0)) if entity in {"session", "token", "user"} else None
        entry = db.write(
            record, team.member, action, entity, number, before=facts, after=facts, subject=subject
        )
        written.append(Written(entry, action, entity, number, *expected(action, entity)))
    return written


def entity_of(action: str) -> str:
    noun = action.partition(".")[0]
    return {"backup": "workspace", "messages": "workspace", "lead_type": "workspace"}.get(noun, noun)


def pages_of(client: FlaskClient, path: str) -> list[dict[str, Any]]:
    rows, cursor = [], ""
    for _ in range(50):
        body = client.get(f"{path}limit=200{cursor}").get_json()
        rows += body["data"]
        if body["page"]["next"] is None:
            return rows
        cursor = f"&cursor={body['page']['next']}"
    raise AssertionError("the ledger does not end")


def csv_of(client: FlaskClient, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(path).data.decode("utf-8-sig"))))


def check(rows: list[Any], written: list[Written], role: Role, way: str) -> None:
    found = {int(row["id"]): row for row in rows}
    wrong = []
    for entry in written:
        if (entry.id in found) != (role in entry.seen_by):
            wrong.append((way, entry.action, "seen" if entry.id in found else "not seen"))
        elif entry.id in found and (entry.fact in str(found[entry.id])) != (role in entry.shown_to):
            wrong.append((way, entry.action, found[entry.id]["after"]))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_every_way_to_the_ledger_shows_a_role_the_same(
    app: Flask, db: Database, team: Team, role: Role
) -> None:
    written = write_all(db, team)
    client = client_of(app, db, team.of_role(role))
    check(pages_of(client, "/api/activities?"), written, role, "list")
    check(pages_of(client, "/api/activities?since=2020-01-01T00:00:00Z&"), written, role, "since")
    check(pages_of(client, f"/api/activities?actor_id={team.member.user_id}&"), written, role, "actor")
    check(csv_of(client, "/api/activities/export"), written, role, "csv")
    check(csv_of(client, "/activity/export"), written, role, "csv of the page")
    for entry in written:
        about = f"entity={entry.entity}&entity_id={entry.entity_id}"
        for query in (f"entity={entry.entity}", about, f"action={entry.action}"):
            check(pages_of(client, f"/api/activities?{query}&"), [entry], role, query)
        check(csv_of(client, f"/api/activities/export?{about}"), [entry], role, about)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_tells_a_role_what_the_list_does_not(
    app: Flask, db: Database, team: Team, role: Role
) -> None:
    written = write_all(db, team)
    client = client_of(app, db, team.of_role(role))
    hidden = [entry for entry in written if role not in entry.shown_to]
    day = "/activity?since=2020-01-01"
    for path in ("/", "/my-day", "/api/tasks/my-day", "/activity?subject=user", "/activity", day):
        shown = follow(client, path)
        assert [entry.action for entry in hidden if entry.fact in shown] == [], path


def follow(client: FlaskClient, path: str) -> str:
    """A page with all the further parts that it brings."""
    shown = ""
    for _ in range(50):
        answer = client.get(path, headers={"HX-Request": "true"} if shown else {})
        assert answer.status_code == 200, path
        part = answer.get_data(as_text=True)
        shown += part
        found = re.search(r'(?:hx-get|href)="(/activity\?cursor=[^"]+)"', part)
        if found is None:
            return shown
        path = found[1].replace("&amp;", "&")
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("role", ROLES)
def test_a_record_s_timeline_shows_no_more(app: Flask, db: Database, team: Team, role: Role) -> None:
    anna = add_client(db, team.owner, name="Anna")
    written = []
    for action, entity in (("token.made", "token"), ("unheard.made", "unheard"), ("note.made", "note")):
        facts = {"text": fact_of(action)}
        entry = db.write(record, team.owner, action, entity, 1, after=facts, subject=("client", anna.id))
        seen = EVERYBODY if entity == "note" else ADMINS
        shown_to: set[str] = {"note": EVERYBODY, "token": set[str](), "unheard": ADMINS}[entity]
        written.append(Written(entry, action, entity, 1, seen, shown_to))
    client = client_of(app, db, team.of_role(role))
    check(pages_of(client, f"/api/clients/{anna.id}/activities?"), written, role, "timeline")
    page = client.get(f"/clients/{anna.id}").get_data(as_text=True)
    assert [entry.action for entry in written if entry.fact in page and role not in entry.shown_to] == []


@pytest.mark.parametrize("role", ["owner", "admin", "member"])
def test_what_is_hidden_cannot_be_undone_and_is_as_if_it_were_not_there(
    app: Flask, db: Database, team: Team, role: Role
) -> None:
    client = client_of(app, db, team.of_role(role))
    for entry in write_all(db, team):
        if role not in entry.seen_by:
            assert client.post(f"/api/activities/{entry.id}/undo").status_code == 404, entry.action
            assert client.post(f"/activity/{entry.id}/undo").status_code == 404, entry.action
