import html

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.leads import add_lead, furnish


@pytest.mark.parametrize("words", ["РЕМ", "nowak", "ann@", "29 123"])
def test_the_palette_finds_by_name_e_mail_and_phone(
    owner: FlaskClient, db: Database, cast: Cast, words: str
) -> None:
    add_client(db, cast.owner, name="Ремонт Nówak", email="ann@example.org", phone="+37129123456")
    found = html.unescape(owner.get("/search/palette", query_string={"q": words}).get_data(as_text=True))
    assert "Ремонт Nówak" in found


@pytest.mark.parametrize("words", ["ремонт", "nowak", "NÓWAK офиса"])
def test_a_lead_is_found_by_its_title_and_its_client_s_name(
    owner: FlaskClient, outsider: FlaskClient, db: Database, cast: Cast, words: str
) -> None:
    furnish(db, cast.owner)
    client = add_client(db, cast.owner, name="Anna Nowak")
    lead = add_lead(db, cast.owner, title="Ремонт офиса", value=150000, client_id=client.id)
    for address in ("/search", "/search/palette"):
        found = owner.get(address, query_string={"q": words}).get_data(as_text=True)
        assert f'href="/leads/{lead.id}"' in found
        assert "Anna Nowak · New · $150,000" in found
        foreign = outsider.get(address, query_string={"q": words}).get_data(as_text=True)
        assert "Anna Nowak" not in foreign


def test_what_is_not_found_is_said_and_leads_to_the_inbox(owner: FlaskClient) -> None:
    found = html.unescape(owner.get("/search/palette?q=nobody+%26+co").get_data(as_text=True))
    assert "Nothing found for “nobody & co”." in found
    assert 'href="/inbox?q=nobody+%26+co"' in found


@pytest.mark.parametrize("words", ["", " ", "%", "' OR 1=1 --", "*", '"', "a" * 5000, "\u0000", "<script>"])
def test_odd_words_find_nothing_and_break_nothing(
    owner: FlaskClient, db: Database, cast: Cast, words: str
) -> None:
    add_client(db, cast.owner, name="Anna")
    for address in ("/search", "/search/palette", "/clients/companies"):
        answer = owner.get(address, query_string={"q": words})
        assert answer.status_code == 200, address
        assert "<script>" not in answer.get_data(as_text=True).replace('<script type="application/json"', "")


def test_the_commands_come_with_the_palette_alone(owner: FlaskClient, viewer: FlaskClient) -> None:
    commands = owner.get("/search/commands").get_data(as_text=True)
    assert "palette-go-" in commands and 'href="/clients/new"' in commands
    assert "palette-go-" not in owner.get("/").get_data(as_text=True)
    assert 'href="/clients/new"' not in viewer.get("/search/commands").get_data(as_text=True)
