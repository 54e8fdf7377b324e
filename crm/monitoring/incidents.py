"""Incidents: an alert from when it is raised until all is well again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from crm import clock
from crm.activity.activity import record
from crm.db.transaction import Transaction
from crm.errors import NotFound
from crm.monitoring.alerts import Level, Reading

SHOWN = 50
TELL_OVER_WITHIN = timedelta(days=1)
Means = Literal["mail", "webhook", "message"]


@dataclass(frozen=True, slots=True)
class Incident:
    """`value` is the one by which it got to its level, at `level_since` where that is not the first one;
    `acknowledged_by` is a name.
    """

    id: int
    alert: str
    level: Level
    value: str
    began_at: str
    ended_at: str | None
    acknowledged_at: str | None
    acknowledged_by: str | None
    level_since: str | None = None

    @property
    def lowered(self) -> bool:
        """Whether it was critical, and is a warning now."""
        return self.level == "warning" and self.level_since is not None

    @property
    def stage(self) -> Literal["warning", "critical", "over"]:
        return self.level if self.ended_at is None else "over"


FIELDS = "id, alert, level, value, began_at, ended_at, acknowledged_at, acknowledged_by, level_since"


def open_incidents(tx: Transaction) -> list[Incident]:
    """Those that are not over, the oldest first."""
    rows = tx.all(f"SELECT {FIELDS} FROM incidents WHERE ended_at IS NULL")
    return sorted((Incident(**row) for row in rows), key=lambda each: each.id)


def list_incidents(tx: Transaction) -> list[Incident]:
    """The last, newest first."""
    rows = tx.all(f"SELECT {FIELDS} FROM incidents ORDER BY id DESC LIMIT :shown", shown=SHOWN)
    return [Incident(**row) for row in rows]


def known_incidents(tx: Transaction) -> list[Incident]:
    """All that are not over, and the last that are, newest first."""
    last = list_incidents(tx)
    shown = {incident.id for incident in last}
    older = [incident for incident in open_incidents(tx) if incident.id not in shown]
    return last + older[::-1]


def untold_incidents(tx: Transaction, means: Means) -> list[Incident]:
    """Those of which somebody is still to be told by these means that they began, got worse or better, or are
    over.

    What could not be told for a day after its end is told no more.
    """
    over = tx.all(
        f"""
        SELECT {FIELDS}
          FROM incidents i
         WHERE i.ended_at > :recent
           AND EXISTS (SELECT 1 FROM incident_notices n WHERE n.incident_id = i.id AND n.means = :means)
           AND NOT EXISTS (SELECT 1
                             FROM incident_notices n
                            WHERE n.incident_id = i.id
                              AND n.means = :means
                              AND n.stage = 'over')
        """,
        recent=clock.as_text(clock.now() - TELL_OVER_WITHIN),
        means=means,
    )
    worse = [
        each
        for each in open_incidents(tx)
        if each.acknowledged_at is None and each.level not in _told_stages(tx, each.id, means)
    ]
    return worse + [Incident(**row) for row in over]


def _told_stages(tx: Transaction, incident_id: int, means: Means) -> set[str]:
    rows = tx.all(
        "SELECT stage FROM incident_notices WHERE incident_id = :incident_id AND means = :means",
        incident_id=incident_id,
        means=means,
    )
    return {row["stage"] for row in rows}


def settle_readings(tx: Transaction, readings: Iterable[Reading]) -> None:
    """Open an incident for each alert that is raised, change its level, and end those that are well again."""
    opened = {incident.alert: incident for incident in open_incidents(tx)}
    for reading in readings:
        incident = opened.get(reading.alert)
        if reading.level is None:
            if incident is not None:
                tx.run("UPDATE incidents SET ended_at = :now WHERE id = :ended", ended=incident.id)
        elif incident is None:
            _open(tx, reading)
        elif incident.level != reading.level:
            _change_level(tx, incident.id, reading)


def _open(tx: Transaction, reading: Reading) -> None:
    tx.run(
        "INSERT INTO incidents (alert, level, value, began_at) VALUES (:alert, :level, :value, :now)",
        alert=reading.alert,
        level=reading.level,
        value=value_text(reading.value),
    )


def _change_level(tx: Transaction, incident_id: int, reading: Reading) -> None:
    """It is told again, and what got worse is to be acknowledged again."""
    tx.run(
        """
        UPDATE incidents
           SET level = :level, value = :value, level_since = :now,
               acknowledged_at = CASE WHEN :level = 'critical' THEN NULL ELSE acknowledged_at END,
               acknowledged_by = CASE WHEN :level = 'critical' THEN NULL ELSE acknowledged_by END
         WHERE id = :incident_id
        """,
        incident_id=incident_id,
        level=reading.level,
        value=value_text(reading.value),
    )
    tx.run(
        "DELETE FROM incident_notices WHERE incident_id = :incident_id AND stage = :level",
        incident_id=incident_id,
        level=reading.level,
    )


def note_told(tx: Transaction, incident: Incident, means: Means) -> None:
    tx.run(
        """
        INSERT INTO incident_notices (incident_id, means, stage, told_at)
        VALUES (:incident_id, :means, :stage, :now)
            ON CONFLICT DO NOTHING
        """,
        incident_id=incident.id,
        means=means,
        stage=incident.stage,
    )


def acknowledge_incident(tx: Transaction, incident_id: int, name: str) -> None:
    """No banner shows it any more, and nobody is told again unless it gets worse. Raises NotFound."""
    found = tx.value(
        """
        UPDATE incidents
           SET acknowledged_at = COALESCE(acknowledged_at, :now),
               acknowledged_by = COALESCE(acknowledged_by, :name)
         WHERE id = :incident_id
           AND ended_at IS NULL
        RETURNING alert
        """,
        incident_id=incident_id,
        name=name,
    )
    if found is None:
        raise NotFound("There is no such alert, or it is over.")
    workspace = int(tx.actor.workspace_id or 0)
    record(tx, "alert.acknowledged", "workspace", workspace, after={"alert": str(found)})


def value_text(value: float | None) -> str:
    """With one place, and below a tenth with as many as show it: never 0 for what is not."""
    if value is None:
        return ""
    return f"{value:.2g}" if 0 < abs(value) < 0.1 else f"{value:.1f}".removesuffix(".0")
