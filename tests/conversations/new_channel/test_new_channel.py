"""A kind of channel that no file of the program knows takes in, converses and sends by its description."""

import io
from dataclasses import dataclass

import pytest

from crm.config import Settings
from crm.conversations.channel_kinds import CHANNEL_KINDS
from crm.conversations.channels.channels import (
    Channel,
    change_channel,
    connect_channel,
    disconnect_channel,
    get_channel,
    open_line,
    show_channel,
)
from crm.conversations.channels.resealing import reseal_numbers
from crm.conversations.inbound.deliveries import Delivery, Receipt, receive_delivery
from crm.conversations.inbound.events import list_quarantined
from crm.conversations.inbound.projection import project_due
from crm.conversations.jobs import load_media
from crm.conversations.leads.leads import begin_lead, leads_of
from crm.conversations.outbound.sending import Post, send_due
from crm.conversations.reconciling import reconcile
from crm.conversations.templates.fields import TemplateUse
from crm.conversations.thread.conversation import get_conversation
from crm.conversations.thread.inbox import InboxFilter, list_conversations
from crm.conversations.thread.thread import list_messages
from crm.conversations.writing.fields import Words
from crm.conversations.writing.writing import Written, write_message
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid
from crm.files.files import attach_file
from crm.files.uploads import stored_upload
from crm.vault import Vault
from tests.conversations.new_channel.courier import (
    COURIER,
    Box,
    BoxChanges,
    BoxFields,
    letter,
    letters_in,
    parcel,
)
from tests.support.cast import Cast
from tests.support.samples import picture
from tests.support.whatsapp import connect

KINDS = {**CHANNEL_KINDS, COURIER.name: COURIER}
WORD = "the word of the box"


@dataclass(frozen=True, slots=True)
class Office:
    """A workspace with a box to which couriers come, beside a number of WhatsApp."""

    db: Database
    cast: Cast
    vault: Vault
    settings: Settings
    box: Channel

    def receive(self, *letters: dict[str, object], word: str = WORD) -> Receipt:
        delivery = Delivery(COURIER, parcel(*letters), word)
        receipt = receive_delivery(self.db, self.vault, delivery, "request")
        project_due(self.db, KINDS)
        return receipt

    def conversation_ids(self) -> list[int]:
        page = self.db.read(list_conversations, self.cast.owner, InboxFilter("all"), limit=10)
        return [each.id for each in page.rows]

    def write(self, words: Words) -> Written:
        (conversation_id,) = self.conversation_ids()

        def compose(tx: Transaction) -> Written:
            return write_message(tx, get_conversation(tx, conversation_id), words, kinds=KINDS)

        return self.db.write(compose, self.cast.owner)

    def change(self, changes: BoxChanges) -> Channel:
        return self.db.write(
            lambda tx: change_channel(tx, self.vault, self.box.id, changes, kinds=KINDS), self.cast.owner
        )

    def send(self) -> int:
        post = Post(self.vault, load_media(self.settings, KINDS), file_store(self.settings))
        return send_due(self.db, post)


@pytest.fixture
def office(db: Database, cast: Cast, vault: Vault, settings: Settings) -> Office:
    connect(db, cast.owner, vault)
    fields = BoxFields(box="box-7", word=WORD)
    return Office(db, cast, vault, settings, db.write(connect_channel, cast.owner, vault, COURIER, fields))


def test_a_delivery_becomes_a_conversation_with_its_client_and_lead(office: Office) -> None:
    assert office.receive(letter("l1", "Good day"), letter("l2", "I forgot to ask")).accepted
    (conversation_id,) = office.conversation_ids()
    conversation = office.db.read(get_conversation, office.cast.owner, conversation_id)
    assert (conversation.medium, conversation.user_id, conversation.phone) == (
        "courier",
        "ann@example.com",
        None,
    )
    assert (conversation.client_name, conversation.unread, conversation.window_until) == ("Ann Lee", 2, None)
    messages = office.db.read(list_messages, office.cast.owner, conversation_id, limit=10).rows
    assert [each.body for each in messages] == ["I forgot to ask", "Good day"]
    (lead,) = office.db.read(leads_of, office.cast.owner, conversation_id)
    assert (lead["title"], lead["is_current"]) == ("Ann Lee", 1)


