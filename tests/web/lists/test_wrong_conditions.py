"""What is wrong in `?filter=` is refused by its place; nothing of it is an error of ours."""

import json
from urllib.parse import quote

from flask.testing import FlaskClient

from tests.support.api import problem_of
from tests.support.conditions import found, one

WRONG: list[tuple[str, str]] = [
    ("[", "filter"),
    ("7", "filter"),
    ("{}", "filter"),
    ('{"all": [], "any": []}', "filter"),
    ('{"all": []}', "filter.all"),
    ('{"all": {}}', "filter.all"),
    ('{"all": [7]}', "filter.all[0]"),
    ('{"all": [{"op": "is"}]}', "filter.all[0].field"),
    ('{"all": [{"field": "name", "op": 7}]}', "filter.all[0].op"),
    ('{"all": [{"field": "name", "op": "is", "value": "a", "x": 1}]}', "filter.all[0].x"),
    ('{"all": [{"field": "nope", "op": "is", "value": "a"}]}', "filter.all[0].field"),
    ('{"all": [{"field": "name", "op": "is", "value": "a"}, {"field": "name", "op": "less"}]}',
     "filter.all[1].op"),
    ('{"any": [{"all": [{"field": "name", "op": "is"}]}]}', "filter.any[0].all[0].value"),
    ('{"field": "name", "op": "is", "value": ["a"]}', "filter.all[0].value"),
    ('{"field": "name", "op": "is", "value": "\\u0000"}', "filter.all[0].value"),
    ('{"field": "name", "op": "is", "value": "\\ud800"}', "filter"),
    ('{"field": "name", "op": "is_any_of", "value": []}', "filter.all[0].value"),
    ('{"field": "owner_id", "op": "is", "value": "x"}', "filter.all[0].value"),
    ('{"field": "owner_id", "op": "is", "value": true}', "filter.all[0].value"),
    ('{"field": "owner_id", "op": "is", "value": 99999999999999999999999}', "filter.all[0].value"),
    ('{"field": "status", "op": "is", "value": "x"}', "filter.all[0].value"),
    ('{"field": "country", "op": "is", "value": "Atlantis"}', "filter.all[0].value"),
    ('{"field": "phone", "op": "is", "value": "no number"}', "filter.all[0].value"),
    ('{"field": "created_at", "op": "is", "value": "last 9999 days"}', "filter.all[0].value"),
    ('{"field": "created_at", "op": "is", "value": "some day"}', "filter.all[0].value"),
    ('{"field": "created_at", "op": "is", "value": "2026-02-30"}', "filter.all[0].value"),
    ('{"field": "created_at", "op": "between", "value": "today"}', "filter.all[0].value"),
    ('{"field": "created_at", "op": "between", "value": ["today", {}]}', "filter.all[0].value"),
    ('{"field": "last_activity", "op": "no_activity_since", "value": -1}', "filter.all[0].value"),
    ('{"any": [{"all": [{"any": [{"all": [{"field": "name", "op": "is", "value": "a"}]}]}]}]}',
     "filter.any[0].all[0].any[0].all"),
    ('{"all": [' + ", ".join(['{"field": "name", "op": "is", "value": "a"}'] * 21) + "]}", "filter"),
    ('{"all": [' + " " * 2_000 + "]}", "filter"),
    ("[" * 1_900, "filter"),
]  # fmt: skip


def test_what_is_wrong_is_named_by_its_place(owner: FlaskClient) -> None:
    for text, place in WRONG:
        for path in ("/api/clients", "/api/clients/count"):
            problem = problem_of(owner.get(path, query_string={"filter": text}), 422)
            assert [each["field"] for each in problem["errors"]] == [place], text
        assert owner.get("/clients", query_string={"filter": text}).status_code == 422, text
        view = {"list": "clients", "name": "x", "query": f"filter={quote(text)}"}
        assert owner.post("/api/views", json=view).status_code == 422, text
    for value in ("1970-01-01", "9999-12-30"):
        for op in ("before", "after", "is", "is_not"):
            assert found(owner, one("created_at", op, value)) is not None


def test_unknown_fields_and_operators_are_answered_with_those_that_there_are(
    owner: FlaskClient,
) -> None:
    refused = owner.get("/api/leads", query_string={"filter": json.dumps(one("nope", "is", 1))})
    assert "title, value, currency" in problem_of(refused, 422)["errors"][0]["message"]
    refused = owner.get("/api/leads", query_string={"filter": json.dumps(one("value", "contains", 1))})
    assert "'is' or 'is_not'" in problem_of(refused, 422)["errors"][0]["message"]
