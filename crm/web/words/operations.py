"""One line for an act that changed many records."""

from collections.abc import Callable
from dataclasses import replace

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from crm.activity.operations import Extent
from crm.activity.timeline import Activity
from crm.appliance.undo import can_undo
from crm.web.kinds.known import known_kinds
from crm.web.words.activity import Entry, tell
from crm.web.words.fields import Known

COUNTED: dict[str, Callable[[int], str]] = {
    "client.created": lambda n: ngettext(
        "%(who)s added %(num)d client", "%(who)s added %(num)d clients", n, who="{who}"
    ),
    "client.changed": lambda n: ngettext(
        "%(who)s changed %(num)d client", "%(who)s changed %(num)d clients", n, who="{who}"
    ),
    "client.deleted": lambda n: ngettext(
        "%(who)s deleted %(num)d client", "%(who)s deleted %(num)d clients", n, who="{who}"
    ),
    "client.restored": lambda n: ngettext(
        "%(who)s restored %(num)d client", "%(who)s restored %(num)d clients", n, who="{who}"
    ),
    "lead.created": lambda n: ngettext(
        "%(who)s added %(num)d lead", "%(who)s added %(num)d leads", n, who="{who}"
    ),
    "lead.changed": lambda n: ngettext(
        "%(who)s changed %(num)d lead", "%(who)s changed %(num)d leads", n, who="{who}"
    ),
    "lead.moved": lambda n: ngettext(
        "%(who)s moved %(num)d lead", "%(who)s moved %(num)d leads", n, who="{who}"
    ),
    "lead.deleted": lambda n: ngettext(
        "%(who)s deleted %(num)d lead", "%(who)s deleted %(num)d leads", n, who="{who}"
    ),
    "lead.restored": lambda n: ngettext(
        "%(who)s restored %(num)d lead", "%(who)s restored %(num)d leads", n, who="{who}"
    ),
}


def tell_operation(newest: Activity, extent: Extent, known: Known) -> Entry:
    """`newest` stands for all entries; what changed in it is not shown where the others may differ."""
    entry = tell(newest, known)
    text = _counted(newest, extent) or entry.text + Markup(" · ") + _more(extent.entries - 1)
    address = url_for("activity.list_activity", operation_id=newest.operation_id)
    return replace(
        entry,
        text=text + Markup(' · <a href="{}">{}</a>').format(address, _("Show all")),
        changes=[],
        note=None,
        undoable=extent.action is not None and not extent.undone and can_undo(known_kinds(), newest),
        operation_id=newest.operation_id,
    )


def _counted(newest: Activity, extent: Extent) -> Markup | None:
    count = COUNTED.get(extent.action or "")
    if count is None:
        return None
    who = Markup("<strong>{}</strong>").format(newest.actor.name if newest.actor else _("Holdfast"))
    return escape(count(extent.entries)).format(who=who)


def _more(count: int) -> Markup:
    return escape(ngettext("and %(num)d more change", "and %(num)d more changes", count))
