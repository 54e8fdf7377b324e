import html

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.clients import add_client


@pytest.mark.parametrize("words", ["РЕМ", "nowak", "ann@", "29 123"])
def test_the_palette_finds_by_name_e_mail_and_phone(
    owner: FlaskClient, db: Database, cast: Cast, words: str
) -> None:
    add_client(db, cast.owner, name="Ремонт Nówak", email="ann@example.org", phone="+37129123456")
    found = html.unescape(owner.get("/search/palette", query_string={"q": words}).get_data(as_text=True))
    assert "Ремонт Nówak" in found


@pytest.mark.parametrize("words", ["", " ", "%", "' OR 1=1 --", "*", '"', "a" * 5000, "\u0000", "<script>"])
def test_odd_words_find_nothing_and_break_nothing(
    owner: FlaskClient, db: Database, cast: Cast, words: str
) -> None:
    add_client(db, cast.owner, name="Anna")
    for address in ("/search", "/search/palette", "/clients/companies"):
        answer = owner.get(address, query_string={"q": words})
        assert answer.status_code == 200, address
        assert "<script>" not in answer.get_data(as_text=True).replace('<script type="application/json"', "")
