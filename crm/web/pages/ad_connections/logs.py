"""Settings: what the logs of a connection share: a page of entries in some state, and trying one again."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from crm.campaigns.connections.connection import get_connection
from crm.errors import Conflict
from crm.web.i18n import worded
from crm.web.requests.reading import parse_address, read, write
from crm.web.responses.toasts import complain, say

PAGE = 50


class LogAddress(BaseModel):
    """Each log adds its `state`."""

    model_config = ConfigDict(extra="ignore")

    cursor: str | None = Field(None, max_length=400)


Address = TypeVar("Address", bound=LogAddress)


def show_log(
    template: str, connection_id: int, address: type[Address], entries: Callable[..., Any], **shown: Any
) -> str:
    """`entries` lists those of a connection, by `state`, `limit` and `cursor`."""
    wanted: Any = parse_address(address, {name: value for name, value in request.args.items() if value})
    return render_template(
        template,
        connection=read(get_connection, connection_id),
        state=wanted.state,
        reason=worded,
        found=read(entries, connection_id, state=wanted.state, limit=PAGE, cursor=wanted.cursor),
        **shown,
    )


def try_again(
    again: Callable[..., object], connection_id: int, entry_id: int, *, said: str, log: str
) -> ResponseReturnValue:
    """Back to the endpoint `log`."""
    try:
        write(again, connection_id, entry_id)
    except Conflict as error:
        complain(worded(error.message))
    else:
        say(said)
    return redirect(url_for(log, connection_id=connection_id), 303)
