"""Every form about a record sends the version that it was made from, or says here why it does not."""

import html
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.conversations.channels.channels import Channel
from crm.db.database import Database
from crm.leads.pipelines import create_pipeline
from crm.leads.stage_fields import PipelineFields
from crm.vault import Vault
from tests.support.cast import Cast
from tests.support.forms_without_version import WHY_NOT
from tests.support.imports import upload_odd_file
from tests.support.odd_records import OddRecords, fill_oddly
from tests.support.page_addresses import addresses_of
from tests.support.page_forms import PageForm, forms_of
from tests.support.report_files import upload_odd_reports
from tests.web.pages.test_unchanged_forms import EDITS, add_ids, endpoint_of, everything

OTHER = "1000000"
MUST_BE_GIVEN = {
    "client_erase.erase": {"name": "x"},
    "vehicle_record.change_status": {"status": "withdrawn"},
}
"""What a browser does not send without, so that what is stale is refused as such."""


@pytest.fixture
def odd(settings: Settings, db: Database, cast: Cast, vault: Vault, channel: Channel) -> OddRecords:
    records = add_ids(db, cast, fill_oddly(db, cast.owner, cast.colleague, vault), channel)
    records.ids["import_id"] = [upload_odd_file(settings, db, cast.owner)]
    records.ids["collection_id"] = upload_odd_reports(settings, db, cast.owner)
    return records


def posted_forms(app: Flask, owner: FlaskClient, odd: OddRecords) -> Iterator[tuple[str, PageForm, str]]:
    for address in addresses_of(app, odd.ids):
        page = owner.get(address, follow_redirects=True).get_data(as_text=True)
        for form in forms_of(page):
            endpoint = endpoint_of(app, form)
            if form.method == "post" and endpoint:
                yield endpoint, form, address


def test_a_form_about_a_record_sends_its_version_and_a_stale_one_changes_nothing(
    app: Flask, owner: FlaskClient, db: Database, odd: OddRecords
) -> None:
    without, changed, refused = set(), [], set()
    for endpoint, form, address in posted_forms(app, owner, odd):
        if "version" not in form.values:
            without.add(endpoint)
            continue
        if endpoint in refused or endpoint in WHY_NOT:
            continue
        before = everything(db)
        stale = form.values.copy()
        stale["version"] = OTHER
        for name, value in MUST_BE_GIVEN.get(endpoint, {}).items():
            stale[name] = value
        answer = owner.post(form.action, data=stale)
        if everything(db) != before or answer.status_code not in {302, 303, 409, 412}:
            changed.append((address, endpoint, answer.status_code))
        refused.add(endpoint)
    assert without - WHY_NOT.keys() == set()
    assert changed == []
    assert {"client_form.update", "lead_form.update", "tasks.update", "tasks.finish", "pipelines.change",
            "stages.update", "stages.archive", "saved_views.update", "users.save",
            "settings.save_workspace", "channels.change", "texts.remove_reply"} <= refused  # fmt: skip


TYPED = {
    "client_form.update": "name", "lead_form.update": "title", "tasks.update": "title",
    "saved_views.update": "name", "pipelines.change": "name", "stages.update": "name", "users.save": "name",
    "settings.save_profile": "name", "settings.save_workspace": "name", "composer.change": "text",
    "channels.change": "business_account_id", "custom_fields.update": "label", "quote_form.update": "title",
    "vehicle_form.update": "model", "company.save": "legal_name", "product_form.update": "name",
    "campaign_form.update": "name",
    "invoice_form.update": "title", "deal_form.update": "notes", "webhooks.change": "name",
    "web_forms.change": "name", "campaign_sources.change": "name", "ad_connections.change": "name",
}  # fmt: skip
NEITHER_TYPED_NOR_KEPT = {
    "client_record.change_status": "one choice, which shows what is saved now",
    "deal_desk.update": "terms of a calculation, which shows what is saved now",
    "import_steps.change_mapping": "choices, which are kept beside what is saved now",
    "import_steps.mend_cells": "cells, which are kept beside what is in the file",
    "inbox_changes.assign": "one choice, which sends who was seen",
    "inbox_changes.link_client": "one choice, which sends who was seen",
    "lead_record.change_stage": "one choice, which shows what is saved now",
    "lead_record.correct_campaign": "one choice, which shows what is saved now",
    "exchange_rates.save": "rows of rates, which show what is saved now",
    "deal_rules.save": "three choices, which show what is saved now",
    "modules.save": "switches, which show what is saved now",
    "retention.save": "its three numbers are shown anew, and what they erase, before they are saved",
    "numbers.save": "a format needs its {seq}: tests/web/api/test_numbers.py types one",
}


def test_each_form_that_edits_is_known_to_show_both_versions_or_why_it_does_not() -> None:
    assert TYPED.keys() | NEITHER_TYPED_NOR_KEPT.keys() == EDITS


