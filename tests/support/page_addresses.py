"""The address of every page that a person can open, made from the routes and from ids by their names."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from flask import Flask
from werkzeug.routing import Rule

QUERIES = {
    "composer.show": "?edit=1", "saved_views.show_edit": "", "clients.list_all": "?sort=name",
    "leads.list_all": "?sort=title", "campaign_days.show": "?month=2025-03",
}  # fmt: skip
# They answer with a file, a fragment of options, or what needs something beyond the records.
NOT_WALKED = {
    "assets", "favicon", "activity.export", "backups.download", "backups.export", "login.show_login",
    "join.show_join", "setup.show_setup", "inbox.open_client", "inbox_new.show_places", "board.show_more",
    "changes.show_head",
    "metrics.show_metrics", "system.show_figures", "system.show_sizes", "alerts.show",
    "client_cells.show_row", "client_cells.show_custom", "client_cells.show_name", "client_cells.show_email",
    "campaign_cells.show_row", "campaign_cells.show_name", "campaign_cells.show_budget",
    "campaign_cells.show_custom", "campaign_cells.show_tags", "exports.campaigns_file",
    "campaign_report.download", "campaign_results.download", "campaign_ads.download", "campaign_ad_days.show",
    "client_cells.show_owner_id", "client_cells.show_phone", "client_cells.show_tags",
    "lead_cells.show_row", "lead_cells.show_custom", "lead_cells.show_title", "lead_cells.show_tags",
    "lead_cells.show_expected_close", "lead_cells.show_owner_id", "lead_cells.show_source",
    "lead_cells.show_value", "product_cells.show_row", "product_cells.show_custom",
    "product_cells.show_name", "product_cells.show_sku", "product_cells.show_category",
    "product_cells.show_tags", "quote_cells.show_row", "quote_cells.show_title",
    "quote_cells.show_valid_until", "quote_cells.show_tags", "quote_cells.show_custom",
    "invoice_cells.show_row", "invoice_cells.show_custom",
    "invoice_cells.show_title", "invoice_cells.show_payment_days", "invoice_cells.show_tags",
    "task_cells.show_title", "task_cells.show_due",
    "vehicle_cells.show_row", "vehicle_cells.show_custom", "vehicle_cells.show_location",
    "vehicle_cells.show_tags", "vehicle_cells.show_price", "vehicle_cells.show_mileage",
    "vehicle_cells.show_colour", "vehicle_cells.show_condition", "product_cells.show_price",
    "deal_cells.show_row", "deal_cells.show_custom", "deal_cells.show_salesperson_id", "deal_cells.show_tags",
    "exports.deals_file",
    "exports.card", "exports.person", "exports.clients_file", "exports.leads_file", "exports.notes_file",
    "exports.tasks_file",
    "exports.quotes_file", "quote_pdf.show", "quote_products.suggest", "vehicles.suggest",
    "leads.suggest", "products.suggest", "deal_sheet.show_pdf",
    "quote_report.download", "reports_deals.download", "shared_quote.show", "shared_quote.show_pdf",
    "shared_quote.show_logo",
    "shared_stock.show", "shared_stock.show_feed", "shared_stock.show_json", "shared_stock.show_picture",
    "shared_stock.show_vehicle", "exports.vehicles_file", "exports.products_file",
    "web_form_submissions.download",
    "public_forms.ask", "public_forms.show", "public_forms.show_script", "public_forms.thank",
    "company.show_logo",
    "exports.invoices_file", "invoice_pdf.show", "invoice_pdf.show_payment_code", "invoice_pdf.show_xml",
    "import_downloads.download_problems", "import_downloads.download_template",
}  # fmt: skip

NAMED = {
    "series": ("deal",),
    "platform": ("google_ads", "http_json"),
    "purpose": ("meta_leads", "google_conversions"),
}
"""Values of an address that are no ids."""


def page_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if not rule.rule.startswith("/api")]


def addresses_of(app: Flask, ids: Mapping[str, Sequence[int]]) -> Iterator[str]:
    """Of each page with each of the ids."""
    with app.test_request_context():
        urls = app.url_map.bind("localhost")
        for rule in page_rules(app):
            if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_WALKED:
                continue
            names = sorted(rule.arguments)
            for chosen in product(*(NAMED.get(name) or ids[name] for name in names)):
                query = QUERIES.get(rule.endpoint, "")
                yield urls.build(rule.endpoint, dict(zip(names, chosen, strict=True))) + query
