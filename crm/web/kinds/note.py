"""The words of notes and calls."""

from flask_babel import lazy_gettext as _

from crm.web.kinds.kind_words import KindWords, Saying, as_it_is, exported_saying
from crm.web.words.times import moment_text
from crm.work.kind import CALL as CALL_KIND
from crm.work.kind import NOTE as NOTE_KIND

NOTE = KindWords(
    kind=NOTE_KIND,
    one=_("Note"),
    many=_("Notes"),
    icon="sticky-note",
    labels={"text": _("Text"), "happened_at": _("When"), "author_id": _("Author")},
    shown={"text": as_it_is, "happened_at": moment_text},
    sayings=exported_saying("note", _("%(who)s exported notes and calls"))
    | {
        "note.created": Saying("sticky-note", "warn", _("%(who)s wrote a note"), details=False),
        "note.changed": Saying("sticky-note", "quiet", _("%(who)s changed a note")),
        "note.deleted": Saying("trash-2", "bad", _("%(who)s deleted a note")),
        "note.restored": Saying("archive-restore", "good", _("%(who)s restored a note")),
    },
)

CALL = KindWords(
    kind=CALL_KIND,
    one=_("Call"),
    many=_("Calls"),
    icon="phone",
    labels={"direction": _("Direction"), "minutes": _("Minutes")},
    values={"in": _("Incoming"), "out": _("Outgoing")},
    sayings={
        "call.created": Saying("phone", "news", _("%(who)s logged a call"), details=False),
        "call.changed": Saying("phone", "quiet", _("%(who)s changed a call")),
        "call.deleted": Saying("trash-2", "bad", _("%(who)s deleted a call")),
        "call.restored": Saying("archive-restore", "good", _("%(who)s restored a call")),
    },
)
