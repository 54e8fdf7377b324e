"""A host is bounded as the names of the internet are, wherever the address of a site is entered."""

import re
from collections.abc import Iterator

import pytest

from crm.clients.rows import ROWS
from crm.config import Settings, SettingsError, load_settings
from crm.custom_fields.reading import WEB_ADDRESS, refuse_in
from crm.errors import Invalid
from crm.fields import Fields, parse_fields
from crm.host_names import HOST_TOO_LONG, host_fits
from crm.web.app import create_app

LONG_LABEL, LONG_NAME = "a" * 64 + ".example", ".".join(["a" * 60] * 7)
LISTS = ("sites",)
PLACES = re.compile(r"(.*_)?(url|website|sites)")
TRAP = "Inquiry"
"""Its `website` is a field that people do not see, for programs that fill in all."""
SETTINGS = {
    "HOST": "{}",
    "CORS_ORIGINS": "https://{}",
    "WHATSAPP_BASE_URL": "https://{}/v1",
    "SMTP_URL": "smtp://{}:587",
    "PUBLIC_URL": "https://{}",
    "TRUSTED_HOSTS": "{}",
}
FITTING = ("example.com", "a" * 63 + ".example", "localhost", "example.com.", "m\u00fcnchen.example", "::1")
UNFIT = (LONG_NAME, LONG_LABEL, "\u00fc" * 60 + ".example", "a..example", ".example", "", "12:34")


def _models(model: type[Fields] = Fields) -> Iterator[type[Fields]]:
    for each in model.__subclasses__():
        yield each
        yield from _models(each)


def _places() -> dict[str, type[Fields]]:
    assert create_app.__module__.startswith("crm.")  # with it come the models of all rooms
    return {
        f"{model.__name__}.{name}": model
        for model in _models()
        for name in model.model_fields
        if model.__module__.startswith("crm.") and PLACES.fullmatch(name) and model.__name__ != TRAP
    }


def _refuses(place: str, model: type[Fields], host: str) -> bool:
    name = place.partition(".")[2]
    address = f"https://{host}/{{{{1}}}}" if model.__name__ == "TemplateLink" else f"https://{host}"
    try:
        parse_fields(model, {name: [address] if name in LISTS else address})
    except Invalid as error:
        return any(problem.field.startswith(name) for problem in error.problems)
    return False


def test_a_host_and_each_part_of_it_are_bounded_as_they_are_written_in_ascii() -> None:
    assert [host for host in FITTING if not host_fits(host)] == []
    assert [host for host in UNFIT if host_fits(host)] == []


def test_no_field_for_the_address_of_a_site_takes_a_host_that_cannot_be() -> None:
    places = _places()
    assert {"ClientFields.website", "NewWebForm.sites", "TemplateLink.url"} < places.keys()
    for host, refused in ((LONG_LABEL, True), (LONG_NAME, True), ("a.example", False)):
        wrong = [place for place, model in places.items() if _refuses(place, model, host) is not refused]
        assert wrong == [], host
    with pytest.raises(ValueError, match=HOST_TOO_LONG):
        refuse_in(WEB_ADDRESS, f"https://{LONG_NAME}/")


@pytest.mark.parametrize("name", SETTINGS)
def test_no_setting_takes_one(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for each in Settings.model_fields:
        monkeypatch.delenv(each.upper(), raising=False)
    for host in (LONG_LABEL, LONG_NAME):
        monkeypatch.setenv(name, SETTINGS[name].format(host))
        with pytest.raises(SettingsError, match=name):
            load_settings()


def test_one_that_is_stored_already_comes_back_from_a_backup() -> None:
    check = ROWS["clients"].columns["website"]
    assert check(f"https://{LONG_NAME}/") is None
