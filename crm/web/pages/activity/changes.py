"""Whether anything changed: open pages wait here for the next change, without a thread of the server."""

from collections.abc import Callable
from typing import Annotated

import orjson
from flask import Blueprint, Response, request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from crm.activity.timeline import ledger_head
from crm.conversations.thread.inbox import count_unread, pulse
from crm.db.transaction import Transaction
from crm.web.auth import permit
from crm.web.connections.looks import LOOK_SECONDS
from crm.web.connections.waiting import wait_for_more
from crm.web.navigation import may
from crm.web.requests.reading import query, read
from crm.web.responses.answers import JSON
from crm.web.sessions.identity import database

blueprint = Blueprint("changes", __name__)

HEAD = "head"
FOLLOWED: dict[str, Callable[[Transaction], int]] = {
    HEAD: ledger_head,
    "pulse": pulse,
    "unread": count_unread,
}
LONGEST_WAIT = 30
SELDOM_SECONDS = 3.0
"""The number of unread conversations, which every page shows, is looked at more seldom than the rest."""


def _names(given: str) -> str:
    if not set(given.split(",")) <= FOLLOWED.keys():
        raise ValueError("must be head, pulse or unread, or several with commas between")
    return given


class HeadQuery(BaseModel):
    """`follow` are names of FOLLOWED; `wait` how many seconds the answer may wait for a change of them."""

    model_config = ConfigDict(extra="forbid")

    follow: Annotated[str, Field(max_length=40), AfterValidator(_names)] = HEAD
    wait: int = Field(0, ge=0, le=LONGEST_WAIT)


@blueprint.get("/changes")
@permit("activities.read")
def show_head() -> Response:
    """The numbers by their names, with an ETag; 304 while none changed. `head` is the place in the change
    feed, `pulse` grows with whatever happens in any conversation.
    """
    wanted = query(HeadQuery)
    names = sorted(set(wanted.follow.split(",")))
    version = database().version()
    numbers = read(_numbers, [name for name in names if name == HEAD or may("conversations.read")])
    tag = "-".join(str(numbers.get(name, 0)) for name in names)
    if request.if_none_match.contains(tag):
        every = SELDOM_SECONDS if names == ["unread"] else LOOK_SECONDS
        wait_for_more(request.environ, wanted.wait, database().version, version, every)
    response = Response(orjson.dumps(numbers), content_type=JSON)
    response.set_etag(tag)
    response.make_conditional(request)
    return response


def _numbers(tx: Transaction, names: list[str]) -> dict[str, int]:
    return {name: FOLLOWED[name](tx) for name in names}
