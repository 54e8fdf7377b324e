"""What was exported imports again unchanged: here nothing changes, elsewhere the same records come to be."""

from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from tests.imports.test_imports import bring, confirm, counts

ODD = (
    "=1+1", "+49 170 1", "-5", "@sum", "'=x", "''+y", "'quoted'", "'", "\uff1dwide", "007", "1e5", "1,5",
    "2026-01-02", "4,91E+11", "#VALUE!", "####", "NULL", "-", "n/a", "Total", "true", 'say "hi"',
    "a;b,c|d\te",
    "\u00fc \u0436 \u6f22\u5b57", "\U0001f469\u200d\U0001f467 \U0001f600", "\u05e9\u05dc\u05d5\u05dd",
    "\u0645\u0631\u062d\u0628\u0627", "_x000D_ x", "<b>&amp;</b>", '{"a": 1}', '["x"]', "\\n \\, \\;",
    "a\u00a0b", "two  blanks",
)  # fmt: skip
FIELDS = (
    "kind", "name", "email", "phone", "emails", "phones", "roles", "website", "address", "city", "country",
    "status", "source", "tags", "notes", "consents",
)  # fmt: skip
CSV = ("csv", "csv&delimiter=semicolon&bom=1", "csv&delimiter=tab", "csv&delimiter=pipe&bom=true")
LEAD_FIELDS = (
    "title", "value", "currency", "expected_close", "source", "details", "type", "status", "tags",
    "lost_reason", "stage_name", "stage_kind", "client_name",
)  # fmt: skip


def create(client: FlaskClient, path: str, **given: Any) -> dict[str, Any]:
    answer = client.post(f"/api/{path}", json=given)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    made: dict[str, Any] = answer.get_json()["data"]
    return made


def _points(form: str, values: list[str], label: str) -> list[dict[str, Any]]:
    return [{form: value, "label": f"{label[:30]} {place}"} for place, value in enumerate(values)]


def fill(owner: FlaskClient) -> None:
    """A client for each odd text, which is in every field that takes it; companies come after contacts."""
    company = {"id": 0}
    for place, odd in enumerate(ODD):
        if place % 4 == 0:
            company = create(owner, "clients", kind="company", name=f"{odd} Ltd", city=odd)
        create(
            owner,
            "clients",
            name=odd if len(odd) > 1 else f"{odd} x",
            emails=_points("email", [f"odd{place}@example.com", f"two{place}@example.com"], odd)[
                : 1 + place % 2
            ],
            phones=_points("phone", [f"+4917012345{place:02}", f"+4917099945{place:02}"], odd)[
                : 1 + place % 2
            ],
            website="https://example.com/?a=1,2;3",
            company_id=company["id"],
            address=f"{odd}\nfloor 2, left\n\n{odd}",
            city=odd,
            country="DE",
            status="prospect",
            source=odd,
            tags=[f"{odd} {place}", f"a, b{place}", f"-{place}", f'"q" {place}', f"c;d|{place}"],
            notes=f"{odd}\nsecond line\t{odd}\n{'long ' * 300}{odd}",
        )
    links = [{"company_id": company["id"] - 5, "role": ODD[0]}, {"company_id": company["id"], "role": ODD[1]}]
    two = create(owner, "clients", name="Of two", companies=links)
    for state, at in (("opted_out", "2026-01-02T03:04:05Z"), ("opted_in", "2026-02-03T04:05:06Z")):
        said = {"channel": "whatsapp" if state == "opted_in" else "email", "state": state, "at": at}
        create(owner, f"clients/{two['id']}/consents", source="form", **said)
    create(owner, "clients", name="Many lines", notes="a\n" * 4_000 + "end")
    create(owner, "clients", name="Twin", email="odd1@example.com", allow_duplicate=True, city="Twinville")


