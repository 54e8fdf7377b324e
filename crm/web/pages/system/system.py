"""Settings → System: how the server does, live."""

import platform

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm import clock
from crm.appliance.backups import standing_of
from crm.db.actor import SYSTEM
from crm.errors import Forbidden
from crm.monitoring.access import sees_server
from crm.monitoring.charts import course_of
from crm.monitoring.incidents import acknowledge_incident, list_incidents
from crm.monitoring.reports import (
    all_figures,
    cache_stats,
    moment,
    pool_metrics,
    slow_queries,
    transaction_stats,
)
from crm.monitoring.sizes import server_sizes, workspace_size
from crm.monitoring.standing import measure_standing
from crm.version import VERSION
from crm.web.api.monitoring import check_asking
from crm.web.auth import permit
from crm.web.requests.forms import is_fragment
from crm.web.requests.reading import read, write
from crm.web.responses import answers
from crm.web.responses.toasts import say
from crm.web.sessions.identity import database, identity, settings
from crm.web.words.alerts import ALERT_NAMES

blueprint = Blueprint("system", __name__, url_prefix="/settings/system")

SLOW_SHOWN = 10
CACHE_NAMES = {"campaign_report": lazy_gettext("Months of reports kept")}


@blueprint.get("")
@permit("monitoring.read")
def show() -> str:
    """An owner of one of several workspaces sees what is of that one."""
    check_person()
    if not database().read(sees_server, SYSTEM, identity().scope):
        return render_template("system/workspace.html", size=read(workspace_size))
    figures, backups = all_figures(settings()), standing_of(settings())
    return render_template(
        "system/system.html",
        standing=measure_standing(database(), settings()),
        transactions=transaction_stats(figures),
        pool=pool_metrics(figures),
        caches=cache_stats(figures),
        cache_names=CACHE_NAMES,
        slow=slow_queries(figures, database())[:SLOW_SHOWN],
        jobs=[(name, run, moment(run.at), moment(run.next_at)) for name, run in sorted(figures.jobs.items())],
        processes=[(each, moment(each.started_at)) for each in figures.processes],
        backups=backups,
        newest=next((clock.as_text(each.made_at) for each in backups.backups if each.good), None),
        incidents=database().read(list_incidents, SYSTEM),
        alert_names=ALERT_NAMES,
        versions=_versions(),
        guards=database().engine.guards(),
    )


@blueprint.get("/figures")
@permit("monitoring.read")
def show_figures() -> Response:
    check_asking()
    return answers.data(course_of(all_figures(settings()), clock.now().timestamp()))


@blueprint.get("/sizes")
@permit("monitoring.read")
def show_sizes() -> str:
    check_asking()
    check_person()
    template = "system/sizes.html" if is_fragment() else "system/sizes_page.html"
    return render_template(template, sizes=server_sizes(database()))


@blueprint.post("/alerts/<id:incident_id>/acknowledge")
@permit("monitoring.acknowledge")
def acknowledge(incident_id: int) -> ResponseReturnValue:
    check_asking()
    write(acknowledge_incident, incident_id, identity().name)
    say(_("Alert acknowledged."))
    return redirect(url_for("system.show"), 303)


def check_person() -> None:
    """Pages name who is logged in, which a program that reads figures has no use for. Raises Forbidden."""
    if identity().scope == "monitor":
        raise Forbidden("A token that monitors reads /metrics and /api/db. Pages are for people.")


def _versions() -> list[tuple[str, str]]:
    return [
        ("Holdfast", VERSION),
        ("Python", platform.python_version()),
        (_("Database"), database().engine.product),
        (_("System"), f"{platform.system()} {platform.release()}, {platform.machine()}"),
    ]
