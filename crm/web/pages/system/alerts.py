"""Settings → System → Alerts: thresholds, who is told, quiet hours, a test."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.db.actor import SYSTEM
from crm.errors import Conflict, CrmError, Invalid, Stale
from crm.fields import parse_fields
from crm.monitoring.alert_secret import alert_secret
from crm.monitoring.alert_settings import (
    AlertSettings,
    ask_for_test,
    change_alert_settings,
    get_alert_settings,
    last_test,
)
from crm.monitoring.alert_templates import alert_templates
from crm.monitoring.thresholds import LEVELS
from crm.web.api.monitoring import check_asking
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.requests.forms import form_version, refusal, typed
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import say
from crm.web.sessions.identity import database, identity, mail_set_up, settings
from crm.web.words.alerts import ALERT_NAMES, threshold_labels
from crm.web.words.choices import timezone_choices

blueprint = Blueprint("alerts", __name__, url_prefix="/settings/system/alerts")


@blueprint.get("")
@permit("monitoring.manage")
def show() -> str:
    check_asking()
    return _render(_as_texts(database().read(get_alert_settings, SYSTEM)[0]))


@blueprint.post("")
@permit("monitoring.manage")
def save() -> ResponseReturnValue:
    check_asking()
    try:
        wanted = parse_fields(AlertSettings, _given())
        write(change_alert_settings, wanted, form_version(), settings().webhook_allowed_ranges)
    except (Invalid, Stale) as error:
        return _render(request.form, error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("alerts.show"), 303)


@blueprint.post("/test")
@permit("monitoring.manage")
def test() -> ResponseReturnValue:
    check_asking()
    try:
        write(ask_for_test)
    except Conflict as error:
        return _render(_as_texts(database().read(get_alert_settings, SYSTEM)[0]), error), status_of(error)
    say(_("The test is sent within a minute."))
    return redirect(url_for("alerts.show"), 303)


def _given() -> dict[str, object]:
    thresholds = {name: tuple(_limit(f"{name}_{level}") for level in LEVELS) for name in ALERT_NAMES}
    return {
        "recipient": typed("recipient") or None,
        "webhook_url": typed("webhook_url") or None,
        "message_to": typed("message_to") or None,
        "message_template": typed("message_template") or None,
        "quiet_from": typed("quiet_from") or None,
        "quiet_until": typed("quiet_until") or None,
        "zone": typed("zone") or identity().timezone,
        "thresholds": thresholds,
    }


def _limit(name: str) -> float | None:
    text = typed(name)
    if not text:
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise Invalid.field(name, "must be a number") from None


def _as_texts(found: AlertSettings) -> dict[str, str]:
    texts = {
        f"{name}_{level}": "" if limit is None else f"{limit:.12g}"
        for name, limits in found.limits().items()
        for level, limit in zip(LEVELS, limits, strict=True)
    }
    return texts | {
        "recipient": found.recipient or "",
        "webhook_url": found.webhook_url or "",
        "message_to": found.message_to or "",
        "message_template": found.message_template or "",
        "quiet_from": found.quiet_from or "",
        "quiet_until": found.quiet_until or "",
        "zone": found.zone if found.quiet_from else identity().timezone,
    }


def _render(values: Mapping[str, str], error: CrmError | None = None) -> str:
    version = database().read(get_alert_settings, SYSTEM)[1]
    return render_template(
        "system/alerts.html",
        values=values,
        version=request.form.get("version") or version,
        alert_names=ALERT_NAMES,
        threshold_labels=threshold_labels(),
        timezones=timezone_choices(),
        test=database().read(last_test, SYSTEM),
        secret=alert_secret(settings()),
        can_mail=mail_set_up(),
        templates=[("", _("None")), *((each, each) for each in read(alert_templates))],
        **refusal(error),
    )
