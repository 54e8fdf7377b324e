"""Merging clients in tests, with something in each place that points to one."""

from io import BytesIO
from typing import Any

from crm.clients.client import Client, get_client
from crm.clients.consent_fields import ConsentFields
from crm.clients.consents import add_consent
from crm.clients.merge_fields import ClientMerge, ClientUnmerge
from crm.clients.merge_moves import places_of
from crm.clients.merges import merge_clients
from crm.clients.picture import set_picture
from crm.clients.trash import delete_client
from crm.clients.unmerging import Separated, unmerge_client
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.db.transaction import Transaction
from crm.documents.fields import QuoteFields
from crm.documents.invoice_fields import InvoiceFields
from crm.documents.invoices import create_invoice
from crm.documents.quotes import create_quote
from crm.fields import parse_fields
from crm.files.files import attach_file
from crm.files.uploads import stored_upload
from crm.kinds import KINDS
from crm.vault import Vault
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task
from tests.support import samples
from tests.support.arrivals import arrive, rows
from tests.support.clients import add_client
from tests.support.deals import add_deal
from tests.support.leads import add_lead, furnish
from tests.support.whatsapp import KEY, connect, text

# What a merge and its way back may leave different: versions go on, and the ledger tells of both.
GOES_ON = {"version", "updated_at", "pulse"}


def merge(db: Database, who: Actor, into: Client, other: Client, **asked: Any) -> Client:
    asked = {"other_id": other.id, **asked}
    return db.write(merge_clients, who, into.id, parse_fields(ClientMerge, asked))


def unmerge(db: Database, who: Actor, client: Client, **keep: str) -> Separated:
    return db.write(unmerge_client, who, client.id, parse_fields(ClientUnmerge, {"keep": keep}))


def everything(db: Database) -> dict[str, list[dict[str, Any]]]:
    """All rows that a merge can change, by table."""
    tables = {place.table for place in places_of(KINDS)} | {"clients", "record_tags"}
    return {
        table: [
            {name: value for name, value in row.items() if name not in GOES_ON}
            for row in rows(db, f"SELECT * FROM {table} ORDER BY 1, 2, 3")
        ]
        for table in sorted(tables)
    }


def fill(db: Database, settings: Settings, who: Actor, client: Client) -> None:
    """Something in each place that points to the client, live and in the trash."""
    about = {"subject": "client", "subject_id": client.id}
    db.write(add_note, who, NoteFields.model_validate({"text": "Called", **about}))
    db.write(create_task, who, TaskFields.model_validate({"title": "Call back", **about}))
    add_lead(db, who, title="Roof", client_id=client.id)
    add_deal(db, who, client_id=client.id)
    db.write(create_quote, who, parse_fields(QuoteFields, {"title": "Roof", "client_id": client.id}))
    bill = {"client_id": client.id, "lines": [{"title": "Roof", "quantity": 1, "unit_price": "100"}]}
    db.write(create_invoice, who, parse_fields(InvoiceFields, bill))
    store, workspace = file_store(settings), int(who.workspace_id or 0)
    with stored_upload(store, workspace, "letter.txt", BytesIO(b"letter"), limit=100) as upload:
        db.write(attach_file, who, "client", client.id, upload)
    with stored_upload(
        store, workspace, "a.png", BytesIO(samples.picture()), limit=100_000, picture=True
    ) as upload:
        db.write(set_picture, who, client.id, upload)
    agreed = parse_fields(ConsentFields, {"channel": "email", "state": "opted_in"})
    db.write(add_consent, who, client.id, agreed)
    db.write(_fill_by_hand, who, client.id)


def _fill_by_hand(tx: Transaction, client_id: int) -> None:
    """What only strangers or imports bring."""
    first = tx.value("SELECT min(id) FROM conversations WHERE workspace_id = :workspace_id")
    sql = "UPDATE conversations SET client_id = :client_id WHERE workspace_id = :workspace_id"
    tx.run(sql, client_id=client_id)
    tx.run(
        """
        INSERT INTO conversation_twins (workspace_id, conversation_id, client_id, reason, created_at)
        VALUES (:workspace_id, :conversation_id, :client_id, 'the same phone number', :now)
        """,
        conversation_id=first,
        client_id=client_id,
    )
    tx.run(
        """
        INSERT INTO channel_news (workspace_id, event_id, channel_id, client_id, kind, said, is_serious, at)
        SELECT workspace_id, id, channel_id, :client_id, 'x', 'x', 0, :now
          FROM inbound_events
         WHERE workspace_id = :workspace_id
         LIMIT 1
        """,
        client_id=client_id,
    )
    tx.run(
        """
        INSERT INTO external_ids (workspace_id, source, external_id, subject, subject_id)
        VALUES (:workspace_id, 'hubspot', 'A-1', 'client', :client_id)
        """,
        client_id=client_id,
    )


def two_companies(db: Database, settings: Settings, who: Actor) -> tuple[Client, Client]:
    """The second with something in each place."""
    furnish(db, who)
    vault = Vault(KEY)
    connect(db, who, vault)
    arrive(db, vault, text("wamid.1"))
    winner = add_client(db, who, kind="company", name="Müller", tags=["VIP"])
    loser = add_client(
        db, who, kind="company", name="Mueller GmbH", email="a@mueller.de", tags=["vip", "Berlin"]
    )
    add_client(db, who, name="Eva", company_id=loser.id)
    gone = add_client(db, who, name="Gone", company_id=loser.id)
    db.write(delete_client, who, gone.id)
    third = add_client(db, who, kind="company", name="Third")
    roles = [{"company_id": third.id}, {"company_id": loser.id, "role": "Adviser"}]
    add_client(db, who, name="Ida", companies=roles)
    fill(db, settings, who, loser)
    return winner, db.read(get_client, who, loser.id)
