"""Every form of every page, opened and saved unchanged with odd records, changes nothing."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from crm.config import Settings
from crm.conversations.channels.channels import Channel
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.leads.pipeline import get_default_pipeline
from crm.vault import Vault
from tests.support.arrivals import rows
from tests.support.cast import Cast
from tests.support.engines import tables_of_rows
from tests.support.imports import upload_odd_file
from tests.support.odd_records import OddRecords, fill_oddly
from tests.support.page_addresses import addresses_of, page_rules
from tests.support.page_forms import PageForm, forms_of
from tests.support.report_files import upload_odd_reports

EDITS = {
    "channels.change", "client_form.update", "client_record.change_status", "composer.change",
    "custom_fields.update", "deal_desk.update", "deal_form.update",
    "import_steps.change_mapping", "import_steps.mend_cells",
    "inbox_changes.assign", "inbox_changes.link_client", "lead_form.update", "lead_record.change_stage",
    "lead_record.correct_campaign",
    "company.save", "modules.save", "numbers.save", "pipelines.change", "quote_form.update", "retention.save",
    "invoice_form.update", "saved_views.update", "deal_rules.save",
    "settings.save_profile",
    "settings.save_workspace", "stages.update", "tasks.update", "users.save",
    "campaign_form.update",
    "product_form.update", "vehicle_form.update", "web_forms.change", "webhooks.change",
    "campaign_sources.change", "ad_connections.change", "exchange_rates.save",
}  # fmt: skip
ACTS = {
    "activity.undo", "activity.verify", "alerts.save", "alerts.test", "system.acknowledge",
    "backups.release", "backups.start", "backups.take_in",
    "backups.verify", "board.add", "board.move", "channels.connect", "channels.disconnect",
    "channels.replay", "channels.resume", "channels.test", "client_bulk.change_every",
    "client_bulk.change_some", "client_files.change_picture", "client_files.upload",
    "client_conditions.change", "lead_conditions.change", "task_conditions.change",
    "client_duplicates.not_same", "client_erase.erase", "client_merge.merge", "client_merge.unmerge",
    "client_cells.change_custom", "client_cells.change_name", "client_cells.change_tags",
    "client_cells.change_email", "client_cells.change_owner_id", "client_cells.change_phone",
    "lead_cells.change_custom", "lead_cells.change_title", "lead_cells.change_tags",
    "lead_cells.change_expected_close", "lead_cells.change_owner_id", "lead_cells.change_source",
    "lead_cells.change_value", "product_cells.change_custom", "product_cells.change_name",
    "campaign_cells.change_custom",
    "product_cells.change_sku", "product_cells.change_category", "product_cells.change_tags",
    "quote_cells.change_title", "quote_cells.change_valid_until", "quote_cells.change_tags",
    "quote_cells.change_custom", "invoice_cells.change_custom",
    "invoice_cells.change_title", "invoice_cells.change_payment_days", "invoice_cells.change_tags",
    "task_cells.change_title", "task_cells.change_due", "vehicle_cells.change_custom",
    "vehicle_cells.change_location", "vehicle_cells.change_tags",
    "lead_touches.add", "lead_touches.withdraw",
    "client_consents.enter", "client_form.create", "client_trash.delete", "client_trash.restore",
    "composer.add",
    "deal_bulk.change_every", "deal_bulk.change_some", "deal_cells.change_salesperson_id",
    "deal_cells.change_tags", "deal_cells.change_custom",
    "deal_conditions.change", "deal_desk.activate", "deal_desk.calculate", "deal_desk.create",
    "deal_desk.remove", "deal_files.upload", "deal_form.create", "deal_record.amend", "deal_record.approve",
    "deal_record.attach", "deal_record.cancel", "deal_record.move", "deal_record.take_back",
    "deal_trash.delete",
    "deal_trash.restore",
    "custom_fields.create", "custom_fields.move", "custom_fields.purge", "custom_fields.remove",
    "custom_field_type.convert", "custom_field_type.confirm", "custom_field_type.cancel",
    "custom_fields.restore",
    "composer.delete", "composer.plan", "composer.restore", "files.delete",
    "files.restore", "collections.cancel", "collections.choose_columns", "collections.confirm",
    "collections.create", "imports.confirm", "imports.create", "imports.mark_seen", "imports.undo",
    "inbox_changes.change_status", "inbox_changes.fetch_again", "inbox_changes.make_lead",
    "inbox_changes.read_all", "inbox_changes.try_again", "inbox_changes.write_message",
    "inbox_new.create", "inbox_new.send_template", "inbox_unsent.try_again", "join.join",
    "lead_bulk.change_every", "lead_bulk.change_some", "lead_files.upload", "lead_form.create",
    "lead_trash.delete",
    "invoice_bulk.change_every", "invoice_bulk.change_some", "invoice_conditions.change",
    "invoice_credit.credit", "invoice_drafting.draft_from_deal",
    "invoice_drafting.draft_from_quote", "invoice_course.issue", "invoice_course.note_reminder",
    "invoice_course.send_mail",
    "invoice_course.pay", "invoice_course.take_back", "invoice_files.upload", "invoice_form.create",
    "invoice_form.show_totals", "invoice_record.copy", "invoice_trash.delete", "invoice_trash.restore",
    "quote_bulk.change_every", "quote_bulk.change_some", "quote_conditions.change", "quote_files.upload",
    "quote_form.create", "quote_form.show_totals", "quote_record.copy", "quote_record.revoke",
    "quote_message.send", "quote_sources.draft_from_template", "quote_templates.save",
    "quote_templates.remove", "quote_templates.restore", "quote_sources.draft_from_deal",
    "quote_sources.draft_from_lead",
    "quote_record.send", "quote_record.send_mail", "quote_trash.delete", "shared_quote.answer",
    "shared_stock.send_inquiry", "stock.create", "stock.revoke",
    "quote_trash.restore",
    "company.save_logo", "company.drop_logo",
    "lead_trash.restore", "login.log_in_here", "login.log_out", "look.choose", "operations.undo",
    "pipelines.add_type",
    "pipelines.archive", "pipelines.create", "pipelines.delete", "pipelines.remove_type",
    "pipelines.restore", "pipelines.restore_type", "saved_views.delete", "saved_views.refill",
    "campaign_days.save",
    "campaign_bulk.change_every", "campaign_bulk.change_some", "campaign_conditions.change",
    "campaign_files.upload", "campaign_form.create", "campaign_trash.delete", "campaign_trash.restore",
    "campaign_cells.change_name", "campaign_cells.change_budget", "campaign_cells.change_tags",
    "product_bulk.change_every", "product_bulk.change_some", "product_conditions.change",
    "product_files.upload", "product_form.create", "product_record.move", "product_trash.delete",
    "product_trash.restore",
    "vehicle_bulk.change_every", "vehicle_bulk.change_some", "vehicle_conditions.change",
    "vehicle_files.upload", "vehicle_form.create", "vehicle_record.change_status",
    "product_cells.change_price", "product_record.place_picture", "product_record.upload_picture",
    *(f"vehicle_cells.change_{name}" for name in ("price", "mileage", "colour", "condition")),
    "vehicle_record.place_picture", "vehicle_record.take_back", "vehicle_record.upload_picture",
    "vehicle_trash.delete", "vehicle_trash.restore",
    "saved_views.restore", "saved_views.save", "security.end", "security.end_others",
    "security.save_password", "setup.set_up",
    "stages.archive", "stages.create", "stages.delete", "stages.place", "stages.restore",
    "tasks.delete", "tasks.finish", "tasks.restore", "texts.add_one_template", "texts.add_reply",
    "texts.fetch_approved", "texts.remove_one_template", "texts.remove_reply", "texts.restore_one_template",
    "texts.restore_reply", "tokens.create",
    "webhook_deliveries.replay", "webhook_deliveries.replay_all", "webhook_deliveries.test",
    "public_forms.confirm", "public_forms.take", "web_forms.create", "web_forms.delete", "web_forms.restore",
    "web_form_submissions.accept", "web_form_submissions.discard",
    "campaign_sources.create", "campaign_sources.delete", "campaign_sources.restore",
    "campaign_sources.run", "ad_connections.create", "ad_connections.delete", "ad_connections.restore",
    "lead_ads.replay", "ad_conversions.tell",
    "ad_conversions.say_counted",
    "webhooks.create", "webhooks.delete", "webhooks.restore", "webhooks.rotate",
    "tokens.revoke", "users.disable", "users.enable", "users.invite", "users.revoke",
}  # fmt: skip
UNWATCHED = {"tokens", "sessions", "identity_revisions", "attempts", "conversation_reads"}


@pytest.fixture
def odd(settings: Settings, db: Database, cast: Cast, vault: Vault, channel: Channel) -> OddRecords:
    records = add_ids(db, cast, fill_oddly(db, cast.owner, cast.colleague, vault), channel)
    records.ids["import_id"] = [upload_odd_file(settings, db, cast.owner)]
    records.ids["collection_id"] = upload_odd_reports(settings, db, cast.owner)
    return records


def add_ids(db: Database, cast: Cast, records: OddRecords, channel: Channel) -> OddRecords:
    pipeline = db.read(get_default_pipeline, cast.owner)
    records.ids["pipeline_id"] = [pipeline.id]
    records.ids["stage_id"] = [stage.id for stage in pipeline.stages]
    records.ids["channel_id"] = [channel.id]
    return records


def endpoint_of(app: Flask, form: PageForm) -> str:
    try:
        return str(app.url_map.bind("localhost").match(form.action.split("?")[0], method="POST")[0])
    except (HTTPException, RequestRedirect):
        return ""


def everything(db: Database) -> dict[str, list[Any]]:
    """All rows of all tables that hold what people entered, and of the ledger."""
    names = sorted(name for name in db.read(tables_of_rows, SYSTEM) if name not in UNWATCHED)
    return {name: rows(db, f"SELECT * FROM {name} ORDER BY 1, 2") for name in names}


def test_every_form_of_the_pages_is_known_to_change_a_record_or_to_do_something(app: Flask) -> None:
    posts = {rule.endpoint for rule in page_rules(app) if "POST" in (rule.methods or ())}
    assert posts - {"webhooks"} == EDITS | ACTS


def test_a_form_that_is_saved_unchanged_changes_nothing(
    app: Flask, owner: FlaskClient, db: Database, odd: OddRecords
) -> None:
    walked, changed = set(), []
    for address in addresses_of(app, odd.ids):
        answer = owner.get(address, follow_redirects=True)
        if answer.status_code == 409:  # it says why no form opens
            continue
        assert answer.status_code == 200, address
        for form in forms_of(answer.get_data(as_text=True)):
            endpoint = endpoint_of(app, form)
            if form.method != "post" or endpoint not in EDITS or not _is_filled(endpoint, form):
                continue
            before = everything(db)
            said = owner.post(form.action, data=form.values)
            after = everything(db)
            walked.add(endpoint)
            if said.status_code >= 400 or after != before:
                changed.append((address, form.action, said.status_code, _difference(before, after)))
    assert changed == []
    assert walked == EDITS


@pytest.mark.parametrize(("kind", "field"), [("clients", "city"), ("leads", "title"), ("tasks", "title")])
def test_one_changed_field_changes_no_other(
    owner: FlaskClient, db: Database, odd: OddRecords, kind: str, field: str
) -> None:
    for record_id in odd.ids[f"{kind[:-1]}_id"]:
        address = f"/{kind}/{record_id}/edit"
        forms = forms_of(owner.get(address).get_data(as_text=True))
        form = next(form for form in forms if form.action == address)
        form.values[field] = "Another"
        before = everything(db)
        assert owner.post(address, data=form.values).status_code == 303
        changed = {column for table, column, *_ in _difference(before, everything(db)) if table == kind}
        follows = {"version", "updated_at", f"{field}_key", "touched_at", "touched_day", "sought", "joined"}
        assert changed - follows == {field}


def _is_filled(endpoint: str, form: PageForm) -> bool:
    """The path of a lead has buttons only, and a dialog is filled by the button that opens it."""
    return endpoint != "lead_record.change_stage" or bool(form.values.get("stage_id"))


def _difference(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[Any]:
    return [
        (name, column, old[column], new[column])
        for name in before
        for old, new in zip(before[name], after[name], strict=False)
        for column in old
        if old[column] != new[column]
    ] + [(name, str(new)) for name in before for new in after[name][len(before[name]) :]]
