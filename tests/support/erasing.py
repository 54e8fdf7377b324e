"""A person with something of everything, and what is left of them in the files of an appliance."""

import hashlib
import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import apsw
from flask.testing import FlaskClient

from crm.config import Settings
from crm.conversations.inbound.deliveries import Delivery, receive_delivery
from crm.conversations.whatsapp.kind import WHATSAPP
from crm.conversations.writing.fields import Words
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.vault import Vault
from tests.support.arrivals import arrive
from tests.support.imports import upload as upload_import
from tests.support.leads import furnish
from tests.support.talk import write
from tests.support.whatsapp import CUSTOMER, KEY, connect, delivery, signature, text

NAME = "Zoltan Quixotry"
WORDS = (
    NAME, "Zoltan Earlier", "zq.main@erase.example", "zq.other@erase.example", f"{CUSTOMER}",
    "Kumquat Lane 9", "birdwatching-note", "narwhal-call", "ocelot-task", "ocelot-details",
    "pangolin-lead", "pangolin-details",
    "quokka-inbound", "quokka-outbound", "axolotl-custom", "capybara-file", "capybara-content",
    "vole-waiting", "vole-quarantined", "vole-undecided",
    "Kerry Fisher", "Zed Quixotry", "merged-note-tapir", "heron-on-lead", "zq-view",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    client_id: int
    merged_id: int
    lead_id: int
    note_id: int
    task_id: int
    file_id: int
    bystander_id: int
    bystander_note_id: int


def add_person(db: Database, settings: Settings, owner: Actor, web: FlaskClient) -> Person:
    """With records of other people beside them, which point to them too."""
    furnish(db, owner)
    field = _made(web, "/api/custom-fields", kind="client", field_type="text", label="Animal")
    person = _made(web, "/api/clients", name="Zoltan Earlier", allow_duplicate=True)
    client_id = person["id"]
    facts: dict[str, Any] = {
        "name": NAME,
        "phone": f"+{CUSTOMER}",
        "emails": [{"email": "zq.main@erase.example"}, {"email": "zq.other@erase.example"}],
        "address": "Kumquat Lane 9",
        "notes": "birdwatching-note " * 500,
        "tags": ["VIP"],
        "custom": {field["key"]: "axolotl-custom"},
    }
    assert web.patch(f"/api/clients/{client_id}", json=facts).status_code == 200
    about = {"subject": "client", "subject_id": client_id}
    note = _made(web, "/api/notes", text="birdwatching-note", **about)
    _made(web, "/api/notes", kind="call", text="narwhal-call", minutes=3, direction="in", **about)
    task = _made(web, "/api/tasks", title="ocelot-task", details="ocelot-details", **about)
    lead = _made(web, "/api/leads", title="pangolin-lead", details="pangolin-details", client_id=client_id)
    _made(web, "/api/notes", text="heron-on-lead", subject="lead", subject_id=lead["id"])
    file_id = _attached(web, client_id)
    merged_id = _merged(web, client_id)
    _talk(db, owner)
    _words(web, settings, db, owner)
    bystander = _made(web, "/api/clients", name="Berta Bystander", notes="stays as it is")
    bystander_note = _made(
        web, "/api/notes", text="about the weather", subject="client", subject_id=bystander["id"]
    )
    return Person(
        client_id,
        merged_id,
        lead["id"],
        note["id"],
        task["id"],
        file_id,
        bystander["id"],
        bystander_note["id"],
    )


def _made(web: FlaskClient, place: str, **given: Any) -> dict[str, Any]:
    """Each by a request that may be repeated, so that its answer is kept."""
    answer = web.post(place, json=given, headers={"Idempotency-Key": key_of(place, given)})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()["data"]
    return found


def key_of(place: str, given: dict[str, Any]) -> str:
    """It says nothing of the person."""
    return hashlib.sha256(repr((place, sorted(given.items()))).encode()).hexdigest()


def _attached(web: FlaskClient, client_id: int) -> int:
    file = (BytesIO(b"capybara-content"), "capybara-file.txt")
    answer = web.post(f"/api/clients/{client_id}/files", data={"file": file})
    assert answer.status_code == 201, answer.text
    return int(answer.get_json()["data"]["id"])


def _merged(web: FlaskClient, client_id: int) -> int:
    other = _made(web, "/api/clients", name="Zed Quixotry", notes="merged-note-tapir", allow_duplicate=True)
    answer = web.post(f"/api/clients/{client_id}/merge", json={"other_id": other["id"]})
    assert answer.status_code == 200, answer.text
    return int(other["id"])


def _talk(db: Database, owner: Actor) -> None:
    vault = Vault(KEY)
    connect(db, owner, vault)
    arrive(db, vault, text("wamid.1", "quokka-inbound"))
    _unread(db, owner, vault)
    write(db, owner, Words(text="quokka-outbound"))


def _unread(db: Database, owner: Actor, vault: Vault) -> None:
    """What arrived and is no message yet: one event waits, one was refused, one may be of several."""
    for number, word in enumerate(("vole-waiting", "vole-quarantined"), start=2):
        raw = delivery(text(f"wamid.{number}", word))
        assert receive_delivery(db, vault, Delivery(WHATSAPP, raw, signature(raw)), "request").accepted
    db.write(_set_apart, owner, raw)


def _set_apart(tx: Transaction, raw: bytes) -> None:
    tx.run(
        """
        UPDATE inbound_events
           SET state = 'quarantined', problem = 'refused'
         WHERE workspace_id = :workspace_id
           AND event_key LIKE '%wamid.3%'
        """
    )
    tx.run(
        """
        INSERT INTO undecided_deliveries (event_key, number, channel_ids, payload, due_at, received_at)
        SELECT 'message wamid.4', NULL, '[' || id || ']', :payload, :now, :now
          FROM channels
         WHERE workspace_id = :workspace_id
        """,
        payload=raw.replace(b"vole-quarantined", b"vole-undecided"),
    )


def _words(web: FlaskClient, settings: Settings, db: Database, owner: Actor) -> None:
    """What names the person without pointing to them."""
    view = {"list": "clients", "name": "zq-view", "query": f"q={NAME.replace(' ', '+')}"}
    assert web.post("/api/views", json=view).status_code == 201
    assert web.get("/api/clients/export", query_string={"format": "csv", "q": NAME}).status_code == 200
    upload_import(settings, db, owner, f"Name;E-Mail\n{NAME};zq.main@erase.example\n")


def left_in_files(settings: Settings, words: tuple[str, ...] = WORDS) -> dict[str, list[str]]:
    """The words that are somewhere in the files of the appliance but in backups, with the files' names."""
    found = left_of(settings.sqlite_path.parent, words)
    for word, names in left_of(settings.upload_folder, words).items():
        found.setdefault(word, []).extend(names)
    return found


def left_of(folder: Path, words: tuple[str, ...]) -> dict[str, list[str]]:
    """The words that are somewhere in the files of a folder, with the files' names."""
    found: dict[str, list[str]] = {}
    for path in folder.rglob("*"):
        content = _content(path)
        for word in words:
            if word.lower().encode() in content:
                found.setdefault(word, []).append(path.name)
    return found


def _content(path: Path) -> bytes:
    return path.read_bytes().lower() if path.is_file() else b""


def grams_in_searches(settings: Settings) -> set[str]:
    """All grams that the search indexes hold, those of removed rows too as long as they are there."""
    connection = apsw.Connection(str(settings.sqlite_path), flags=apsw.SQLITE_OPEN_READONLY)
    tables = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual'"
    found: set[str] = set()
    for (name,) in connection.execute(tables).fetchall():
        connection.execute(f"CREATE VIRTUAL TABLE temp.v_{name} USING fts5vocab('main', '{name}', 'row')")
        found |= {str(term) for (term,) in connection.execute(f"SELECT term FROM temp.v_{name}")}
    connection.close()
    return found


def erase_by_api(web: Any, client_id: int, **given: Any) -> Any:
    """The answer to the second call, confirmed; to the first where that is refused for good."""
    place = f"/api/clients/{client_id}/erase"
    asked = web.post(place, json=given)
    confirmation = json.loads(asked.text).get("confirmation")
    return web.post(place, json={**given, "confirmation": confirmation}) if confirmation else asked
