"""What customers say about marketing: STOP, START and the like, in the words of many languages."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from crm.activity import activity
from crm.conversations.people.wishes import keep_wish
from crm.conversations.thread.conversation import Conversation, get_conversation, subject_of
from crm.conversations.thread.opening import touch
from crm.conversations.transport.received import ReceivedMessage
from crm.db.transaction import Transaction
from crm.normal_forms import normalize

LONGEST = 60
SAID = frozenset({"text", "reply"})
"""Kinds of messages in which customers answer."""


def heed_words(tx: Transaction, conversation: Conversation, received: ReceivedMessage) -> None:
    """Who writes STOP alone gets no more marketing, and who then writes START gets it again."""
    if not received.is_word or received.kind not in SAID:
        return
    marketing = wish_in(received.body)
    if marketing is None or (marketing and conversation.marketing_stopped_at is None):
        return
    heed(tx, conversation, received.sent_at, marketing=marketing)


def heed(tx: Transaction, conversation: Conversation, at: str, *, marketing: bool) -> None:
    """Keep the wish with the conversation and its client, with its entry in the ledger."""
    keep_wish(tx, conversation.medium, conversation.client_id, at, marketing=marketing)
    tx.run(
        """
        UPDATE conversations
           SET marketing_stopped_at = :stopped_at
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=conversation.id,
        stopped_at=None if marketing else at,
    )
    touch(tx, conversation.id)
    action = "conversation.marketing_resumed" if marketing else "conversation.marketing_stopped"
    after = {"marketing_stopped_at": None if marketing else at}
    subject = subject_of(get_conversation(tx, conversation.id))
    activity.record(tx, action, "conversation", conversation.id, after=after, subject=subject)


def wish_in(text: str) -> bool | None:
    """Whether a message that says nothing else asks for marketing, or for none; None for other messages."""
    return _words().get(_plain(text)) if len(text) <= LONGEST else None


@cache
def _words() -> Mapping[str, bool]:
    text = (files("crm.conversations.inbound") / "opt_out_words.txt").read_text(encoding="utf-8")
    found: dict[str, bool] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            about, _, words = line.partition(" = ")
            for word in words.split("|"):
                found.setdefault(_plain(word), about.startswith("start"))
    return found


def _plain(text: str) -> str:
    """Letters and figures alone, without case, accents and signs."""
    kept = (
        char if char.isalnum() else "" if unicodedata.category(char) == "Mn" else " "
        for char in normalize("NFKD", text.casefold())
    )
    return " ".join("".join(kept).casefold().split())
