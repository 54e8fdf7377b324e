"""/api/retention: after how long records are erased by rule."""

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field

from crm.accounts.workspaces import get_workspace
from crm.appliance.retention import MOST_DAYS, Foreseen, Retention, change_retention, foresee, get_retention
from crm.db.keyset import Page
from crm.web.auth import permit
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers


class RetentionQuery(BaseModel):
    """Rules to look at, which need not be those that are set."""

    model_config = ConfigDict(extra="forbid")

    lost_leads_days: int | None = Field(None, ge=1, le=MOST_DAYS)
    inactive_clients_days: int | None = Field(None, ge=1, le=MOST_DAYS)
    trash_days: int | None = Field(None, ge=1, le=MOST_DAYS)


blueprint = Blueprint("api_retention", __name__, url_prefix="/api/retention")


@blueprint.get("")
@permit("clients.erase")
@contract(result=Retention)
def show() -> Response:
    """Show after how many days records are erased by rule; null: never"""
    return answers.data(read(get_retention).model_dump(), version=read(get_workspace).version)


@blueprint.get("/preview")
@permit("clients.erase")
@contract(query=RetentionQuery, result=Foreseen, many=True)
def preview() -> Response:
    """List what such rules would erase now, without erasing it

    Each rule that is given, with a count up to 1,000 and the first 100 records.
    """
    wanted = Retention.model_validate(query(RetentionQuery).model_dump())
    return answers.page(Page(read(foresee, wanted), None))


@blueprint.put("")
@permit("clients.erase")
@contract(body=Retention, result=Retention, refusals=(412,))
def change() -> Response:
    """Set the rules; a rule that is left out is switched off. The worker erases what is due from then on"""
    given = json_body(Retention)
    return answers.data(write(change_retention, given, expected_version=expected_version()).model_dump())
