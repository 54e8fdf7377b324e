"""One line for an act that changed many records."""

from dataclasses import replace

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from crm.activity.operations import Extent
from crm.activity.timeline import Activity
from crm.appliance.undo import can_undo
from crm.web.kinds.known import known_kinds, known_words
from crm.web.words.activity import Entry, tell
from crm.web.words.fields import Known


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
    count = known_words().counted.get(extent.action or "")
    if count is None:
        return None
    who = Markup("<strong>{}</strong>").format(newest.actor.name if newest.actor else _("Holdfast"))
    return escape(count(extent.entries)).format(who=who)


def _more(count: int) -> Markup:
    return escape(ngettext("and %(num)d more change", "and %(num)d more changes", count))
