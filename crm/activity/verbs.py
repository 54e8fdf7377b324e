"""The verbs of the ledger. It is append-only, so a stored verb stays for ever: see `SETTLED`.

An action is the name of a kind and a verb: "client.created". A kind of record takes the usual verbs, and what
its business calls by a name of its own.
"""

from collections.abc import Mapping

USUAL = frozenset({"created", "changed", "deleted", "restored"})
OF_THE_BUSINESS: Mapping[str, str] = {
    "acknowledged": "an alert of the server",
    "added": "a touch, by a person who knows how a lead came",
    "amended": "a deal, after its delivery",
    "approved": "a deal",
    "accepted": "an invitation, by the guest, or a quote, by the customer",
    "attributed": "a lead, to the campaign that it is counted with",
    "assigned": "a conversation, to a colleague or to nobody",
    "cancelled": "a deal",
    "chosen": "a scenario, by which its deal is paid",
    "closed": "a conversation",
    "confirmed": "an import, whose rows become records from then on",
    "connected": "a channel",
    "consent_changed": "of a client, to be written to or called",
    "credited": "an invoice, by a credit note",
    "counted": "a won lead by an advertising platform, as a person saw there",
    "converted": "a custom field, whose type changed with all its values",
    "delivered": "a deal",
    "declined": "a quote, by the customer",
    "disabled": "a user, who cannot log in from then on",
    "disconnected": "a channel",
    "done": "a task",
    "downloaded": "a backup",
    "edited": "a message, by its writer",
    "enabled": "a user",
    "ended": "a session",
    "erased": "a person or a lead, and each record that goes with them, with what the ledger said about them",
    "exported": "a workspace",
    "failed": "a message that could not be delivered",
    "held": "a vehicle, for a deal",
    "import_begun": "a workspace",
    "imported": "a workspace",
    "issued": "an invoice, with its number",
    "key_replaced": "of the server",
    "linked": "a conversation, to a client or a lead; a deal, to a client",
    "link_revoked": "of a quote, which nobody sees by it from then on",
    "marketing_resumed": "by a customer",
    "marketing_stopped": "by a customer",
    "mailed": "a quote, by e-mail",
    "mail_failed": "of a quote, which could not be sent by e-mail",
    "merged": "a client, with another one",
    "messaged": "a quote, by WhatsApp",
    "moved": "a lead, to another stage",
    "noted": "a message for colleagues alone",
    "noticed": "a message that tells of something",
    "paid": "an invoice, or a part of it",
    "password_changed": "by the user",
    "password_reset": "by somebody else",
    "payment_taken_back": "of an invoice, where it had been entered wrong",
    "picture_changed": "of a client",
    "purged": "a file, whose content went for good",
    "received": "a message",
    "refunded": "an invoice, of which more was paid than is left after a credit note",
    "recovered": "a record, from a backup",
    "released": "messages that a restored backup held back, or a vehicle whose deal was cancelled",
    "reminded": "of an overdue invoice",
    "reopened": "a conversation, a task or a deal",
    "reordered": "a lead, within its stage",
    "replayed": "an event of a channel, deliveries to a webhook, or a lead of an advertisement",
    "returned": "a sold vehicle",
    "revoked": "a token, an invitation, or a message by its writer",
    "secret_replaced": "of a webhook",
    "sent": "a quote, by a secret link",
    "sent_again": "a message that had failed",
    "shared": "the vehicles for sale, by a public page",
    "snoozed": "a conversation",
    "sold": "a vehicle, by a delivered deal",
    "stock_changed": "of a product, by a movement",
    "started": "a session or a backup",
    "submission_accepted": "of a web form, though it looked like spam",
    "submission_confirmed": "of a web form, by who sent it",
    "submission_discarded": "of a web form",
    "submitted": "a deal, for approval",
    "tested": "a webhook, or a source of figures by a run at once",
    "told_again": "a won lead, to an advertising platform",
    "told_apart": "two clients, who are not the same",
    "undone": "an import, by which its records go again",
    "unmerged": "a client, from the one that it was merged with",
    "unshared": "the vehicles for sale, of which a public page is taken back",
    "verified": "a backup",
    "written": "a message",
    "withdrawn": "a touch that a person added",
}
"""Each verb beside the usual ones, with what it is said of."""

SETTLED: Mapping[str, str] = {
    "file.added": "file.created",
    "lead_type.added": "lead_type.created",
    "lead_type.removed": "lead_type.deleted",
    "quick_reply.added": "quick_reply.created",
    "quick_reply.removed": "quick_reply.deleted",
    "template.added": "template.created",
    "template.removed": "template.deleted",
    "user.updated": "user.changed",
    "workspace.updated": "workspace.changed",
}
"""What version 0.1.0 wrote, with the word for it since. Its entries keep their bytes, and so verify."""


def settled(action: str) -> str:
    """The current word for an action that any version may have written."""
    return SETTLED.get(action, action)


def all_words(action: str) -> tuple[str, ...]:
    """The stored spellings of a verb: the settled word first, then the older ones."""
    word = settled(action)
    return (word, *(former for former, since in SETTLED.items() if since == word))
