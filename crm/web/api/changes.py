"""/api/changes: the change feed, from which a program learns of each change without asking twice."""

from typing import Annotated

import orjson
from flask import Blueprint, Response, request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from crm.activity.feed import Changes, Event, cursor_of, list_changes
from crm.db.keyset import MAX_LIMIT, Page
from crm.web.auth import permit
from crm.web.connections.waiting import wait_for_more
from crm.web.kinds.known import ledger_kinds
from crm.web.openapi.contract import contract
from crm.web.requests.reading import query, read
from crm.web.responses import answers
from crm.web.sessions.identity import database

blueprint = Blueprint("api_changes", __name__, url_prefix="/api/changes")

LONGEST_WAIT = 30
EVENT_STREAM = "text/event-stream"
RETRY_MILLISECONDS = 200


class ChangesQuery(BaseModel):
    """`since` is the `next` of the answer before, `0` for the start of the history, `latest` for its end.

    `kinds` are names of kinds with commas between, such as `client,lead`. `wait` is how many seconds the
    answer may wait for a change when there is none yet.
    """

    model_config = ConfigDict(extra="forbid")

    since: str = Field("0", max_length=40)
    kinds: Annotated[str | None, Field(max_length=1_000), AfterValidator(ledger_kinds)] = None
    limit: int = Field(MAX_LIMIT, ge=1, le=MAX_LIMIT)
    wait: int = Field(0, ge=0, le=LONGEST_WAIT)


@blueprint.get("")
@permit("activities.read")
@contract(query=ChangesQuery, result=Event, many=True, refusals=(409,))
def list_all() -> Response:
    """Follow the changes of the workspace, oldest first and without a gap

    `page.next` is where to go on, also after an answer without events; keep it once its events are worked on.
    `page.more` says that further changes are there already. A restored backup is another history: 409. With
    `Accept: text/event-stream` they come as Server-Sent Events, whose ids are cursors.

    To have the records themselves, keep one object for each `kind` and `id`, and write the fields of `after`
    over it. They are the stored fields that changed, by the names that the record has in this API, custom
    ones as `custom.key`; what a new record does not name is null, empty, 0 or false. The event tells the
    rest: its time is `created_at` at `created`, `deleted_at` from `deleted` until `restored`, and otherwise
    `updated_at`; `subject_kind` and `subject_id` are the record that a note, a task or a file is about, and
    its actor wrote it. Not told are `version` (read the record before you change it), what other records say
    (their names), and what follows by arithmetic or with time: taxes, `overdue`, days in stock, the figures
    of a deal, which its scenarios make. Several addresses, numbers or companies are told once there is more
    than the main one. Facts that are no field of the record say what came with the change, such as the
    `amount` of a payment. After `erased`, drop what you have of it.
    """
    wanted = query(ChangesQuery)
    streamed = request.accept_mimetypes.best_match([answers.JSON, EVENT_STREAM]) == EVENT_STREAM
    since = request.headers.get("Last-Event-ID", wanted.since) if streamed else wanted.since
    kinds = tuple(wanted.kinds.split(",")) if wanted.kinds is not None else None
    version = database().version()
    found = read(list_changes, since, kinds, wanted.limit)
    if not found.events and not found.more and since != "latest":
        seconds = LONGEST_WAIT if streamed else wanted.wait
        wait_for_more(request.environ, seconds, database().version, version)
    if streamed:
        return _as_stream(found)
    return answers.page(Page(found.events, found.next), {"more": found.more})


def _as_stream(found: Changes) -> Response:
    """It ends after these events, and the reader comes again at once with the last id: so waiting for more
    needs no thread, and a server that was killed is no other case.
    """
    events = [f"id: {cursor_of(each)}\ndata: {orjson.dumps(each).decode()}\n\n" for each in found.events]
    body = f"retry: {RETRY_MILLISECONDS}\n\n{''.join(events)}id: {found.next}\n\n"
    return Response(
        body, content_type=f"{EVENT_STREAM}; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
