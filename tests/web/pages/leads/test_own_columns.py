"""Custom fields as columns of the list of leads, for those who choose them."""

import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.custom_fields import add_field, remove_field
from tests.support.leads import add_lead

LONG_KEY = "a_key_of_forty_characters_at_the_longest"
CELL = re.compile(r'<td class="col-custom" data-label="([^"]*):"[^>]*>(.*?)</td>', re.DOTALL)


def cells_in(page: Any) -> dict[str, str]:
    assert page.status_code == 200, page.text
    return {html.unescape(label): re.sub("<[^>]+>", "", text) for label, text in CELL.findall(page.text)}


@pytest.mark.usefixtures("furnished")
def test_a_list_shows_the_chosen_fields_in_words_on_the_page_and_in_fragments_and_rows(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    add_field(owner, kind="lead", label="Budget <b>", key="budget", field_type="money")
    add_field(owner, kind="lead", label="Architect", field_type="client")
    add_field(owner, kind="lead", label="Not chosen")
    architect = add_client(db, cast.owner, name="Rossi & Sons").id
    custom = {"budget": 1200.5, "architect": architect, "not_chosen": "hidden"}
    lead = add_lead(db, cast.owner, custom=custom)
    address, chosen = "/leads", "client,custom.budget,custom.architect"
    expected = {"Budget <b>": "$1,200.50", "Architect": "Rossi &amp; Sons"}
    page = owner.get(address, query_string={"columns": chosen})
    assert cells_in(page) == expected and "<b>" not in page.text.split("<table")[1]
    assert (
        cells_in(owner.get(address, query_string={"columns": chosen}, headers={"HX-Request": "true"}))
        == expected
    )
    assert cells_in(owner.get(f"/leads/{lead.id}/cells", query_string={"columns": chosen})) == expected
    assert cells_in(owner.get(f"{address}?view=all")) == {}
    ticked = {"choose_columns": "1", "column_client": "on", "column_custom.budget": "on"}
    assert list(cells_in(owner.get(address, query_string=ticked))) == ["Budget <b>"]


@pytest.mark.usefixtures("furnished")
def test_each_field_is_offered_sorts_where_it_can_and_is_gone_once_it_is_removed(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    field = add_field(owner, kind="lead", label="Roof", key=LONG_KEY)
    add_field(owner, kind="lead", label="Story", field_type="long_text")
    for roof in ("Slate", "Tile"):
        add_lead(db, cast.owner, custom={LONG_KEY: roof, "story": "word " * 100})
    chosen = f"custom.{LONG_KEY},custom.story"
    page = owner.get(f"/leads?columns={chosen}")
    assert f'data-column="custom.{LONG_KEY}" checked' in page.text
    heads = re.findall(
        r'<th scope="col" role="columnheader"\s+class="col-custom".*?</th>', page.text, re.DOTALL
    )
    assert [("sort=" in head, "Roof" in head) for head in heads] == [(True, True), (False, False)]
    assert max(map(len, cells_in(page).values())) <= 101
    for sort, expected in (
        (f"custom.{LONG_KEY}", ["Slate", "Tile"]),
        (f"-custom.{LONG_KEY}", ["Tile", "Slate"]),
    ):
        page = owner.get(f"/leads?columns={chosen}&sort={sort}")
        assert [text for label, text in CELL.findall(page.text) if label == "Roof"] == expected
    remove_field(owner, field)
    assert list(cells_in(owner.get(f"/leads?columns={chosen}"))) == ["Story"]
