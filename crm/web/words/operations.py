"""One line for a bulk change."""

from dataclasses import replace

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from crm.activity.chain import ERASED
from crm.activity.operations import Extent
from crm.activity.timeline import Activity
from crm.appliance.undo import can_undo
from crm.web.kinds.known import known_kinds, known_words
from crm.web.words.activity import Entry, tell
from crm.web.words.fields import Known, label_of
from crm.web.words.formats import counted


def tell_operation(newest: Activity, extent: Extent, known: Known) -> Entry:
    """`newest` represents all entries; its values are not shown if the others may differ."""
    entry = tell(newest, known)
    text = _counted(newest, extent) or entry.text + Markup(" · ") + _more(extent.entries - 1)
    address = url_for("activity.list_activity", operation_id=newest.operation_id)
    text += Markup(' · <a href="{}">{}</a>').format(address, _("Show all"))
    if extent.undone:
        text += Markup(' · <span class="muted">{}</span>').format(_("Undone"))
    return replace(
        entry,
        text=text,
        changes=[],
        note=None,
        undoable=not extent.undone and _can_undo(newest, extent),
        operation_id=newest.operation_id,
    )


def _can_undo(newest: Activity, extent: Extent) -> bool:
    """Some of several kinds may be undoable, but not of what was erased or created with its parts to stay."""
    if newest.action.endswith(ERASED):
        return False
    if extent.action is None and not newest.action.endswith(".created"):
        return True
    return can_undo(known_kinds(), newest)


def _counted(newest: Activity, extent: Extent) -> Markup | None:
    count, sentence = extent.entries, None
    counted = known_words().counted.get(extent.action or "")
    changed = known_words().counted_changes.get(extent.action or "")
    if changed is not None and len(extent.changed) == 1:
        sentence = changed(count, who="{who}", field="{field}")
    elif counted is not None:
        sentence = counted(count, who="{who}")
    if sentence is None:
        return None
    who = Markup("<strong>{}</strong>").format(newest.actor.name if newest.actor else _("Holdfast"))
    field = label_of(extent.changed[0]).lower() if extent.changed else ""
    return escape(sentence).format(who=who, field=field)


def _more(count: int) -> Markup:
    return escape(counted("and %(num)s more change", "and %(num)s more changes", count))
