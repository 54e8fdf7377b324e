"""`crm alerts`: who is told of trouble, for whoever runs a server that several workspaces share."""

from collections.abc import Iterable
from typing import Any

import click

from crm.accounts.workspaces import list_workspaces
from crm.commands.appliance import find_actor, opened_appliance
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.errors import CrmError, FieldProblem, Invalid
from crm.fields import parse_fields
from crm.monitoring.alert_settings import (
    AlertSettings,
    ask_for_test,
    change_alert_settings,
    get_alert_settings,
    last_test,
)
from crm.monitoring.alerts import BY_NAME
from crm.monitoring.incidents import acknowledge_incident, open_incidents
from crm.monitoring.notices import moment_of, sentence_of

OPTIONS = {
    "email": "recipient", "webhook": "webhook_url", "phone": "message_to", "template": "message_template",
    "quiet_from": "quiet_from", "quiet_until": "quiet_until", "zone": "zone",
}  # fmt: skip
EXAMPLE = "slow=50,200"
NAMES = {field: f"--{option.replace('_', '-')}" for option, field in OPTIONS.items()}


@click.group()
def alerts() -> None:
    """Alerts of this server: who is told, and of what."""


@alerts.command("set")
@click.option("--email", metavar="E", help="Whom an e-mail tells.")
@click.option("--webhook", metavar="URL", help="Which address a signed POST tells.")
@click.option("--phone", metavar="P", help="Which number is told by WhatsApp.")
@click.option("--template", metavar="T", help="By which approved template, as name/language.")
@click.option("--workspace", metavar="W", help="Name or id of the one whose number sends it.")
@click.option("--quiet-from", metavar="HH:MM", help="Warnings wait from then on,")
@click.option("--quiet-until", metavar="HH:MM", help="until then,")
@click.option("--zone", metavar="Z", help="in this time zone, for example Europe/Berlin.")
@click.option(
    "--threshold", "thresholds", multiple=True, metavar="NAME=W,C",
    help=f"Values for warning and critical, such as {EXAMPLE}; an empty one is off. Can be repeated.",
)  # fmt: skip
def set_alerts(workspace: str | None, thresholds: tuple[str, ...], **given: str | None) -> None:
    """Change what is given; the rest stays. An empty text removes what was set."""
    changes: dict[str, Any] = {
        OPTIONS[name]: value or None for name, value in given.items() if value is not None
    }
    with opened_appliance() as (settings, db):
        found, version = db.read(get_alert_settings, SYSTEM)
        limits = {**found.thresholds, **dict(map(_limits, thresholds))}
        actor = _sender(db, workspace, found)
        try:
            wanted = parse_fields(AlertSettings, {**found.model_dump(), **changes, "thresholds": limits})
            db.write(change_alert_settings, actor, wanted, version, settings.webhook_allowed_ranges)
        except Invalid as error:
            raise error.reworded(_by_option) from None
    click.echo("Saved.")


@alerts.command()
def show() -> None:
    """Show what is set, what is raised now, and how the last test went."""
    with opened_appliance() as (_, db):
        found, _version = db.read(get_alert_settings, SYSTEM)
        for option, name in OPTIONS.items():
            click.echo(f"{option.replace('_', ' ')}: {getattr(found, name) or '-'}")
        for name, (warning, critical) in found.limits().items():
            click.echo(f"threshold {name}: {_text(warning)},{_text(critical)}")
        for incident in db.read(open_incidents, SYSTEM):
            since = moment_of(incident.began_at, found.zone)
            known = f" Acknowledged by {incident.acknowledged_by}." if incident.acknowledged_at else ""
            click.echo(f"{incident.level}: {sentence_of(incident)} Since {since}.{known} (id {incident.id})")
        test = db.read(last_test, SYSTEM)
        if test["tried_at"] is not None:
            tried = moment_of(test["tried_at"], found.zone)
            click.echo(f"last test: {test['outcome'] or 'sent'} ({tried})")


@alerts.command()
@click.argument("incident", type=int)
@click.option("--name", metavar="N", default="command line", show_default=True, help="Who has seen it.")
def acknowledge(incident: int, name: str) -> None:
    """Nobody is told again of the alert with this id, which `show` names, unless it gets worse."""
    with opened_appliance() as (_, db):
        found, _version = db.read(get_alert_settings, SYSTEM)
        db.write(acknowledge_incident, _sender(db, None, found), incident, name)
    click.echo("Acknowledged.")


@alerts.command()
def test() -> None:
    """Have the worker send a test within a minute; `show` says how it went."""
    with opened_appliance() as (_, db):
        db.write(ask_for_test, SYSTEM)
    click.echo("The worker sends a test within a minute.")


def _sender(db: Database, workspace: str | None, found: AlertSettings) -> Actor:
    """The owner of the workspace that is named, else of the one that sent until now, else of the oldest."""
    if workspace is None:
        known: Iterable[int] = (each.id for each in db.read(list_workspaces, SYSTEM))
        first = found.sent_from or min(known, default=None)
        workspace = None if first is None else str(first)
    return find_actor(db, workspace, None)


def _limits(text: str) -> tuple[str, tuple[float | None, float | None]]:
    name, _, values = text.partition("=")
    warning, comma, critical = values.partition(",")
    if name not in BY_NAME:
        raise CrmError(f"--threshold: there is no alert {name!r}; `crm alerts show` lists them.")
    if not comma:
        raise CrmError(f"--threshold {name}: needs both values, for warning and critical, as in {EXAMPLE}.")
    return name, (_limit(name, warning), _limit(name, critical))


def _limit(name: str, value: str) -> float | None:
    try:
        return float(value) if value else None
    except ValueError:
        raise CrmError(f"--threshold {name}: {value!r} is no number; write it as in {EXAMPLE}.") from None


def _by_option(problem: FieldProblem) -> FieldProblem:
    """Under the name of the option that said it."""
    name, _, level = problem.field.rpartition("_")
    if name in BY_NAME:
        return FieldProblem(f"--threshold {name}, {level}", problem.message)
    return FieldProblem(NAMES.get(problem.field, problem.field), problem.message)


def _text(limit: float | None) -> str:
    return "" if limit is None else f"{limit:.12g}"
