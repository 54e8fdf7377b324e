"""Where a kind says that not everybody sees all its records, no way to them shows more."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm.config import Settings
from crm.conversations.thread.conversation import get_conversation
from crm.conversations.thread.inbox import InboxFilter, list_conversations
from crm.conversations.writing.fields import Words
from crm.conversations.writing.writing import write_message
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.files.files import attach_file
from crm.files.uploads import stored_upload
from crm.leads.closing import win_lead
from crm.vault import Vault
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task
from tests.support.api import client_of, problem_of
from tests.support.arrivals import arrive
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.leads import add_lead, furnish
from tests.support.whatsapp import CUSTOMER, KEY, connect, text

WAYS = (
    "/api/{list}", "/api/{list}?q=hidden", "/api/{list}?sort=-updated_at", "/{list}", "/{list}?q=hidden",
    "/search?q=hidden", "/search/palette?q=hidden", "/api/activities", "/api/activities/export", "/activity",
    "/activity/export", "/", "/my-day", "/api/tasks", "/tasks?assignee_id=0", "/clients/suggest?q=hidden",
    "/board", "/files",
)  # fmt: skip


def add(db: Database, who: Actor, kind: str, name: str) -> int:
    """With a note and a task about it."""
    record_id: int
    if kind == "lead":
        record_id = add_lead(db, who, title=name, owner_id=who.user_id).id
    else:
        record_id = add_client(db, who, name=name, owner_id=who.user_id).id
    db.write(add_note, who, NoteFields(subject=kind, subject_id=record_id, text=f"About {name}"))
    db.write(create_task, who, TaskFields(subject=kind, subject_id=record_id, title=f"Call {name}"))
    return record_id


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True).casefold()


def test_what_one_does_not_see_is_shown_nowhere_and_is_as_if_it_were_not_there(
    app: Flask, db: Database, cast: Cast, limited: str
) -> None:
    furnish(db, cast.owner)
    hidden, shown = (add(db, who, limited, name) for who, name in
                     ((cast.owner, "Hidden one"), (cast.colleague, "Shown one")))  # fmt: skip
    reader, owner = client_of(app, db, cast.colleague), client_of(app, db, cast.owner)
    listed = f"{limited}s"
    ways = [way.format(list=listed) for way in WAYS]
    assert [way for way in ways if "hidden one" in text_of(reader, way)] == []
    assert [way for way in ways[:1] + ways[3:4] if "shown one" not in text_of(reader, way)] == []
    assert reader.get(f"/api/{listed}/count").get_json()["data"]["total"] == 1
    entries = owner.get(f"/api/activities?entity={limited}&entity_id={hidden}").get_json()["data"]
    for method, path in (
        ("GET", f"/api/{listed}/{hidden}"), ("PATCH", f"/api/{listed}/{hidden}"),
        ("DELETE", f"/api/{listed}/{hidden}"), ("GET", f"/api/{listed}/{hidden}/activities"),
        ("GET", f"/api/{listed}/{hidden}/files"), ("GET", f"/{listed}/{hidden}"),
        ("GET", f"/{listed}/{hidden}/edit"), ("POST", f"/api/activities/{entries[0]['id']}/undo"),
        ("GET", "/api/notes/1"), ("GET", "/api/tasks/1"), ("GET", "/timeline/notes/1"),
        ("GET", "/tasks/1/edit"),
    ):  # fmt: skip
        body: dict[str, str] | None = {} if method == "PATCH" else None
        assert reader.open(path, method=method, json=body).status_code == 404, (method, path)
    about = {"subject": limited, "subject_id": hidden, "text": "x"}
    problem_of(reader.post("/api/notes", json=about), 422)
    assert reader.get(f"/api/{listed}/{shown}").status_code == 200
    assert owner.get(f"/api/{listed}/{hidden}").status_code == 200


EMAIL, VALUE = "zyxwold@example.org", "777777"
SEALED = Vault(KEY)


@pytest.fixture
def secrets(db: Database, cast: Cast, settings: Settings) -> None:
    """What only the owner looks after, tied to what the colleague does: `Shown` are theirs."""
    owner, colleague = cast.owner, cast.colleague
    furnish(db, owner)
    connect(db, owner, SEALED)
    company = add_client(db, owner, name="Zyxwold Ltd", kind="company", owner_id=owner.user_id)
    hidden = add_client(
        db, owner, name="Zyxwold one", email=EMAIL, phone=f"+{CUSTOMER}", owner_id=owner.user_id,
        company_id=company.id,
    )  # fmt: skip
    shown = add_client(db, owner, name="Shown one", owner_id=colleague.user_id, company_id=company.id)
    add_lead(db, owner, title="Shown roof", client_id=hidden.id, owner_id=colleague.user_id)
    of_shown = add_lead(
        db, owner, title="Zyxwold roof", client_id=shown.id, value=VALUE, owner_id=owner.user_id
    )
    db.write(win_lead, owner, of_shown.id)
    add_lead(db, owner, title="Zyxwold wall", client_id=shown.id, value=VALUE, owner_id=owner.user_id)
    arrive(db, SEALED, text("wamid.1", "Zyxwold speaks"), name="Zyxwold K")
    conversation = db.read(list_conversations, owner, InboxFilter(box="all"), limit=5).rows[0]
    words = Words(text="Zyxwold hears")
    db.write(lambda tx: write_message(tx, get_conversation(tx, conversation.id), words), owner)
    for subject, record_id in (("client", hidden.id), ("lead", of_shown.id)):
        db.write(
            add_note, owner, NoteFields(subject=subject, subject_id=record_id, text=f"Zyxwold {subject} note")
        )
        task = TaskFields(
            subject=subject,
            subject_id=record_id,
            title=f"Zyxwold {subject} task",
            assignee_id=colleague.user_id,
        )
        db.write(create_task, owner, task)
        with stored_upload(
            file_store(settings), owner.workspace_id or 0, f"zyxwold-{subject}.txt", BytesIO(b"x"), limit=9
        ) as upload:
            db.write(attach_file, owner, subject, record_id, upload)


HIDES = {
    "client": {
        "zyxwold one", "zyxwold ltd", EMAIL, "zyxwold k", "zyxwold speaks", "zyxwold hears",
        "zyxwold client note", "zyxwold client task", "zyxwold-client.txt",
    },
    "lead": {
        "zyxwold roof", "zyxwold wall", "777,777", "777777", "zyxwold lead note", "zyxwold lead task",
        "zyxwold-lead.txt",
    },
}  # fmt: skip


def addresses(app: Flask) -> Iterator[str]:
    """Of all that can be read, pages and API, with the first ids of each kind."""
    with app.test_request_context():
        urls = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            names = sorted(rule.arguments)
            if "GET" in (rule.methods or ()) and all(name.endswith("_id") for name in names):
                for number in (1, 2, 3) if names else (1,):
                    yield urls.build(rule.endpoint, dict.fromkeys(names, number))


def words_in(answer: TestResponse, limited: str) -> set[str]:
    text = answer.get_data().decode(errors="replace").casefold()
    answer.close()
    return {word for word in HIDES[limited] if word in text}


@pytest.mark.usefixtures("secrets")
@pytest.mark.timeout(240)
def test_no_page_and_no_answer_shows_what_its_reader_does_not_see(
    app: Flask, db: Database, cast: Cast, limited: str
) -> None:
    """Not in sums and reports, not in conversations, and not as the name of what a seen record belongs to."""
    reader, owner = client_of(app, db, cast.colleague), client_of(app, db, cast.owner)
    leaks, seen_by_owner, walked = [], set(), 0
    for address in addresses(app):
        answer = reader.get(address, follow_redirects=True)
        assert answer.status_code < 500 or address == "/api/health", address
        walked += answer.status_code == 200
        found = words_in(answer, limited)
        if found:
            leaks.append((address, found))
        seen_by_owner |= words_in(owner.get(address, follow_redirects=True), limited)
    assert leaks == []
    assert seen_by_owner == HIDES[limited] and walked > 100
