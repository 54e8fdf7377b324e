"""/api/kpis/sources: accounts at platforms that the worker collects daily figures from."""

from flask import Blueprint, Response, url_for
from pydantic import Field

from crm.campaigns.sources.fields import NewSource, SourceChanges
from crm.campaigns.sources.source import Source, SourceRun, get_source, list_runs, list_sources
from crm.campaigns.sources.sources import (
    ask_for_run,
    change_source,
    create_source,
    delete_source,
    restore_source,
)
from crm.db.keyset import Page
from crm.errors import Invalid
from crm.fields import whole_number
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import DeletedQuery, PageQuery
from crm.web.lists.short_lists import short_page
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers
from crm.web.sessions.identity import settings
from crm.web.whatsapp import vault

blueprint = Blueprint("api_campaign_sources", __name__, url_prefix="/api/kpis/sources")


class SourcesQuery(PageQuery, DeletedQuery):
    """`deleted=true` asks for those that were deleted and can be restored."""


class SourceRunsQuery(PageQuery):
    limit: int = Field(25, ge=1, le=100)


@blueprint.get("")
@permit("campaign_sources.read")
@contract(query=SourcesQuery, result=Source, many=True)
def list_all() -> Response:
    """List the sources, newest first, with how their last run went"""
    wanted = query(SourcesQuery)
    return answers.page(short_page(read(list_sources, deleted=wanted.deleted), wanted))


@blueprint.post("")
@permit("campaign_sources.manage")
@contract(body=NewSource, result=Source, status=201, refusals=(409,))
def create() -> Response:
    """Add a source; it is collected at once, then each day, and its credentials are never shown"""
    fields, allowed = json_body(NewSource), settings().webhook_allowed_ranges
    return answer_once(lambda tx: create_source(tx, vault(), allowed, fields), _created)


@blueprint.get("/<id:source_id>")
@permit("campaign_sources.read")
@contract(result=Source)
def get(source_id: int) -> Response:
    """Get a source"""
    return _answer(read(get_source, source_id))


@blueprint.patch("/<id:source_id>")
@permit("campaign_sources.manage")
@contract(body=SourceChanges, result=Source, refusals=(412,))
def patch(source_id: int) -> Response:
    """Change a source, or switch it off or on; a credential that is left out stays as it is"""
    changes, version = json_body(SourceChanges), expected_version()
    allowed = settings().webhook_allowed_ranges
    return _answer(write(change_source, vault(), allowed, source_id, changes, expected_version=version))


@blueprint.post("/<id:source_id>/run")
@permit("campaign_sources.manage")
@contract(result=Source, refusals=(409,))
def run(source_id: int) -> Response:
    """Collect it now; the worker does so within seconds, and `state` says how it went"""
    return answer_once(lambda tx: ask_for_run(tx, source_id), _answer)


@blueprint.get("/<id:source_id>/runs")
@permit("campaign_sources.read")
@contract(query=SourceRunsQuery, result=SourceRun, many=True)
def runs(source_id: int) -> Response:
    """List the runs of a source, newest first, with what each changed"""
    wanted = query(SourceRunsQuery)
    before = _number_in(wanted.cursor) if wanted.cursor else None
    read(get_source, source_id)
    found = read(list_runs, source_id, limit=wanted.limit + 1, before=before)
    rows = found[: wanted.limit]
    return answers.page(Page(rows, str(rows[-1].id) if len(found) > len(rows) else None))


@blueprint.delete("/<id:source_id>")
@permit("campaign_sources.manage")
@contract(status=204, refusals=(412,))
def delete(source_id: int) -> Response:
    """Delete a source; what it collected stays, and it can be restored"""
    write(delete_source, source_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:source_id>/restore")
@permit("campaign_sources.manage")
@contract(result=Source, refusals=(409,))
def restore(source_id: int) -> Response:
    """Restore a deleted source"""
    return answer_once(lambda tx: restore_source(tx, source_id), _answer)


def _number_in(cursor: str) -> int:
    number = whole_number(cursor)
    if number is None or not 0 < number < 2**53:
        raise Invalid.field("cursor", "is not a cursor of this list")
    return number


def _created(source: Source) -> Response:
    location = url_for("api_campaign_sources.get", source_id=source.id)
    return answers.created(source, location, version=source.version)


def _answer(source: Source) -> Response:
    return answers.data(source, version=source.version)