def seen(client: FlaskClient, path: str, fields: tuple[str, ...]) -> list[dict[str, Any]]:
    """The records without what is of one workspace alone, in an order that is the same in each."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = client.get(f"/api/{path}?limit=200&cursor={cursor}").get_json()
        found += page["data"]
        cursor = page["page"]["next"] or ""
        if not cursor:
            break
    names = {each["id"]: each.get("name") for each in found}
    for each in found:
        parts = each.get("companies") or ()
        each["roles"] = [(part["company_name"], part["role"], part["main"]) for part in parts]
    shown = [
        {**{name: each[name] for name in fields}, "of": names.get(each.get("company_id"))} for each in found
    ]
    return sorted(shown, key=str)


def exported(client: FlaskClient, path: str, form: str) -> bytes:
    answer = client.get(f"/api/{path}/export?format={form}")
    assert answer.status_code == 200
    return answer.get_data()


@pytest.mark.parametrize("form", [*CSV, "xlsx", "jsonl", "vcard"])
def test_clients_come_back_unchanged(owner: FlaskClient, outsider: FlaskClient, form: str) -> None:
    fill(owner)
    before = seen(owner, "clients", FIELDS)
    content = exported(owner, "clients", form)
    name = f"clients.{form.partition('&')[0]}"
    made = bring(owner, content, name)
    assert (made["plan"]["created"], made["problem_count"]) == (0, 0), made["problems"][:3]
    assert counts(confirm(owner, made)) == [0, 0, len(before), 0]
    again = bring(owner, content, name, duplicates="update", overwrite="true")
    assert counts(confirm(owner, again)) == [0, 0, len(before), 0]
    assert seen(owner, "clients", FIELDS) == before
    elsewhere = confirm(outsider, bring(outsider, content, name))
    assert (counts(elsewhere), elsewhere["problem_count"]) == ([len(before), 0, 0, 0], 0), elsewhere[
        "problems"
    ][:3]
    assert seen(outsider, "clients", FIELDS) == before
    assert counts(confirm(outsider, bring(outsider, content, name))) == [0, 0, len(before), 0]
    assert seen(outsider, "clients", FIELDS) == before


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_leads_come_back_unchanged_with_their_clients(
    owner: FlaskClient, outsider: FlaskClient, form: str
) -> None:
    twins = [create(owner, "clients", name="Twin", allow_duplicate=True) for _ in range(2)]
    for place, odd in enumerate(ODD):
        create(
            owner,
            "leads",
            title=f"{odd} {place}",
            value=place * 1000.25,
            currency="EUR",
            source=odd,
            details=f"{odd}\n{odd}",
            expected_close="2026-02-03",
            tags=[odd, "a, b"],
            client_id=twins[place % 2]["id"] if place % 3 else None,
        )
    before = seen(owner, "leads", LEAD_FIELDS)
    content = exported(owner, "leads", form)
    name = f"leads.{form.partition('&')[0]}"
    done = confirm(owner, bring(owner, content, name, records="leads", duplicates="update"))
    assert (counts(done), done["problems"]) == ([0, 0, len(before), 0], [])
    assert seen(owner, "leads", LEAD_FIELDS) == before
    elsewhere = confirm(outsider, bring(outsider, content, name, records="leads"))
    assert (counts(elsewhere), elsewhere["problem_count"]) == ([len(before), 0, 0, 0], 0), elsewhere[
        "problems"
    ][:3]
    assert seen(outsider, "leads", LEAD_FIELDS) == before
    assert len(seen(outsider, "clients", ("name",))) == 2
    clients = exported(owner, "clients", "csv")
    assert counts(confirm(outsider, bring(outsider, clients, "clients.csv")))[1:] == [0, 0, 0]
    assert len(seen(outsider, "clients", ("name",))) == 2


def test_columns_that_people_add_are_read_as_in_any_file(owner: FlaskClient, outsider: FlaskClient) -> None:
    create(owner, "clients", name="Ada", notes="first")
    lines = exported(owner, "clients", "csv").decode().splitlines()
    content = f"{lines[0]},Job title\r\n{lines[1]},Baker\r\n".encode()
    confirm(outsider, bring(outsider, content, "clients.csv"))
    (ada,) = seen(outsider, "clients", ("notes", "job_title"))
    assert (ada["notes"], ada["job_title"]) == ("first", "Baker")


def test_a_value_that_somebody_spoiled_is_reported_and_the_rest_imported(
    owner: FlaskClient, outsider: FlaskClient
) -> None:
    create(owner, "clients", name="Ada", email="ada@example.com")
    content = exported(owner, "clients", "csv").replace(b"ada@example.com", b"no address")
    done = confirm(outsider, bring(outsider, content, "clients.csv"))
    assert counts(done) == [1, 0, 0, 0]
    assert [problem["value"] for problem in done["problems"]] == ["no address"]


NOTE_FIELDS = ("kind", "text", "direction", "minutes", "happened_at", "subject", "author_name")
TASK_FIELDS = ("title", "details", "due_day", "repeat", "done_at", "subject", "subject_name")


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_notes_and_tasks_come_back_unchanged_on_their_records(
    owner: FlaskClient, outsider: FlaskClient, form: str
) -> None:
    bearers = [create(owner, "clients", name=f"{odd} x", allow_duplicate=True)["id"] for odd in ODD]
    lead = create(owner, "leads", title="=New")["id"]
    for place, odd in enumerate(ODD):
        subject, number = ("client", bearers[place]) if place % 3 else ("lead", lead)
        on = {"subject": subject, "subject_id": number}
        call = {"kind": "call", "direction": "in", "minutes": place} if place % 2 else {}
        happened = f"2026-01-02T03:04:{place:02}Z"
        create(owner, "notes", text=f"{odd}\n{odd}", happened_at=happened, **on, **call)
        due = {"due_at": "2026-05-06T07:08:09Z", "repeat": "weekly"}
        due = {"due_day": "2026-05-06"} if place % 2 else due
        task = create(owner, "tasks", title=f"{odd} t", details=odd, **due, **({} if place % 5 else on))
        if place % 7 == 3 and "repeat" not in due:
            assert owner.patch(f"/api/tasks/{task['id']}", json={"done": True}).status_code == 200
    moved = confirm(outsider, bring(outsider, exported(owner, "clients", form), f"clients.{form}"))
    assert moved["problem_count"] == 0
    confirm(outsider, bring(outsider, exported(owner, "leads", form), f"leads.{form}", records="leads"))
    for records, fields in (("notes", NOTE_FIELDS), ("tasks", TASK_FIELDS)):
        content, name = exported(owner, records, form), f"{records}.{form}"
        before = listed(owner, records, fields)
        options = {"duplicates": "update", "overwrite": "true", "records": records}
        again = confirm(owner, bring(owner, content, name, **options))
        assert (counts(again), again["problem_count"]) == ([0, 0, len(ODD), 0], 0), again["problems"][:3]
        assert listed(owner, records, fields) == before
        elsewhere = confirm(outsider, bring(outsider, content, name, records=records))
        assert counts(elsewhere) == [len(ODD), 0, 0, 0], elsewhere["problems"][:3]
        assert drop(listed(outsider, records, fields)) == drop(before)
        twice = confirm(outsider, bring(outsider, content, name, **options))
        assert counts(twice) == [0, 0, len(ODD), 0]
        assert drop(listed(outsider, records, fields)) == drop(before)


def drop(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without who wrote it, who is not a user in the other workspace."""
    return sorted(({name: row[name] for name in row if name != "author_name"} for row in rows), key=str)


def listed(client: FlaskClient, records: str, fields: tuple[str, ...]) -> list[dict[str, Any]]:
    lines = [orjson.loads(line) for line in exported(client, records, "jsonl").splitlines()]
    return sorted(({name: line[name] for name in fields} for line in lines), key=str)