def test_what_is_delivered_twice_or_unsigned_or_unreadable_is_treated_as_with_any_channel(
    office: Office,
) -> None:
    office.receive(letter("l1", "Good day"))
    office.receive(letter("l1", "Good day"))
    assert not office.receive(letter("l2", "Forged"), word="another").accepted
    empty = letter("l3", "")
    empty.pop("text")
    office.receive(empty)
    (event,) = office.db.read(list_quarantined, office.cast.owner, limit=10).rows
    assert event.problem == "an empty letter"
    balance = office.db.read(reconcile, office.cast.owner)
    assert balance.even and (balance.messages, balance.quarantined) == (1, 1)


def test_an_answer_goes_out_by_the_sender_that_the_description_names(office: Office) -> None:
    office.receive(letter("l1", "Good day"))
    written = office.write(Words(text="Good evening"))
    assert written.window_open and written.window_until is None
    assert office.send() == 1
    (sent,) = letters_in(office.settings)
    assert sent == {
        "from": "box-7",
        "to": "ann@example.com",
        "kind": "text",
        "text": "Good evening",
        "enclosed": None,
        "word": WORD,
    }


def test_files_go_by_the_kinds_and_limits_of_the_channel(office: Office) -> None:
    office.receive(letter("l1", "Good day"))
    (conversation_id,) = office.conversation_ids()
    client_id = office.db.read(get_conversation, office.cast.owner, conversation_id).client_id
    assert client_id is not None
    store, workspace_id = file_store(office.settings), office.cast.owner.workspace_id or 0
    with stored_upload(store, workspace_id, "a.png", io.BytesIO(picture()), limit=100_000) as upload:
        file = office.db.write(attach_file, office.cast.owner, "client", client_id, upload)
    with pytest.raises(Invalid, match="at most 20"):
        office.write(Words(text="x" * 21, file_id=file.id))
    office.write(Words(text="See here", file_id=file.id))
    assert office.send() == 1
    (sent,) = letters_in(office.settings)
    assert (sent["kind"], sent["enclosed"]) == ("image", "enclosed a.png")


def test_templates_and_missing_channels_are_refused_in_its_own_words(office: Office) -> None:
    office.receive(letter("l1", "Good day"))
    with pytest.raises(Invalid) as refusal:
        office.write(Words(template=TemplateUse(name="order_ready")))
    assert refusal.value.problems[0].field == "template"

    def disconnect(tx: Transaction) -> None:
        disconnect_channel(tx, office.box.id, kinds=KINDS)

    office.db.write(disconnect, office.cast.owner)
    with pytest.raises(Conflict, match="No courier is at hand"):
        office.write(Words(text="Good evening"))


def test_it_is_set_up_changed_and_resealed_by_its_own_fields(office: Office) -> None:
    shown = show_channel(office.change(BoxChanges(word="new word", create_leads=False)), KINDS)
    assert isinstance(shown, Box)
    assert (shown.box, shown.create_leads) == ("box-7", False)
    assert office.db.write(lambda tx: reseal_numbers(tx, office.vault, KINDS), SYSTEM).unreadable == 0
    line = office.db.read(open_line, office.cast.owner, office.vault, office.box.id)
    assert (line.address, line.secrets["word"]) == ("box-7", "new word")
    assert office.db.read(get_channel, office.cast.owner, office.box.id).version == 2


def test_a_lead_begun_by_hand_has_its_label_as_source(office: Office) -> None:
    office.db.write(
        lambda tx: change_channel(
            tx, office.vault, office.box.id, BoxChanges(create_leads=False), kinds=KINDS
        ),
        office.cast.owner,
    )
    office.receive(letter("l1", "Good day"))
    (conversation_id,) = office.conversation_ids()
    lead = office.db.write(lambda tx: begin_lead(tx, conversation_id, KINDS), office.cast.owner)
    assert lead.source == "Courier"
