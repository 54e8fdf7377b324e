"""My day: tasks, leads that need attention, changes since yesterday."""

from flask import Blueprint, render_template

from crm.activity.lines import list_lines
from crm.activity.timeline import Activity
from crm.db.transaction import Transaction
from crm.leads.lead import Lead
from crm.leads.listing import list_stale_leads
from crm.web.auth import permit
from crm.web.requests.reading import read
from crm.web.sessions.identity import identity
from crm.web.words.activity import Entry
from crm.web.words.timelines import tell_lines
from crm.web.words.times import today_text
from crm.work.my_day import MyDay, show_my_day

blueprint = Blueprint("my_day", __name__)

# What tells nothing of the work: who came and went, and where cards were put.
LEFT_OUT = ("session.", "token.", "lead.reordered")


@blueprint.get("/my-day")
@permit("tasks.read")
def show() -> str:
    day, entries = read(_look_around, identity().timezone)
    return render_template(
        "my_day/my_day.html",
        day=day,
        entries=entries,
        more=None,
        last_day="",
        today=today_text(),
    )


def _look_around(tx: Transaction, timezone: str) -> tuple[MyDay[Lead], list[Entry]]:
    day = show_my_day(tx, timezone, list_stale_leads, list_lines)
    return day, tell_lines(tx, [activity for activity in day.changed if _matters(activity)])


def _matters(activity: Activity) -> bool:
    return not activity.action.startswith(LEFT_OUT)
