"""The address of the list of tasks: filters, page."""

from flask import url_for
from pydantic import Field

from crm.fields import MAX_ID
from crm.records.conditions.grammar import FilterText
from crm.web.requests.page_address import Address


class TaskAddress(Address):
    """Without `assignee_id` one's own; 0 asks for everybody's."""

    assignee_id: int | None = Field(None, ge=0, le=MAX_ID)
    done: bool = False
    filter: FilterText | None = None
    cursor: str | None = Field(None, max_length=400)

    def address(self, cursor: str | None = None, endpoint: str = "tasks.list_all") -> str:
        """This list from another position; else its first page."""
        done = "true" if self.done else None
        return url_for(endpoint, assignee_id=self.assignee_id, done=done, filter=self.filter, cursor=cursor)