@pytest.mark.parametrize("endpoint", TYPED)
def test_a_stale_form_shows_both_versions_and_saves_the_one_that_is_chosen(
    app: Flask, owner: FlaskClient, db: Database, odd: OddRecords, endpoint: str
) -> None:
    form = next(form for name, form, _ in posted_forms(app, owner, odd) if name == endpoint)
    name = TYPED[endpoint]
    theirs, mine = form.values.copy(), form.values.copy()
    theirs[name], mine[name] = "3001", "3002"
    assert owner.post(form.action, data=theirs).status_code == 303
    before = everything(db)
    answer = owner.post(form.action, data=mine)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 412 and everything(db) == before
    assert 'value="3001"' in page and 'value="3002"' in page
    chosen = next(each for each in forms_of(page) if each.action == form.action)
    assert chosen.values[name] == "3002"
    assert owner.post(chosen.action, data=chosen.values).status_code == 303
    assert "'3002'" in str(everything(db)) and everything(db) != before


NEW = {"client_form.update": ("company_id", "new_company"), "lead_form.update": ("client_id", "new_client")}


@pytest.mark.parametrize(
    ("endpoint", "chosen"), [(name, whose) for name in NEW for whose in ("mine", "theirs")]
)
def test_a_stale_form_keeps_the_name_of_a_record_that_it_makes(
    owner: FlaskClient, db: Database, odd: OddRecords, endpoint: str, chosen: str
) -> None:
    form = next(form for name, form, _ in posted_forms(owner.application, owner, odd) if name == endpoint)
    held, new = NEW[endpoint]
    theirs, mine = form.values.copy(), form.values.copy()
    theirs[TYPED[endpoint]] = "Changed meanwhile"
    mine[held], mine[new] = "", "Newly typed & named"
    assert owner.post(form.action, data=theirs).status_code == 303
    page = owner.post(form.action, data=mine).get_data(as_text=True)
    again = next(each for each in forms_of(page) if each.action == form.action)
    assert "New: Newly typed &amp; named" in page
    assert again.values[new] == "Newly typed & named" and again.values[held] == form.values[held]
    if chosen == "theirs":
        again.values[new] = ""
    assert owner.post(form.action, data=again.values).status_code == 303
    assert ("'Newly typed & named'" in str(everything(db))) == (chosen == "mine")
    assert "'Changed meanwhile'" in str(everything(db))


def test_what_one_changed_stays_when_the_other_changed_something_else(
    app: Flask, owner: FlaskClient, db: Database, odd: OddRecords
) -> None:
    forms = {name: form for name, form, _ in posted_forms(app, owner, odd) if name == "stages.update"}
    form = forms["stages.update"]
    theirs, mine = form.values.copy(), form.values.copy()
    theirs["colour"], mine["name"] = "#123456", "Renamed"
    assert owner.post(form.action, data=theirs).status_code == 303
    page = html.unescape(owner.post(form.action, data=mine).get_data(as_text=True))
    chosen = next(each for each in forms_of(page) if each.action == form.action)
    assert (chosen.values["name"], chosen.values["colour"]) == ("Renamed", "#123456")


def test_a_stale_note_comes_back_on_its_timeline_with_both_texts(
    app: Flask, owner: FlaskClient, odd: OddRecords
) -> None:
    address = f"/timeline/notes/{odd.ids['note_id'][0]}"
    assert owner.post(address, data={"text": "Theirs", "version": "1"}).status_code == 303
    answer = owner.post(address, data={"text": "Mine", "version": "1"}, headers={"HX-Request": "true"})
    (form,) = forms_of(answer.get_data(as_text=True))
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (412, "outerHTML")
    assert "Theirs" in answer.get_data(as_text=True) and form.values["text"] == "Mine"
    assert owner.post(form.action, data=form.values).status_code == 303


BUTTONS = {
    "stages.delete": "stage_id", "stages.archive": "stage_id", "pipelines.delete": "pipeline_id",
    "pipelines.archive": "pipeline_id", "composer.delete": "note_id", "tasks.finish": "task_id",
}  # fmt: skip


@pytest.mark.parametrize("endpoint", BUTTONS)
def test_a_button_of_a_stale_page_does_nothing(
    owner: FlaskClient, db: Database, cast: Cast, odd: OddRecords, endpoint: str
) -> None:
    name = BUTTONS[endpoint]
    record_id = odd.ids[name][-1]
    if name == "pipeline_id":
        record_id = db.write(create_pipeline, cast.owner, PipelineFields(name="Repairs")).id
    urls = owner.application.url_map.bind("localhost")
    path = urls.build(endpoint, {name: record_id}, method="POST")
    before = everything(db)
    for headers in ({}, {"HX-Request": "true"}):
        answer = owner.post(path, data={"version": OTHER}, headers=headers)
        assert answer.status_code in {303, 409, 412}
        assert everything(db) == before
    if name != "stage_id":  # one that holds leads goes only with a place for them
        assert owner.post(path, data={"version": "1"}).status_code == 303
        assert everything(db) != before
