"""Reports, drawn as charts, with their numbers as tables."""

import flask_babel
from flask import Blueprint, render_template
from pydantic import Field

from crm import clock
from crm.db.transaction import Transaction
from crm.fields import MAX_ID
from crm.leads.pipeline import Pipeline, list_pipelines
from crm.leads.reports import Report, show_report
from crm.web.auth import permit
from crm.web.requests.page_address import Address
from crm.web.requests.reading import query, read
from crm.web.sessions.identity import identity

blueprint = Blueprint("reports", __name__)

SPANS = (3, 6, 12, 24)


class ReportAddress(Address):
    pipeline_id: int | None = Field(None, ge=1, le=MAX_ID)
    months: int = Field(12, ge=1, le=60)


@blueprint.get("/reports")
@permit("leads.read")
def show() -> str:
    wanted = query(ReportAddress)
    pipelines, report = read(_read_report, wanted, identity().timezone)
    return render_template(
        "reports/reports.html",
        report=report,
        pipelines=pipelines,
        chosen=report.pipeline_id,
        query=wanted,
        spans=SPANS,
        months={won.label: _month(won.label) for won in report.won_by_month},
    )


def _read_report(tx: Transaction, wanted: ReportAddress, timezone: str) -> tuple[list[Pipeline], Report]:
    report = show_report(tx, wanted.pipeline_id, months=wanted.months, timezone=timezone)
    return list_pipelines(tx), report


def _month(label: str) -> str:
    """2026-11 as people say it."""
    return str(flask_babel.format_date(clock.from_text(f"{label}-01"), "LLL y", rebase=False))
