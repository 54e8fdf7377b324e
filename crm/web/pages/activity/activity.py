"""The activity log of the workspace."""

import time
from base64 import b64decode, b64encode
from datetime import date, timedelta
from typing import Annotated, Any

import orjson
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import AfterValidator, BaseModel, Field

from crm.accounts.users import list_users
from crm.activity.chain import GENESIS, ChainReport, verify_chain
from crm.activity.timeline import Activity, ActivityFilter, find_activity, ledger_head
from crm.appliance.undo import undo_activity
from crm.errors import Conflict, Invalid, Sentence
from crm.vault import SealBroken
from crm.web.auth import permit
from crm.web.errors import Malformed
from crm.web.kinds.known import known_words
from crm.web.requests.due_times import day_start
from crm.web.requests.forms import Blank, is_fragment
from crm.web.requests.reading import query, read, write
from crm.web.requests.wrong_filters import show_despite
from crm.web.responses.ledger_csv import ledger_as_csv
from crm.web.responses.list_separator import CsvQuery, separator_choices, separator_name, usual_separator
from crm.web.responses.toasts import complain, say
from crm.web.sessions.identity import identity
from crm.web.whatsapp import vault
from crm.web.words.fields import label_of, sentence_of
from crm.web.words.timelines import read_lines, read_timeline

blueprint = Blueprint("activity", __name__, url_prefix="/activity")

PAGE = 30
SECONDS = 1.0
PAGES_AT_ONCE = 5


def _subject_kind(kind: str) -> str:
    subject_kinds = [words.name for words in known_words() if words.entries]
    if kind not in subject_kinds:
        raise ValueError(Sentence("must be {expected}", expected=" or ".join(subject_kinds)))
    return kind


class ActivityQuery(BaseModel):
    """`day` is the day under which the list above ended."""

    actor_id: Annotated[Annotated[int, Field(ge=1, lt=2**63)] | None, Blank] = None
    subject: Annotated[Annotated[str, AfterValidator(_subject_kind)] | None, Blank] = None
    since: Annotated[date | None, Blank] = None
    until: Annotated[date | None, Blank] = None
    operation_id: Annotated[Annotated[int, Field(ge=1, lt=2**63)] | None, Blank] = None
    cursor: str | None = Field(None, max_length=400)
    day: str | None = Field(None, max_length=10)

    @property
    def filters(self) -> dict[str, Any]:
        """What narrows the list, as an address holds it."""
        return self.model_dump(mode="json", exclude={"cursor", "day"}, exclude_none=True)

    def filter(self) -> ActivityFilter:
        """Days are in the reader's time zone; the last one counts completely."""
        return ActivityFilter(
            subject=self.subject,
            actor_id=self.actor_id,
            since=day_start(self.since) if self.since else None,
            until=day_start(self.until + timedelta(days=1)) if self.until else None,
            operation_id=self.operation_id,
        )


class ActivityExport(ActivityQuery, CsvQuery):
    """The same choice as a table."""


@blueprint.get("")
@permit("activities.read")
def list_activity() -> ResponseReturnValue:
    return show_despite(ActivityQuery, _show)


def _show(wanted: ActivityQuery) -> str:
    reading = read_lines if wanted.operation_id is None else read_timeline
    timeline = read(reading, wanted.filter(), limit=PAGE, cursor=wanted.cursor)
    more = wanted.filters
    return render_template(
        "activity/entries.html" if is_fragment() else "activity/list.html",
        entries=timeline.entries,
        last_day=wanted.day,
        more=(lambda day: url_for("activity.list_activity", cursor=timeline.next, day=day, **more))
        if timeline.next
        else None,
        query=wanted,
        separators=separator_choices(),
        usual_separator=separator_name(usual_separator()),
        actors=[(user.id, user.name) for user in read(list_users)],
        subjects=[(words.name, words.many) for words in known_words() if words.entries],
    )


@blueprint.get("/export")
@permit("activities.read")
def export() -> Response:
    wanted = query(ActivityExport)
    return ledger_as_csv(wanted.filter(), wanted.list_separator)


@blueprint.post("/verify")
@permit("activities.read")
def verify() -> str:
    """Verify the hash chain for a second; the page asks for the rest by itself."""
    report = _state()
    ends = time.monotonic() + SECONDS
    while not report.complete and report.broken_at is None:
        report = read(verify_chain, report, PAGES_AT_ONCE)
        if is_fragment() and time.monotonic() > ends:
            break
    total = read(ledger_head)
    template = "activity/verified.html" if is_fragment() else "activity/verification.html"
    return render_template(template, report=report, state=_as_text(report), total=total)


@blueprint.post("/<id:activity_id>/undo")
@permit("activities.undo")
def undo(activity_id: int) -> ResponseReturnValue:
    try:
        done = write(undo_activity, activity_id)
    except (Conflict, Invalid) as error:
        complain(_undone_not(error))
        return redirect(_page_of(read(find_activity, activity_id)), 303)
    say(_("Undone. The undo is recorded in the activity too."))
    return redirect(_page_of(done), 303)


def _undone_not(error: Conflict | Invalid) -> str:
    fields = error.extra.get("fields") if isinstance(error, Conflict) else None
    if isinstance(fields, list):
        names = ", ".join(label_of(name).lower() for name in fields)
        return str(_("It has been changed again since: %(fields)s.", fields=names))
    return sentence_of(error)


def _page_of(activity: Activity | None) -> str:
    """The page of the record, if it can still be seen."""
    pages = known_words().with_page
    if activity is None or activity.subject not in pages:
        return url_for("activity.list_activity")
    return pages[activity.subject].address_of(activity.subject_id)


def _state() -> ChainReport:
    """How far the verification came, as the form before carried it, sealed: it names records that the reader
    may not see.
    """
    sealed = request.form.get("state")
    if not sealed:
        return ChainReport()
    try:
        given = orjson.loads(vault().open(b64decode(sealed, validate=True), _place_of_state()))
        unexplained = {
            (str(kind), int(record)): int(seq) for kind, record, seq in given.get("unexplained", [])
        }
        return ChainReport(
            entries=int(given.get("entries", 0)),
            head=str(given.get("head", GENESIS)),
            unexplained=unexplained,
        )
    except (ValueError, TypeError, AttributeError, SealBroken):
        raise Malformed("The form is incomplete. Start the verification again.") from None


def _as_text(report: ChainReport) -> str:
    unexplained = [[*subject, seq] for subject, seq in report.unexplained.items()]
    state = {"entries": report.entries, "head": report.head, "unexplained": unexplained}
    return b64encode(vault().seal(orjson.dumps(state).decode(), _place_of_state())).decode()


def _place_of_state() -> str:
    """It continues the walk of one person over one ledger, and no other."""
    return f"verification {identity().workspace_id} {identity().user_id}"
