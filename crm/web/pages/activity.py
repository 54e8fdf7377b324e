"""The ledger of the workspace, for people."""

from typing import Annotated, Literal

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field

from crm.accounts.users import list_users
from crm.activity.timeline import ActivityFilter
from crm.web.auth import permit
from crm.web.forms import Blank, is_fragment
from crm.web.requests import query, read
from crm.web.timelines import read_timeline

blueprint = Blueprint("activity", __name__, url_prefix="/activity")

PAGE = 30


class ActivityQuery(BaseModel):
    """`day` is the day under which the list above ended."""

    actor_id: Annotated[Annotated[int, Field(ge=1, lt=2**63)] | None, Blank] = None
    subject: Annotated[Literal["client", "user", "workspace"] | None, Blank] = None
    cursor: str | None = Field(None, max_length=400)
    day: str | None = Field(None, max_length=10)


@blueprint.get("")
@permit("activities.read")
def list_activity() -> str:
    wanted = query(ActivityQuery)
    timeline = read(
        read_timeline,
        ActivityFilter(subject=wanted.subject, actor_id=wanted.actor_id),
        limit=PAGE,
        cursor=wanted.cursor,
    )
    more = wanted.model_dump(include={"actor_id", "subject"}, exclude_none=True)
    return render_template(
        "activity/entries.html" if is_fragment() else "activity/list.html",
        entries=timeline.entries,
        last_day=wanted.day,
        more=(lambda day: url_for("activity.list_activity", cursor=timeline.next, day=day, **more))
        if timeline.next
        else None,
        query=wanted,
        actors=[(user.id, user.name) for user in read(list_users)],
        subjects=[("client", _("Clients")), ("user", _("Users")), ("workspace", _("Workspace"))],
    )
