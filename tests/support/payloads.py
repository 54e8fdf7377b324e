"""The forms in which WhatsApp delivers in 2026, with what must become of each, and a number for them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm.activity.chain import verify_chain
from crm.conversations.inbound.deliveries import Delivery, receive_delivery
from crm.conversations.inbound.projection import project_due
from crm.conversations.reconciling import reconcile
from crm.conversations.thread.conversation import Conversation, get_conversation
from crm.conversations.thread.thread import Message, list_messages
from crm.conversations.whatsapp.kind import WHATSAPP
from crm.db.database import Database
from crm.vault import Vault
from tests.support.arrivals import rows
from tests.support.cast import Cast
from tests.support.whatsapp import APP_SECRET, connect, signature

PAYLOADS = Path(__file__).parent.parent / "conversations/whatsapp/payloads.jsonl"
NUMBER = "100000000000001"


@dataclass(frozen=True, slots=True)
class Payload:
    kind: str
    name: str
    document: dict[str, Any]
    expect: str


def load_payloads() -> list[Payload]:
    lines = PAYLOADS.read_text(encoding="utf-8").splitlines()
    parsed = [json.loads(line) for line in lines]
    return [Payload(each["kind"], each["name"], each["payload"], each["expect"]) for each in parsed]


@dataclass(frozen=True, slots=True)
class Phone:
    """A connected number, and what came of what it was delivered."""

    db: Database
    cast: Cast
    vault: Vault

    def deliver(self, *documents: dict[str, Any], project: bool = True) -> None:
        for document in documents:
            raw = json.dumps(document).encode()
            posted = Delivery(WHATSAPP, raw, signature(raw, APP_SECRET))
            receipt = receive_delivery(self.db, self.vault, posted, "request")
            assert receipt.accepted
        if project:
            self.project()

    def project(self) -> None:
        project_due(self.db)

    def named(self, *names: str) -> None:
        """Deliver these forms, one after another."""
        self.deliver(*(BY_NAME[name].document for name in names))

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return rows(self.db, sql)

    def value(self, sql: str) -> Any:
        found = rows(self.db, sql)
        return next(iter(found[0].values())) if found else None

    def conversations(self) -> list[Conversation]:
        ids = [row["id"] for row in self.rows("SELECT id FROM conversations ORDER BY id")]
        return [self.db.read(get_conversation, self.cast.owner, each) for each in ids]

    def messages(self) -> list[Message]:
        """Of all conversations, the oldest first; without reactions."""
        found: list[Message] = []
        for each in self.conversations():
            page = self.db.read(list_messages, self.cast.owner, each.id, limit=200)
            found += reversed(page.rows)
        return found

    def quarantined(self) -> list[str]:
        return [
            row["problem"]
            for row in self.rows("SELECT problem FROM inbound_events WHERE state = 'quarantined'")
        ]

    def counts(self) -> dict[str, int]:
        return {table: int(self.value(f"SELECT count(*) FROM {table}")) for table in COUNTED}

    def check(self) -> None:
        """What holds whatever arrived."""
        balance = self.db.read(reconcile, self.cast.owner)
        assert balance.differences == {}, balance
        assert self.db.read(verify_chain, self.cast.owner).complete
        assert self.value("SELECT count(*) FROM inbound_events WHERE state = 'waiting'") == 0
        broken = [
            each
            for each in self.quarantined()
            if each.startswith(("TypeError", "KeyError", "ConstraintError"))
        ]
        assert broken == []
        for silent in self.rows("SELECT is_news FROM messages WHERE kind IN ('reaction', 'system', 'call')"):
            assert silent["is_news"] == 0


COUNTED = ("clients", "conversations", "leads", "messages")
BY_NAME = {each.name: each for each in load_payloads()}


def connected(db: Database, cast: Cast, vault: Vault) -> Phone:
    connect(
        db,
        cast.owner,
        vault,
        phone_number_id=NUMBER,
        display_phone="+15550100001",
        business_account_id="200000000000001",
    )
    return Phone(db, cast, vault)
