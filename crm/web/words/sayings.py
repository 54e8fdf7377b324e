"""The sentence, the sign and the tone of each kind of entry in the ledger."""

from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext


@dataclass(frozen=True, slots=True)
class Saying:
    icon: str
    tone: str
    sentence: LazyString


SAYINGS = {
    "client.created": Saying("user-plus", "good", lazy_gettext("%(who)s added %(what)s")),
    "client.changed": Saying("pencil", "accent", lazy_gettext("%(who)s changed %(what)s")),
    "client.picture_changed": Saying(
        "image", "accent", lazy_gettext("%(who)s changed the picture of %(what)s")
    ),
    "client.deleted": Saying("trash-2", "bad", lazy_gettext("%(who)s moved %(what)s to the trash")),
    "client.restored": Saying("archive-restore", "good", lazy_gettext("%(who)s restored %(what)s")),
    "file.added": Saying("paperclip", "news", lazy_gettext("%(who)s added the file %(file)s")),
    "file.deleted": Saying("trash-2", "bad", lazy_gettext("%(who)s deleted the file %(file)s")),
    "file.restored": Saying("archive-restore", "good", lazy_gettext("%(who)s restored the file %(file)s")),
    "file.purged": Saying(
        "trash-2", "quiet", lazy_gettext("The deleted file %(file)s was removed from the disk for good")
    ),
    "backup.started": Saying("archive", "quiet", lazy_gettext("%(who)s started a backup")),
    "backup.verified": Saying("archive", "quiet", lazy_gettext("%(who)s started the check of a backup")),
    "backup.downloaded": Saying("archive", "warn", lazy_gettext("%(who)s downloaded a backup")),
    "messages.released": Saying("send", "news", lazy_gettext("%(who)s let messages go out again")),
    "workspace.import_begun": Saying(
        "archive", "news", lazy_gettext("%(who)s started to import a workspace")
    ),
    "workspace.imported": Saying("archive-restore", "good", lazy_gettext("The workspace was imported")),
    "workspace.exported": Saying("archive", "news", lazy_gettext("%(who)s exported the workspace")),
    "ledger.erased": Saying("trash-2", "warn", lazy_gettext("%(who)s erased personal data")),
    "user.created": Saying("user-plus", "good", lazy_gettext("%(who)s added the user %(what)s")),
    "user.updated": Saying("user", "accent", lazy_gettext("%(who)s changed the user %(what)s")),
    "user.disabled": Saying("ban", "warn", lazy_gettext("%(who)s locked out %(what)s")),
    "user.enabled": Saying("user", "good", lazy_gettext("%(who)s let %(what)s in again")),
    "user.password_changed": Saying("lock", "quiet", lazy_gettext("%(who)s changed their password")),
    "user.password_reset": Saying("lock", "warn", lazy_gettext("The password of %(what)s was set anew")),
    "session.started": Saying("key-round", "quiet", lazy_gettext("%(who)s logged in")),
    "session.ended": Saying("log-out", "quiet", lazy_gettext("%(who)s ended a session")),
    "token.created": Saying("key-round", "news", lazy_gettext("%(who)s made an API token")),
    "token.revoked": Saying("key-round", "warn", lazy_gettext("%(who)s revoked an API token")),
    "invitation.created": Saying("mail", "news", lazy_gettext("%(who)s invited somebody")),
    "invitation.revoked": Saying("mail", "warn", lazy_gettext("%(who)s took back an invitation")),
    "invitation.accepted": Saying("user-plus", "good", lazy_gettext("%(who)s accepted an invitation")),
    "workspace.created": Saying("sparkles", "good", lazy_gettext("%(who)s set up the workspace")),
    "workspace.key_replaced": Saying(
        "key-round", "warn", lazy_gettext("The key of the appliance was replaced")
    ),
    "workspace.updated": Saying("settings", "accent", lazy_gettext("%(who)s changed the workspace")),
    "saved_view.created": Saying("list-filter", "news", lazy_gettext("%(who)s saved the view %(what)s")),
    "saved_view.changed": Saying("list-filter", "quiet", lazy_gettext("%(who)s changed the view %(what)s")),
    "saved_view.deleted": Saying("list-filter", "bad", lazy_gettext("%(who)s deleted the view %(what)s")),
    "saved_view.restored": Saying("list-filter", "good", lazy_gettext("%(who)s restored the view %(what)s")),
    "lead.created": Saying("target", "good", lazy_gettext("%(who)s added %(what)s")),
    "lead.changed": Saying("pencil", "accent", lazy_gettext("%(who)s changed %(what)s")),
    "lead.moved": Saying("arrow-right-left", "accent", lazy_gettext("%(who)s moved %(what)s to %(stage)s")),
    "lead.reordered": Saying(
        "arrow-up-down", "quiet", lazy_gettext("%(who)s put %(what)s elsewhere in its stage")
    ),
    "lead.deleted": Saying("trash-2", "bad", lazy_gettext("%(who)s moved %(what)s to the trash")),
    "lead.restored": Saying("archive-restore", "good", lazy_gettext("%(who)s restored %(what)s")),
    "note.created": Saying("sticky-note", "warn", lazy_gettext("%(who)s wrote a note")),
    "note.changed": Saying("sticky-note", "quiet", lazy_gettext("%(who)s changed a note")),
    "note.deleted": Saying("trash-2", "bad", lazy_gettext("%(who)s deleted a note")),
    "note.restored": Saying("archive-restore", "good", lazy_gettext("%(who)s restored a note")),
    "call.created": Saying("phone", "news", lazy_gettext("%(who)s noted a call")),
    "call.changed": Saying("phone", "quiet", lazy_gettext("%(who)s changed what was noted of a call")),
    "call.deleted": Saying("trash-2", "bad", lazy_gettext("%(who)s deleted what was noted of a call")),
    "call.restored": Saying(
        "archive-restore", "good", lazy_gettext("%(who)s restored what was noted of a call")
    ),
    "task.created": Saying("calendar-check", "news", lazy_gettext("%(who)s planned %(what)s")),
    "task.changed": Saying("pencil", "quiet", lazy_gettext("%(who)s changed the task %(what)s")),
    "task.done": Saying("circle-check", "good", lazy_gettext("%(who)s did %(what)s")),
    "task.reopened": Saying("rotate-ccw", "warn", lazy_gettext("%(who)s reopened %(what)s")),
    "task.deleted": Saying("trash-2", "bad", lazy_gettext("%(who)s deleted the task %(what)s")),
    "task.restored": Saying("archive-restore", "good", lazy_gettext("%(who)s restored the task %(what)s")),
    "pipeline.created": Saying("route", "good", lazy_gettext("%(who)s made the pipeline %(what)s")),
    "pipeline.changed": Saying("route", "accent", lazy_gettext("%(who)s changed the pipeline %(what)s")),
    "pipeline.deleted": Saying("route", "bad", lazy_gettext("%(who)s deleted the pipeline %(what)s")),
    "pipeline.restored": Saying("route", "good", lazy_gettext("%(who)s restored the pipeline %(what)s")),
    "stage.created": Saying("route", "good", lazy_gettext("%(who)s added the stage %(what)s")),
    "stage.changed": Saying("route", "accent", lazy_gettext("%(who)s changed the stage %(what)s")),
    "stage.deleted": Saying("route", "bad", lazy_gettext("%(who)s deleted the stage %(what)s")),
    "stage.restored": Saying("route", "good", lazy_gettext("%(who)s restored the stage %(what)s")),
    "lead_type.added": Saying("tag", "good", lazy_gettext("%(who)s added a type of lead")),
    "lead_type.removed": Saying("tag", "bad", lazy_gettext("%(who)s removed a type of lead")),
    "message.received": Saying("message-circle", "news", lazy_gettext("The customer wrote: %(said)s")),
    "message.written": Saying("send", "accent", lazy_gettext("%(who)s wrote: %(said)s")),
    "message.noted": Saying("sticky-note", "warn", lazy_gettext("%(who)s noted for colleagues: %(said)s")),
    "message.noticed": Saying("info", "quiet", lazy_gettext("WhatsApp: %(said)s")),
    "message.edited": Saying("pencil", "quiet", lazy_gettext("A message was edited: %(said)s")),
    "message.revoked": Saying("trash-2", "quiet", lazy_gettext("A message was deleted in WhatsApp")),
    "message.failed": Saying("circle-alert", "bad", lazy_gettext("A message could not be sent")),
    "message.sent_again": Saying("repeat", "quiet", lazy_gettext("%(who)s sent a message again")),
    "conversation.created": Saying("message-circle", "good", lazy_gettext("A conversation began")),
    "conversation.reopened": Saying("undo-2", "quiet", lazy_gettext("The conversation was opened again")),
    "conversation.closed": Saying("circle-check", "quiet", lazy_gettext("%(who)s closed the conversation")),
    "conversation.snoozed": Saying("clock", "quiet", lazy_gettext("%(who)s snoozed the conversation")),
    "conversation.assigned": Saying(
        "user-check", "accent", lazy_gettext("%(who)s changed the assignee of the conversation")
    ),
    "conversation.linked": Saying(
        "user", "accent", lazy_gettext("%(who)s linked the conversation to a client")
    ),
    "conversation.marketing_stopped": Saying(
        "ban", "warn", lazy_gettext("The customer wants no more marketing")
    ),
    "conversation.marketing_resumed": Saying(
        "circle-check", "good", lazy_gettext("The customer wants marketing again")
    ),
    "channel.connected": Saying("smartphone", "good", lazy_gettext("%(who)s connected a number")),
    "channel.changed": Saying("smartphone", "accent", lazy_gettext("%(who)s changed a number")),
    "channel.disconnected": Saying("smartphone", "warn", lazy_gettext("%(who)s disconnected a number")),
    "event.replayed": Saying("repeat", "quiet", lazy_gettext("%(who)s retried an event")),
    "template.added": Saying("message-square-text", "good", lazy_gettext("%(who)s added a template")),
    "template.changed": Saying(
        "message-square-text", "accent", lazy_gettext("A template changed at WhatsApp")
    ),
    "template.removed": Saying("message-square-text", "warn", lazy_gettext("%(who)s removed a template")),
    "quick_reply.added": Saying("sparkles", "good", lazy_gettext("%(who)s added a quick reply")),
    "quick_reply.removed": Saying("sparkles", "warn", lazy_gettext("%(who)s removed a quick reply")),
}
OTHER = Saying("activity", "quiet", lazy_gettext("%(who)s: %(action)s"))
RECOVERED = Saying("archive-restore", "good", lazy_gettext("%(who)s brought %(what)s back from a backup"))


def saying_of(action: str) -> Saying:
    """Each kind of record comes back from a backup in the same words."""
    return SAYINGS.get(action) or (RECOVERED if action.endswith(".recovered") else OTHER)
