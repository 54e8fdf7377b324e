"""What the forms of the pipelines' editor share."""

from collections.abc import Callable

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.errors import Conflict, CrmError, Invalid, Stale
from crm.leads.pipeline import Pipeline, Stage
from crm.web.records.entries import Entries, Texts
from crm.web.requests.forms import is_fragment, number_from
from crm.web.responses.stale_saves import show_stale
from crm.web.responses.toasts import complain
from crm.web.words.fields import sentence_of


def attempt(
    run: Callable[[], str | None], back: str, show_both: Callable[[], ResponseReturnValue] | None = None
) -> ResponseReturnValue:
    """Run it and redirect to its result, or `back`. A refusal is shown there, or by `show_both`."""
    try:
        there = run()
    except Stale as error:
        return refuse(error, back) if show_both is None or is_fragment() else show_both()
    except (Invalid, Conflict) as error:
        return refuse(error, back)
    return ("", 204) if is_fragment() else redirect(there or back, 303)


def show_both_in_editor(
    pipeline_id: int, record: Pipeline | Stage, entries: Entries, theirs: Texts
) -> ResponseReturnValue:
    back = editor_of(pipeline_id)
    return show_stale(
        entries,
        theirs,
        name=record.name,
        version=record.version,
        action=request.script_root + request.path,
        back=back,
        trail=[(_("Pipelines"), editor_of(None))],
    )


def refuse(error: CrmError, back: str) -> ResponseReturnValue:
    if is_fragment():
        raise error
    complain(_sentence(error))
    return redirect(back, 303)


def editor_of(pipeline_id: int | None) -> str:
    return url_for("pipelines.show", pipeline_id=pipeline_id)


def move_to() -> int | None:
    """The stage that the form names for the leads of the removed one."""
    return number_from(request.form.get("move_to", ""), "move_to")


def moved_leads() -> dict[str, int | None]:
    return {"move_to": move_to()}


def _sentence(error: CrmError) -> str:
    if isinstance(error, Stale):
        return str(
            _("Somebody else changed it in the meantime. Nothing was saved; this is the current version.")
        )
    return sentence_of(error)
