"""/api/numbers: how deals, stock, quotes and invoices are numbered, and the numbers that were given."""

from flask import Blueprint, Response
from pydantic import Field

from crm.db.keyset import Page
from crm.numbers.checking import NumbersReport, check_numbers
from crm.numbers.formats import LONGEST_NUMBER
from crm.numbers.register import IssuedNumber, list_issued
from crm.numbers.series import (
    Series,
    SeriesChanges,
    SeriesFields,
    change_series,
    get_series,
    list_series,
)
from crm.web.auth import permit
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_numbers", __name__, url_prefix="/api/numbers")


class IssuedQuery(PageQuery):
    """The newest first; `number` asks for one."""

    number: str | None = Field(None, max_length=LONGEST_NUMBER)


@blueprint.get("")
@permit("numbers.read")
@contract(result=Series, many=True)
def list_all() -> Response:
    """List the four series of numbers, each with the number that comes next"""
    return answers.page(Page(read(list_series), None))


@blueprint.get("/check")
@permit("numbers.read")
@contract(result=NumbersReport)
def check() -> Response:
    """Check that each number belongs to one record and explain each gap"""
    return answers.data(read(check_numbers))


@blueprint.get("/<kind>")
@permit("numbers.read")
@contract(result=Series)
def get(kind: str) -> Response:
    """Get a series of numbers: deal, stock, quote or invoice"""
    return _answer(read(get_series, kind))


@blueprint.put("/<kind>")
@permit("numbers.manage")
@contract(body=SeriesFields, result=Series, refusals=(412,))
def put(kind: str) -> Response:
    """Set how the numbers of a series are written from now on"""
    given, version = json_body(SeriesFields), expected_version()
    return _answer(write(change_series, kind, given, expected_version=version))


@blueprint.patch("/<kind>")
@permit("numbers.manage")
@contract(body=SeriesChanges, result=Series, refusals=(412,))
def patch(kind: str) -> Response:
    """Change some of how the numbers of a series are written"""
    given, version = json_body(SeriesChanges), expected_version()
    return _answer(write(change_series, kind, given, expected_version=version))


@blueprint.get("/<kind>/issued")
@permit("numbers.read")
@contract(query=IssuedQuery, result=IssuedNumber, many=True)
def list_given(kind: str) -> Response:
    """List the numbers that a series has given: to which record, when and by whom"""
    wanted = query(IssuedQuery)
    rows = read(list_issued, kind, number=wanted.number, limit=wanted.limit, cursor=wanted.cursor)
    return answers.page(rows)


def _answer(series: Series) -> Response:
    return answers.data(series, version=series.version)
