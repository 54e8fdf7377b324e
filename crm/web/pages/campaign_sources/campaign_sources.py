"""Settings: accounts at platforms that daily figures are collected from."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.campaigns.platforms.known import PLATFORMS
from crm.campaigns.sources.fields import NewSource, SourceChanges
from crm.campaigns.sources.source import Source, get_source, list_runs, list_sources
from crm.campaigns.sources.sources import (
    ask_for_run,
    change_source,
    create_source,
    delete_source,
    restore_source,
)
from crm.errors import Conflict, CrmError, Invalid, NotFound, Stale
from crm.fields import parse_fields, whole_number
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.records.entries import TEXT, TICK, Entries, base_of, texts_of
from crm.web.requests.forms import form_version, refusal, sent_version, typed
from crm.web.requests.reading import read, write
from crm.web.responses.stale_saves import show_stale
from crm.web.responses.toasts import complain, say
from crm.web.sessions.identity import settings
from crm.web.whatsapp import vault
from crm.web.words import campaign_sources as words

blueprint = Blueprint("campaign_sources", __name__, url_prefix="/settings/campaign-sources")

NEWEST = 20
ENTRIES: Entries = {
    "name": TEXT,
    "account": TEXT,
    "currency": TEXT,
    "time_zone": TEXT,
    "lookback_days": TEXT,
    "active": TICK,
}


@blueprint.get("")
@permit("campaign_sources.manage")
def show_sources() -> str:
    return render_template(
        "campaign_sources/list.html",
        sources=read(list_sources),
        deleted=read(list_sources, deleted=True),
        platforms=PLATFORMS,
        states=words.STATES,
        reason=worded,
    )


@blueprint.get("/new/<platform>")
@permit("campaign_sources.manage")
def show_new(platform: str) -> str:
    return _form(platform, None, {"active": "1", "lookback_days": "7"})


@blueprint.post("/new/<platform>")
@permit("campaign_sources.manage")
def create(platform: str) -> ResponseReturnValue:
    try:
        fields = parse_fields(NewSource, {"platform": platform, **_given(platform)})
        made = write(create_source, vault(), settings().webhook_allowed_ranges, fields)
    except (Invalid, Conflict) as error:
        return _form(platform, None, request.form, error), status_of(error)
    say(_("Added. It is collected within a minute."))
    return redirect(url_for("campaign_sources.show", source_id=made.id), 303)


@blueprint.get("/<id:source_id>")
@permit("campaign_sources.manage")
def show(source_id: int) -> str:
    source = read(get_source, source_id)
    return render_template(
        "campaign_sources/source.html",
        source=source,
        platform=PLATFORMS[source.platform],
        runs=read(list_runs, source_id, limit=NEWEST),
        states=words.STATES,
        outcomes=words.OUTCOMES,
        reason=worded,
    )


@blueprint.get("/<id:source_id>/edit")
@permit("campaign_sources.manage")
def show_edit(source_id: int) -> str:
    source = read(get_source, source_id)
    options = {f"options.{name}": text for name, text in source.options.items()}
    return _form(source.platform, source, {**_texts_of(source), **options})


@blueprint.post("/<id:source_id>/edit")
@permit("campaign_sources.manage")
def change(source_id: int) -> ResponseReturnValue:
    source, allowed = read(get_source, source_id), settings().webhook_allowed_ranges
    try:
        changes = parse_fields(SourceChanges, _given(source.platform))
        write(change_source, vault(), allowed, source_id, changes, expected_version=form_version())
    except Stale:
        return _show_both(read(get_source, source_id))
    except Invalid as error:
        return _form(source.platform, source, request.form, error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("campaign_sources.show", source_id=source_id), 303)


@blueprint.post("/<id:source_id>/run")
@permit("campaign_sources.manage")
def run(source_id: int) -> ResponseReturnValue:
    try:
        write(ask_for_run, source_id)
    except Conflict as error:
        complain(worded(error.message))
    else:
        say(_("It is collected now. Look again in a moment."))
    return redirect(url_for("campaign_sources.show", source_id=source_id), 303)


@blueprint.post("/<id:source_id>/delete")
@permit("campaign_sources.manage")
def delete(source_id: int) -> ResponseReturnValue:
    write(delete_source, source_id, expected_version=sent_version())
    say(_("Deleted. What it collected stays."))
    return redirect(url_for("campaign_sources.show_sources"), 303)


@blueprint.post("/<id:source_id>/restore")
@permit("campaign_sources.manage")
def restore(source_id: int) -> ResponseReturnValue:
    try:
        write(restore_source, source_id)
    except Conflict as error:
        complain(worded(error.message))
        return redirect(url_for("campaign_sources.show_sources"), 303)
    say(_("Restored"))
    return redirect(url_for("campaign_sources.show", source_id=source_id), 303)


def _given(platform_name: str) -> dict[str, Any]:
    """Empty credentials are left as they are."""
    platform = _platform(platform_name)
    zone = {"time_zone": text} if (text := typed("time_zone")) else {}
    return {
        **zone,
        "name": typed("name"),
        "account": typed("account"),
        "currency": typed("currency") or None,
        "lookback_days": whole_number(typed("lookback_days") or ""),
        "active": typed("active") == "1",
        "credentials": _group("credentials", platform.credentials),
        "options": _group("options", platform.options),
    }


def _group(name: str, parts: tuple[str, ...]) -> dict[str, str]:
    return {part: text for part in parts if (text := typed(f"{name}.{part}"))}


def _platform(name: str) -> Any:
    """Raises NotFound."""
    if name not in PLATFORMS:
        raise NotFound("There is no such platform.")
    return PLATFORMS[name]


def _texts_of(source: Source) -> dict[str, str]:
    facts = {name: getattr(source, name) for name in ENTRIES}
    return texts_of(ENTRIES, {**facts, "lookback_days": str(source.lookback_days)})


def _show_both(source: Source) -> ResponseReturnValue:
    carried = {
        name: text for name, text in request.form.items() if name.startswith(("credentials.", "options."))
    }
    return show_stale(
        ENTRIES,
        _texts_of(source),
        carried=carried,
        name=source.name,
        version=source.version,
        action=request.script_root + request.path,
        back=url_for("campaign_sources.show", source_id=source.id),
        trail=[(_("Sources of figures"), url_for("campaign_sources.show_sources"))],
    )


def _form(
    platform_name: str, source: Source | None, values: Mapping[str, Any], error: CrmError | None = None
) -> str:
    return render_template(
        "campaign_sources/form.html",
        platform=_platform(platform_name),
        source=source,
        values=values,
        parts=words.PARTS,
        hints=words.HINTS,
        base=base_of(_texts_of(source)) if source else "",
        **refusal(error),
    )
