"""What columns of other programs say of consent becomes consents, each once, and goes back by undo."""

import pytest
from flask.testing import FlaskClient

from crm.imports.headers.known import meaning_of
from crm.imports.values.consents import agreed, refused
from tests.imports.test_imports import app, bring, clients, confirm, owner

__all__ = ["app", "owner"]


def consents(owner: FlaskClient, name: str = "Ada") -> dict[str, str]:
    return {
        f"{each['channel']} {each['purpose']}": each["state"] for each in clients(owner)[name]["consents"]
    }


@pytest.mark.parametrize(
    ("header", "value", "found"),
    [
        ("Email Opt Out", "1", {"email marketing": "opted_out"}),
        ("HasOptedOutOfEmail", "true", {"email marketing": "opted_out"}),
        ("Email Opt Out", "0", {}),
        ("Unsubscribed from all email", "Yes", {"email marketing": "opted_out"}),
        ("Person - Marketing status", "Unsubscribed", {"email marketing": "opted_out"}),
        ("Marketing status", "Subscribed", {"email marketing": "opted_in"}),
        ("doNotCall", "true", {"phone marketing": "opted_out"}),
        ("Do Not Call", "no", {}),
        ("CONFIRM_TIME", "2024-03-01 09:14:55", {"email marketing": "opted_in"}),
        ("UNSUB_TIME", "2024-03-01 09:14:55", {"email marketing": "opted_out"}),
        ("CLEAN_TIME", "2024-03-01 09:14:55", {"email marketing": "opted_out"}),
        ("SMS Opt Out", "x", {"sms marketing": "opted_out"}),
        ("WhatsApp Opt-In", "ja", {"whatsapp marketing": "opted_in"}),
        ("Accepts SMS Marketing", "no", {"sms marketing": "opted_out"}),
        ("Newsletter", "pending", {}),
    ],
)
def test_columns_of_other_programs_become_consents(
    owner: FlaskClient, header: str, value: str, found: dict[str, str]
) -> None:
    confirm(owner, bring(owner, f"Name,Email,{header}\nAda,ada@example.com,{value}\n".encode()))
    assert consents(owner) == found
    notes = clients(owner)["Ada"]["notes"] or ""
    assert ("pending" in notes) == (value == "pending"), "what says neither is kept in the notes"


def test_the_same_file_again_changes_nothing_and_no_list_lifts_an_opt_out(owner: FlaskClient) -> None:
    first = b"Name,Email,CONFIRM_TIME,Email Opt Out\nAda,ada@example.com,2024-03-01 09:14:55,\n"
    confirm(owner, bring(owner, first))
    (said,) = clients(owner)["Ada"]["consents"]
    assert (said["state"], said["at"], said["source"]) == ("opted_in", "2024-03-01T09:14:00.000Z", "import")
    out = first.replace(b",\n", b",1\n")
    assert out != first
    assert confirm(owner, bring(owner, out, duplicates="update"))["updated"] == 1
    assert consents(owner) == {"email marketing": "opted_out"}
    for again in (first, out, b"Name,Email,Email Opt In\nAda,ada@example.com,yes\n"):
        assert confirm(owner, bring(owner, again, duplicates="update"))["updated"] == 0
    assert consents(owner) == {"email marketing": "opted_out"}
    address = f"/api/clients/{clients(owner)['Ada']['id']}/consents"
    assert len(owner.get(address).get_json()["data"]) == 2


def test_undoing_the_import_takes_its_consents_back(owner: FlaskClient) -> None:
    confirm(owner, bring(owner, b"Name,Email\nAda,ada@example.com\n"))
    done = confirm(
        owner, bring(owner, b"Name,Email,Email Opt In\nAda,ada@example.com,yes\n", duplicates="update")
    )
    assert consents(owner) == {"email marketing": "opted_in"}
    assert owner.post(f"/api/imports/{done['id']}/undo").status_code in {200, 202}
    assert consents(owner) == {}


def test_headers_in_many_languages_are_known() -> None:
    for header in ("Abgemeldet", "Désabonné", "Dado de baja", "Отписан", "Uitgeschreven", "Wypisany"):
        assert meaning_of(header) == ("opt_out", "email", 0), header
    for header in ("Nicht anrufen", "Ne pas appeler", "No llamar", "Не звонить"):
        assert meaning_of(header) == ("do_not_call", "", 0), header
    assert (agreed("Zugestimmt"), agreed("No consent"), agreed("pending")) == (True, False, None)
    assert (refused("Unsubscribed"), refused("No"), refused("ДА")) == (True, False, True)
