"""/api/activities: the ledger of the workspace."""

from flask import Blueprint, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from crm import clock
from crm.activity.timeline import Activity, ActivityFilter, list_activities
from crm.db.keyset import DEFAULT_LIMIT, MAX_LIMIT
from crm.web import answers
from crm.web.auth import permit
from crm.web.openapi import contract
from crm.web.requests import query, read

blueprint = Blueprint("api_activities", __name__, url_prefix="/api/activities")


class ActivityQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    entity: str | None = Field(None, max_length=40)
    entity_id: int | None = Field(None, ge=1, lt=2**63)
    actor_id: int | None = Field(None, ge=1, lt=2**63)
    action: str | None = Field(None, max_length=80)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(None, max_length=400)

    def filter(self) -> ActivityFilter:
        return ActivityFilter(
            subject=self.entity,
            subject_id=self.entity_id,
            actor_id=self.actor_id,
            action=self.action,
            since=clock.as_text(self.since) if self.since else None,
            until=clock.as_text(self.until) if self.until else None,
        )


@blueprint.get("")
@permit("activities.read")
@contract(query=ActivityQuery, result=Activity, many=True)
def list_all() -> Response:
    """List what happened in the workspace, newest first"""
    wanted = query(ActivityQuery)
    return answers.page(read(list_activities, wanted.filter(), limit=wanted.limit, cursor=wanted.cursor))
