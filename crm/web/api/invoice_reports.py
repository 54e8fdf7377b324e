"""/api/reports/invoices: what was invoiced, and what of it is open and overdue."""

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field

from crm.documents.invoice_report import InvoiceReport, report_invoices
from crm.web.auth import permit
from crm.web.openapi.contract import contract
from crm.web.requests.reading import query, read_for_report
from crm.web.responses import answers

blueprint = Blueprint("api_invoice_reports", __name__, url_prefix="/api/reports")


class InvoiceReportQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    months: int = Field(12, ge=1, le=60, description="This month and those before it")


@blueprint.get("/invoices")
@permit("invoices.read")
@contract(query=InvoiceReportQuery, result=InvoiceReport)
def invoices() -> Response:
    """Show by month and currency what was invoiced, and what of it is open and overdue"""
    return answers.data(read_for_report(report_invoices, months=query(InvoiceReportQuery).months))
