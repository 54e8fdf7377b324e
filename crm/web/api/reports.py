"""/api/reports: reports on leads, deals, quotes and stock, as numbers."""

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field

from crm.catalogue.stock_report import StockReport, report_stock
from crm.deals.reports import DealReport, report_deals
from crm.documents.quote_report import QuoteReport, report_quotes
from crm.fields import MAX_ID
from crm.leads.reports import Report, show_report
from crm.time_fields import Day
from crm.web.auth import permit
from crm.web.openapi.contract import contract
from crm.web.requests.reading import query, read_for_report
from crm.web.responses import answers
from crm.web.responses.deal_report import deal_report_csv
from crm.web.responses.list_separator import CsvQuery
from crm.web.responses.quote_report import quote_report_csv
from crm.web.sessions.identity import identity

blueprint = Blueprint("api_reports", __name__, url_prefix="/api/reports")


class ReportQuery(BaseModel):
    """Without `pipeline_id` the default pipeline."""

    model_config = ConfigDict(extra="forbid")

    pipeline_id: int | None = Field(None, ge=1, le=MAX_ID)
    months: int = Field(
        12, ge=1, le=60, description="This month and those before it, as months are in your time zone"
    )
    owner_id: int | None = Field(None, ge=0, le=MAX_ID, description="0: leads without an owner")
    since: Day | None = Field(None, description="From this day on, in place of `months`")
    until: Day | None = Field(None, description="To this day, which counts whole")


class DealReportQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    months: int = Field(
        12, ge=1, le=60, description="This month and those before it, as months are in your time zone"
    )
    salesperson_id: int | None = Field(None, ge=0, le=MAX_ID, description="0: deals without a salesperson")
    since: Day | None = Field(None, description="From this day on, in place of `months`")
    until: Day | None = Field(None, description="To this day, which counts whole")


class DealReportDownload(DealReportQuery, CsvQuery):
    pass


class QuoteReportQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    months: int = Field(
        12, ge=1, le=60, description="This month and those before it, as months are in your time zone"
    )
    owner_id: int | None = Field(None, ge=0, le=MAX_ID, description="0: quotes without an owner")
    since: Day | None = Field(None, description="From this day on, in place of `months`")
    until: Day | None = Field(None, description="To this day, which counts whole")


class QuoteReportDownload(QuoteReportQuery, CsvQuery):
    pass


@blueprint.get("/leads")
@permit("leads.read")
@contract(query=ReportQuery, result=Report, refusals=(404,))
def leads() -> Response:
    """Show a pipeline's key figures, its funnel, won values, and the time spent in each stage"""
    wanted = query(ReportQuery).model_dump()
    return answers.data(
        read_for_report(show_report, wanted.pop("pipeline_id"), timezone=identity().timezone, **wanted)
    )


@blueprint.get("/deals")
@permit("deals.read")
@contract(query=DealReportQuery, result=DealReport)
def deals() -> Response:
    """Show deals by state; for owners and admins also the gross by month and salesperson"""
    wanted = query(DealReportQuery).model_dump()
    return answers.data(read_for_report(report_deals, timezone=identity().timezone, **wanted))


@blueprint.get("/deals/csv")
@permit("deals.read")
@contract(query=DealReportDownload, content=("text/csv",))
def download_deals() -> Response:
    """Download the report on deals as CSV"""
    wanted = query(DealReportDownload)
    given = wanted.model_dump(exclude={"separator"})
    return deal_report_csv(
        read_for_report(report_deals, timezone=identity().timezone, **given), wanted.list_separator
    )


@blueprint.get("/quotes")
@permit("quotes.read")
@contract(query=QuoteReportQuery, result=QuoteReport)
def quotes() -> Response:
    """Show how many quotes were sent and accepted by month, what they were worth, and the rate"""
    wanted = query(QuoteReportQuery).model_dump()
    return answers.data(read_for_report(report_quotes, timezone=identity().timezone, **wanted))


@blueprint.get("/quotes/csv")
@permit("quotes.read")
@contract(query=QuoteReportDownload, content=("text/csv",))
def download_quotes() -> Response:
    """Download the report on quotes as CSV"""
    wanted = query(QuoteReportDownload)
    given = wanted.model_dump(exclude={"separator"})
    report = read_for_report(report_quotes, timezone=identity().timezone, **given)
    return quote_report_csv(report, wanted.list_separator)


@blueprint.get("/stock")
@permit("vehicles.read")
@contract(result=StockReport)
def stock() -> Response:
    """Show how long the vehicles in stock have been there, in bands of age, and what they are offered for"""
    return answers.data(read_for_report(report_stock))
