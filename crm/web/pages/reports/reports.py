"""Reports: key figures, and charts with their numbers as tables."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from pydantic import Field

from crm.db.transaction import Transaction
from crm.fields import MAX_ID
from crm.leads.pipeline import Pipeline, list_pipelines
from crm.leads.reports import Report, show_report
from crm.web.auth import permit
from crm.web.lists.filters import OWNER, Chip, chips_of
from crm.web.lists.filters import Field as FilterField
from crm.web.pages.reports.period import Period
from crm.web.requests.reading import read_for_report
from crm.web.requests.wrong_filters import show_despite
from crm.web.sessions.identity import identity
from crm.web.words.choices import owner_choices
from crm.web.words.times import day_text, month_text

blueprint = Blueprint("reports", __name__)

FILTERS = (
    OWNER,
    FilterField("since", lazy_gettext("From"), "words", show=day_text),
    FilterField("until", lazy_gettext("To"), "words", show=day_text),
)


class ReportAddress(Period):
    endpoint = "reports.show"
    pipeline_id: int | None = Field(None, ge=1, le=MAX_ID)
    owner_id: int | None = Field(None, ge=0, le=MAX_ID)


@dataclass(frozen=True, slots=True)
class Shown:
    report: Report
    pipelines: list[Pipeline]
    owners: list[tuple[Any, str]]
    chips: list[Chip]


@blueprint.get("/reports")
@permit("leads.read")
def show() -> ResponseReturnValue:
    return show_despite(ReportAddress, _show)


def _show(wanted: ReportAddress) -> str:
    shown = read_for_report(_read_report, wanted, identity().timezone)
    return render_template(
        "reports/reports.html",
        report=shown.report,
        pipelines=shown.pipelines,
        owners=shown.owners,
        chips=shown.chips,
        whole=wanted.address(without=[field.name for field in FILTERS]),
        chosen=shown.report.pipeline_id,
        query=wanted,
        months={won.label: month_text(won.label) for won in shown.report.won_by_month},
    )


def _read_report(tx: Transaction, wanted: ReportAddress, timezone: str) -> Shown:
    report = show_report(tx, timezone=timezone, **wanted.model_dump())
    owners = [*owner_choices(tx, wanted.owner_id)]
    chips = chips_of(FILTERS, wanted, {"owner_id": owners})
    return Shown(report, list_pipelines(tx), owners, chips)
