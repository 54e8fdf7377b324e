"""/api/db/alerts: what is wrong with the server, and what was."""

from dataclasses import dataclass

from flask import Blueprint, Response

from crm.db.actor import SYSTEM
from crm.db.keyset import Page
from crm.db.transaction import Transaction
from crm.monitoring.alerts import Level
from crm.monitoring.incidents import Incident, acknowledge_incident, known_incidents, open_incidents
from crm.monitoring.notices import sentence_of
from crm.web.api.monitoring import check_asking
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.responses import answers
from crm.web.sessions.identity import database, identity

blueprint = Blueprint("api_alerts", __name__, url_prefix="/api/db/alerts")


@dataclass(frozen=True)
class RaisedAlert:
    """`ended_at` is null while it goes on. `value` is the one by which it got to its level, at `level_since`
    where that is not the first one; `sentence` says it for people, in English.
    """

    id: int
    alert: str
    level: Level
    value: float | None
    sentence: str
    began_at: str
    level_since: str | None
    ended_at: str | None
    acknowledged_at: str | None
    acknowledged_by: str | None


@blueprint.get("")
@permit("monitoring.read")
@contract(result=RaisedAlert, many=True)
def list_alerts() -> Response:
    """List the alerts that go on and the last that are over, newest first"""
    check_asking()
    found = database().read(known_incidents, SYSTEM)
    return answers.page(Page([_shown(incident) for incident in found], None))


@blueprint.post("/<id:incident_id>/acknowledge")
@permit("monitoring.acknowledge")
@contract(result=RaisedAlert)
def acknowledge(incident_id: int) -> Response:
    """Acknowledge an alert: nobody is told again unless it gets worse"""
    check_asking()
    name = "monitoring" if identity().scope == "monitor" else identity().name

    def operation(tx: Transaction) -> Incident:
        acknowledge_incident(tx, incident_id, name)
        return next(each for each in open_incidents(tx) if each.id == incident_id)

    return answer_once(operation, lambda incident: answers.data(_shown(incident)))


def _shown(incident: Incident) -> RaisedAlert:
    return RaisedAlert(
        id=incident.id,
        alert=incident.alert,
        level=incident.level,
        value=float(incident.value) if incident.value else None,
        sentence=sentence_of(incident),
        began_at=incident.began_at,
        level_since=incident.level_since,
        ended_at=incident.ended_at,
        acknowledged_at=incident.acknowledged_at,
        acknowledged_by=incident.acknowledged_by,
    )
