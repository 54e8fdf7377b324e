"""Lead, conversation and client are made as one, however many ask at once and wherever it fails."""

from typing import Any

import pytest

from crm.clients.clients import create_client
from crm.clients.fields import ClientFields
from crm.conversations.leads.pair_fields import NewLead, NewLeadOperations
from crm.conversations.leads.pairs import PairedLead, change_many_leads_and_pairs, create_lead_or_pair
from crm.conversations.thread.conversation import get_conversation
from crm.conversations.thread.opening import set_status
from crm.db.database import Database
from crm.db.failures import IntegrityConflict
from crm.errors import Invalid
from crm.fields import parse_fields
from crm.leads.lead import Lead
from crm.leads.trash import delete_lead
from tests.support.arrivals import rows, value
from tests.support.cast import Cast
from tests.support.faults import contents, failing
from tests.support.leads import put_card, stages_of
from tests.support.threads import run_in_threads

PHONE = "+4915112345678"


def create(db: Database, cast: Cast, **given: Any) -> Lead:
    fields = parse_fields(NewLead, {"customer_phone": PHONE, **given})
    return db.write(create_lead_or_pair, cast.owner, fields)


def pair(db: Database, cast: Cast, **given: Any) -> PairedLead:
    made = create(db, cast, **given)
    assert isinstance(made, PairedLead)
    return made


def counts(db: Database) -> tuple[int, ...]:
    """Of clients, conversations, leads and links between them."""
    tables = ("clients", "conversations", "leads", "conversation_leads")
    return tuple(value(db, f"SELECT count(*) FROM {table}") for table in tables)


def test_all_three_are_made_and_belong_together(db: Database, cast: Cast) -> None:
    made = pair(db, cast, customer_name="Ann", type="order", details="two chairs", value=150)
    assert made.created
    assert (made.title, made.type, made.details, made.status, made.value) == (
        "Ann",
        "order",
        "two chairs",
        "new",
        150,
    )
    conversation = db.read(get_conversation, cast.owner, made.conversation_id)
    assert (conversation.client_id, conversation.client_name, conversation.status) == (
        made.client_id,
        "Ann",
        "active",
    )
    linked = rows(db, "SELECT conversation_id, lead_id FROM conversation_leads")
    assert linked == [{"conversation_id": made.conversation_id, "lead_id": made.lead_id}]
    actions = [row["action"] for row in rows(db, "SELECT action FROM activities ORDER BY seq DESC LIMIT 3")]
    assert actions == ["lead.created", "conversation.created", "client.created"]


def test_statuses_are_as_asked(db: Database, cast: Cast) -> None:
    made = pair(db, cast, conversation_status="closed", lead_status="waiting")
    assert made.status == "waiting"
    assert db.read(get_conversation, cast.owner, made.conversation_id).status == "closed"


def test_a_client_is_found_by_phone_however_it_is_written(db: Database, cast: Cast) -> None:
    known = db.write(create_client, cast.owner, parse_fields(ClientFields, {"name": "Ann", "phone": PHONE}))
    for written in ("+49 151 1234-5678", "4915112345678", "0049 151 12345678"):
        made = pair(db, cast, customer_phone=written, customer_name="Somebody else")
        assert (made.client_id, made.client_name) == (known.id, "Ann")
    assert value(db, "SELECT count(*) FROM clients") == 1


def test_fifty_first_messages_at_once_make_one_of_each(db: Database, cast: Cast) -> None:
    made = run_in_threads(lambda n: pair(db, cast, customer_name="Ann", details=f"message {n}"), 50)
    assert counts(db) == (1, 1, 1, 1)
    assert len({(each.lead_id, each.conversation_id, each.client_id) for each in made}) == 1
    assert sum(each.created for each in made) == 1
    kept = {row["body"] for row in rows(db, "SELECT body FROM messages")}
    details = value(db, "SELECT details FROM leads")
    assert kept | {details} == {f"message {n}" for n in range(50)}


def test_the_schema_itself_allows_one_conversation_and_one_current_lead(db: Database, cast: Cast) -> None:
    pair(db, cast)
    twin = """
        INSERT INTO conversations (workspace_id, medium, phone, phone_key, status, last_message_at, pulse,
                                   created_at, updated_at)
        SELECT workspace_id, medium, phone, phone_key, status, last_message_at, pulse + 1,
               created_at, updated_at
          FROM conversations
         WHERE workspace_id = :workspace_id
    """
    rival = """
        INSERT INTO conversation_leads (workspace_id, conversation_id, lead_id, is_current, created_at)
        SELECT workspace_id, conversation_id, lead_id + 1, 1, created_at
          FROM conversation_leads
         WHERE workspace_id = :workspace_id
    """
    for sql in (twin, rival):
        with pytest.raises(IntegrityConflict):
            db.write(lambda tx, sql=sql: tx.run(sql), cast.owner)  # type: ignore[misc]


