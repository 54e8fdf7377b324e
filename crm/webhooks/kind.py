"""The kind `webhook`."""

from crm.activity.sight import MANAGED
from crm.records.kind import Kind, Lookup, Trash, not_undone
from crm.webhooks.fields import NewWebhook
from crm.webhooks.rows import ROWS
from crm.webhooks.trash import delete_webhook, restore_webhook
from crm.webhooks.webhook import WEBHOOK_RECORD, find_webhook, get_webhook

IN_THE_SETTINGS = "webhooks are changed in the settings"

WEBHOOK = Kind(
    name="webhook",
    table="webhooks",
    known_by=WEBHOOK_RECORD.known_by,
    area="webhooks",
    permissions={"read": "admins", "manage": "admins"},
    rows=ROWS,
    examples="nobody waits for what made-up records tell",
    erasing="it tells a program of changes; what the log of deliveries shows is made of the ledger",
    actions=not_undone(
        IN_THE_SETTINGS, "webhook.created", "webhook.changed", "webhook.deleted", "webhook.restored"
    )
    | not_undone(
        "what was sent is out of reach", "webhook.tested", "webhook.replayed", "webhook.secret_replaced"
    ),
    fields=NewWebhook,
    lookup=Lookup(WEBHOOK_RECORD, get_webhook, find_webhook),
    trash=Trash(delete_webhook, restore_webhook),
    sight=MANAGED,
)
