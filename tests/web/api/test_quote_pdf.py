"""PDF files of quotes: the same bytes for the same quote, texts as data, every script, long tables."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.documents.drawing import draw
from crm.documents.printed import printed_quote
from crm.documents.words import NAMES, words_of
from tests.support.api import client_of, problem_of
from tests.support.cast import Cast

HOSTILE = '#panic("x") #read("/etc/passwd") $x$ *b* _i_ `c` \\ <l> @r = h // c /* #{ [ ] } "'
SCRIPTS = "مرحبا בית ไทย हिन्दी 漢字 ひらがな 한국어 Ελληνικά Кириллица ﷽ 👍"
ITEM = {"title": "Fitting", "quantity": 2, "unit": "h", "unit_price": 50, "tax_rate": 19}


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return client_of(app, db, cast.owner)


def made(owner: FlaskClient, **given: object) -> int:
    answer = owner.post("/api/quotes", json={"lines": [ITEM], **given})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return int(answer.get_json()["data"]["id"])


def pages_in(pdf: bytes) -> int:
    return pdf.count(b"/Type/Page") - pdf.count(b"/Type/Pages")


def drawn(db: Database, cast: Cast, quote_id: int, **more: Any) -> bytes:
    return draw(orjson.dumps(db.read(printed_quote, cast.owner, quote_id) | more))


def test_a_quote_is_drawn_by_a_process_of_its_own_always_the_same(owner: FlaskClient) -> None:
    quote = made(owner, title="Kitchen", header="Dear Ada,\nas discussed.", footer="Thank you.")
    first = owner.get(f"/api/quotes/{quote}/pdf")
    assert first.status_code == 200 and first.mimetype == "application/pdf"
    assert first.data.startswith(b"%PDF-") and len(first.data) < 100_000
    assert owner.get(f"/quotes/{quote}/pdf").data == first.data
    owner.patch(f"/api/quotes/{quote}", json={"title": "Bathroom"})
    assert owner.get(f"/api/quotes/{quote}/pdf").data != first.data


def test_the_same_document_makes_the_same_bytes(db: Database, cast: Cast, owner: FlaskClient) -> None:
    quote = made(owner)
    assert drawn(db, cast, quote) == drawn(db, cast, quote)


def test_what_people_wrote_is_text_and_never_markup(db: Database, cast: Cast, owner: FlaskClient) -> None:
    """Markup would be an error, or read a file."""
    texts = dict.fromkeys(("title", "header", "footer"), HOSTILE)
    lines = [
        {**ITEM, "title": HOSTILE, "details": HOSTILE, "unit": '#"'},
        {"kind": "section", "title": HOSTILE},
        {"kind": "text", "details": "x" * 3_000 + "\n" * 50},
    ]
    drawn(db, cast, made(owner, **texts, lines=lines))


@pytest.mark.parametrize("language", ["en", "ar", "de", "ja", "tlh"])
def test_every_script_is_drawn_in_every_direction(
    db: Database, cast: Cast, owner: FlaskClient, language: str
) -> None:
    document = db.read(
        printed_quote, cast.owner, made(owner, title=SCRIPTS, lines=[{**ITEM, "title": SCRIPTS}])
    )
    drawn_in = document | {"language": language, "rtl": language == "ar", "words": words_of(language)}
    assert draw(orjson.dumps(drawn_in)).startswith(b"%PDF-")


def test_a_table_of_200_lines_goes_over_many_pages(db: Database, cast: Cast, owner: FlaskClient) -> None:
    lines = [{**ITEM, "title": f"Line {n}", "details": "As agreed"} for n in range(200)]
    assert pages_in(drawn(db, cast, made(owner, lines=lines))) > 4


def test_each_language_has_each_word() -> None:
    for language in ("en", "de-AT", "fr", "es", "it", "nl", "pl", "pt", "tr", "ar", "he", "zh", "ja"):
        words = words_of(language)
        assert set(words) == set(NAMES) and all(words.values())
        assert words["tax_on"].format(rate="1 %", net="2") != words["tax_on"]


def test_nobody_else_gets_it(app: Flask, db: Database, cast: Cast, owner: FlaskClient) -> None:
    quote = made(owner)
    problem_of(client_of(app, db, cast.outsider).get(f"/api/quotes/{quote}/pdf"), 404)


def test_no_process_that_answers_requests_loads_what_draws() -> None:
    for path in Path("crm/web").rglob("*.py"):
        assert "documents.drawing" not in path.read_text("utf-8"), path