def test_a_customer_whose_lead_is_decided_or_deleted_gets_a_new_one(db: Database, cast: Cast) -> None:
    first = pair(db, cast)
    put_card(db, cast.owner, first.lead_id, stages_of(db, cast.owner)["Won"])
    second = pair(db, cast)
    db.write(delete_lead, cast.owner, second.lead_id)
    third = pair(db, cast)
    assert len({first.lead_id, second.lead_id, third.lead_id}) == 3
    assert counts(db) == (1, 1, 3, 3)
    assert value(db, "SELECT lead_id FROM conversation_leads WHERE is_current = 1") == third.lead_id


def test_a_closed_conversation_is_reopened(db: Database, cast: Cast) -> None:
    made = pair(db, cast)
    conversation = db.read(get_conversation, cast.owner, made.conversation_id)
    db.write(set_status, cast.owner, conversation, "closed")
    assert pair(db, cast).conversation_id == made.conversation_id
    assert db.read(get_conversation, cast.owner, made.conversation_id).status == "active"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"type": "no such type"}, "type"),
        ({"customer_phone": "12"}, "customer_phone"),
        ({"customer_phone": "99151123456789"}, "customer_phone"),
        ({"stage_id": 999}, "stage_id"),
        ({"owner_id": 999}, "owner_id"),
        ({"client_id": 1}, "client_id"),
        ({"lead_status": "won"}, "lead_status"),
    ],
)
def test_what_is_invalid_leaves_no_row_of_any_kind(
    db: Database, cast: Cast, given: dict[str, Any], field: str
) -> None:
    before = contents(db)
    with pytest.raises(Invalid) as caught:
        create(db, cast, **given)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert contents(db) == before


@pytest.mark.parametrize(
    "table", ["clients", "conversations", "leads", "conversation_leads", "stage_stays", "activities"]
)
def test_a_failure_at_any_write_leaves_no_row_of_any_kind(db: Database, cast: Cast, table: str) -> None:
    before = contents(db)
    with failing(db, table), pytest.raises(IntegrityConflict):
        create(db, cast, customer_name="Ann", details="x")
    assert contents(db) == before


def test_without_a_phone_it_is_a_lead_alone_and_needs_a_title(db: Database, cast: Cast) -> None:
    alone = db.write(create_lead_or_pair, cast.owner, parse_fields(NewLead, {"title": "Roof"}))
    assert type(alone) is Lead
    with pytest.raises(Invalid) as caught:
        db.write(create_lead_or_pair, cast.owner, parse_fields(NewLead, {"customer_name": "Ann"}))
    assert {problem.field for problem in caught.value.problems} == {"title", "customer_name"}


def test_pairs_among_many_operations_are_made_all_or_none(db: Database, cast: Cast) -> None:
    good = {"op": "create", "fields": {"customer_phone": PHONE, "customer_name": "Ann"}}
    alone = {"op": "create", "fields": {"title": "Roof"}}
    bad = {"op": "create", "fields": {"customer_phone": "12"}}
    with pytest.raises(Invalid) as caught:
        change_many(db, cast, [good, alone, bad])
    assert [problem.field for problem in caught.value.problems] == ["operations.2.customer_phone"]
    assert counts(db) == (0, 0, 0, 0)
    change_many(db, cast, [good, alone, good])
    assert counts(db) == (1, 1, 2, 1)


def change_many(db: Database, cast: Cast, operations: list[dict[str, Any]]) -> None:
    given = parse_fields(NewLeadOperations, {"operations": operations})
    db.write(change_many_leads_and_pairs, cast.owner, given.operations)


@pytest.mark.parametrize(
    ("field", "given"), [("type", "nonsense"), ("owner_id", 999), ("stage_id", 999), ("currency", "XXQ")]
)
def test_what_is_asked_of_a_lead_that_is_there_is_checked_as_for_a_new_one(
    db: Database, cast: Cast, field: str, given: Any
) -> None:
    pair(db, cast)
    before = contents(db)
    with pytest.raises(Invalid) as refusal:
        pair(db, cast, **{field: given})
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert contents(db) == before


def test_new_details_of_a_lead_that_is_there_are_kept_as_a_note(db: Database, cast: Cast) -> None:
    first = pair(db, cast, title="Chairs", details="two", value=150)
    again = pair(db, cast, title="A table", details="round", value=900, tags=["oak", "rush"], type="order")
    assert (again.id, again.title, again.created) == (first.id, "Chairs", False)
    notes = "SELECT body FROM messages WHERE direction = 'note'"
    assert value(db, notes).splitlines() == [
        "title: A table",
        "value: 900",
        "type: order",
        "tags: oak, rush",
        "round",
    ]
    pair(db, cast, title="Chairs", details="two", value=150)
    assert len(rows(db, notes)) == 1
