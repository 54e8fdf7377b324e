"""The fields of a saved view, for pages and API."""

from typing import Annotated

from pydantic import Field, StringConstraints

from crm.fields import Fields, Line, Name, left_out

ListName = Annotated[
    str,
    StringConstraints(max_length=40),
    Field(json_schema_extra={"x-one-of": "lists"}, description="The list that it is of"),
]
"""Which lists there are, the kinds of record say: `check_list`."""
ViewName = Annotated[Name, Field(max_length=60)]
ViewQuery = Annotated[
    Line,
    StringConstraints(max_length=6_000),
    Field(description="The query part of the list's address, such as status=active&sort=name"),
]


class ViewFields(Fields):
    """A view to save: private, or shared with the workspace."""

    list: ListName
    name: ViewName
    query: ViewQuery = ""
    shared: bool = False
    is_default: bool = Field(default=False, description="Whether the list opens with it, for the asking user")


class ViewChanges(Fields):
    """Only the fields that are given change."""

    name: ViewName = left_out()
    query: ViewQuery = left_out()
    shared: bool = left_out()
    is_default: bool = left_out()
