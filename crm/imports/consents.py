"""The consents and opt-outs of a row: read from its cells, and kept with its client."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any

import orjson
from pydantic import ValidationError

from crm import clock
from crm.clients.consent_fields import CHANNELS, ConsentFields, topic_of
from crm.clients.consents import Said, record_consent, states_of
from crm.db.transaction import Transaction
from crm.imports.interpreting import Cells, header_of, read_day
from crm.imports.record import Record
from crm.imports.values.consents import agreed, refused

SOURCE = "import"
USUAL = "email"
IN, OUT = "opted_in", "opted_out"
MOST = 100


def take_consents(cells: Cells, record: Record) -> None:
    """What says neither yes nor no goes to the notes."""
    for _, text in cells.of("do_not_call"):
        if refused(text):
            record.consents.append(_said("phone", OUT))
    for column, text in cells.of("opt_out"):
        if refused(text):
            record.consents.append(_said(column.label, OUT))
    for column, text in cells.of("opt_in"):
        answer = agreed(text)
        if answer is None:
            record.further.append((header_of(column), text))
        else:
            record.consents.append(_said(column.label, IN if answer else OUT))
    for field, state in (("opted_in", IN), ("opted_out", OUT)):
        for column, text in cells.of(field):
            at = _moment(read_day(cells, column, text))
            if at is not None:
                record.consents.append(replace(_said(column.label, state), at=at))


def take_exported_consents(record: Record, texts: Mapping[str, str]) -> None:
    """Those of a row that Holdfast wrote, with their sources and times."""
    try:
        given = orjson.loads(texts.get("consents", "[]"))
        listed = given[:MOST] if isinstance(given, list) else []
        record.consents += [_as_exported(each) for each in listed]
    except (ValueError, ValidationError, TypeError, AttributeError):
        record.further.append(("consents", texts["consents"]))


def _as_exported(given: dict[str, Any]) -> Said:
    source = SOURCE if given.get("source") == "undo" else given.get("source")
    fields = ConsentFields.model_validate({**given, "source": source})
    at = "" if fields.at is None else clock.as_text(fields.at)
    return Said(topic_of(fields.channel, fields.purpose), fields.state, fields.source, at)


def _said(channel: str, state: str) -> Said:
    """Just now, if nothing else is known."""
    return Said(topic_of(channel if channel in CHANNELS else USUAL, "marketing"), state, SOURCE, "")


def _moment(day: str | None) -> str | None:
    """Of a day, or a time, which files tell without their zone; none of a day without a year."""
    try:
        return clock.as_text(clock.from_text(day or "").replace(tzinfo=UTC))
    except ValueError:
        return None


def enter_consents(tx: Transaction, record: Record, client_id: int) -> bool:
    """Whether any was new. A list that says nothing of the time makes no consent of an opt-out."""
    known = states_of(tx, client_id) if record.consents else {}
    entered = False
    for said in sorted(record.consents, key=lambda each: (each.at or "~", each.state)):
        state = known.get(said.topic)
        if said.at > tx.now or (not said.at and state is not None and state in {said.state, OUT}):
            continue
        if said.at and _is_there(tx, client_id, said):
            continue
        record_consent(tx, client_id, replace(said, at=said.at or tx.now))
        known, entered = states_of(tx, client_id), True
    return entered


def _is_there(tx: Transaction, client_id: int, said: Said) -> bool:
    return (
        tx.value(
            """
            SELECT 1
              FROM client_consents
             WHERE workspace_id = :workspace_id
               AND client_id = :client_id
               AND topic = :topic
               AND state = :state
               AND at = :at
            """,
            client_id=client_id,
            topic=said.topic,
            state=said.state,
            at=said.at,
        )
        is not None
    )
