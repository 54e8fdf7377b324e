"""/api/company: the company that issues the documents of the workspace, and its logo."""

from flask import Blueprint, Response

from crm.db.transaction import Transaction
from crm.documents.company import Company, change_company, get_company
from crm.documents.company_fields import CompanyChanges
from crm.documents.company_logo import drawn_logo, read_logo, remove_logo, set_logo
from crm.web.auth import accepts_upload, permit
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, read, write
from crm.web.requests.uploads import given_file
from crm.web.responses import answers
from crm.web.responses.documents import send_logo

blueprint = Blueprint("api_company", __name__, url_prefix="/api/company")


@blueprint.get("")
@permit("company.read")
@contract(result=Company)
def show() -> Response:
    """Show the company that issues quotes and invoices; `missing` names what its country still asks for"""
    return _answer(read(get_company))


@blueprint.patch("")
@permit("company.manage")
@contract(body=CompanyChanges, result=Company, refusals=(412,))
def change() -> Response:
    """Change some of what is known of the company; documents that were sent stay as they were"""
    return _answer(write(change_company, json_body(CompanyChanges), expected_version=expected_version()))


@blueprint.get("/logo")
@permit("company.read")
@contract(content=("image/png", "image/jpeg"), refusals=(404,))
def show_logo() -> Response:
    """Get the logo of the company"""
    return send_logo(read(logo_now))


@blueprint.put("/logo")
@permit("company.manage")
@accepts_upload
@contract(upload=True, result=Company, refusals=(412,))
def put_logo() -> Response:
    """Set the logo: a PNG or JPEG file of up to 4 MB, in the field `file`"""
    file = given_file()
    drawn = drawn_logo(file.filename or "", file.stream)
    return _answer(write(set_logo, drawn, expected_version=expected_version()))


@blueprint.delete("/logo")
@permit("company.manage")
@contract(status=204, refusals=(412,))
def delete_logo() -> Response:
    """Take the logo away; documents that were sent keep it"""
    write(remove_logo, expected_version=expected_version())
    return answers.no_content()


def logo_now(tx: Transaction) -> bytes:
    """Raises NotFound."""
    return read_logo(tx, get_company(tx).logo)


def _answer(company: Company) -> Response:
    return answers.data(company, version=company.version)
