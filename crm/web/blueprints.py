"""Every blueprint, written out once: the JSON endpoints and the pages of each room."""

from importlib import import_module

from flask import Blueprint

API = """
    activities alerts attribution backups campaign_results campaign_sums campaigns changes channels clients
    company consents conversations
    custom_fields deal_states deals docs
    erasures exchange_rates exports files health imports invitations kpis invoice_course
    invoice_reports
    invoices lead_types leads login monitoring notes numbers operations
    pipelines products quote_links quote_templates quotes record_exports report_files reports
    retention scenarios
    search sessions
    stages stock_links tasks templates tokens users vehicles views
    ad_connections campaign_sources conversions lead_ads web_forms webhook_deliveries webhooks
    webhooks_outgoing whatsapp workspace
"""
PAGES = """
    accounts.join accounts.login accounts.setup
    activity.activity activity.changes activity.composer activity.operations
    board.board
    campaigns.ad_days campaigns.ads campaigns.bulk campaigns.campaigns campaigns.cells campaigns.collections
    campaigns.conditions campaigns.counted_leads campaigns.files campaigns.form campaigns.made_of
    campaigns.days campaigns.record campaigns.report campaigns.results campaigns.trash
    ad_connections.ad_connections ad_connections.conversions ad_connections.lead_ads
    campaign_sources.campaign_sources
    clients.bulk clients.cells clients.clients clients.conditions clients.consents clients.duplicates
    clients.erase clients.files clients.form clients.merge clients.record clients.trash
    conversations.channels conversations.inbox conversations.inbox_changes conversations.inbox_new
    conversations.inbox_unsent conversations.texts
    custom_fields.custom_fields custom_fields.types
    deals.bulk deals.cells deals.conditions deals.deals deals.desk deals.files deals.form deals.record
    deals.sheet deals.trash
    exports.exports files.files home.home imports.downloads imports.imports imports.steps
    invoices.bulk invoices.cells invoices.conditions invoices.course invoices.credit invoices.drafting
    invoices.files invoices.form invoices.invoices
    invoices.pdf invoices.record invoices.trash
    leads.bulk leads.cells leads.conditions leads.files leads.form leads.leads leads.record
    leads.touches leads.trash
    my_day.my_day numbers.numbers
    pipelines.pipelines pipelines.stages
    quotes.bulk quotes.cells quotes.conditions quotes.files quotes.form quotes.message quotes.pdf
    quotes.products quotes.quotes quotes.record quotes.report quotes.shared quotes.sources
    quotes.templates quotes.trash
    reports.deals reports.invoices reports.reports search.search
    settings.backups settings.company settings.deal_rules settings.exchange_rates
    settings.look settings.modules settings.retention
    settings.security settings.settings settings.stock settings.tokens settings.users
    system.alerts system.metrics system.system
    tasks.cells tasks.conditions tasks.tasks
    products.bulk products.cells products.conditions products.files products.form products.products
    products.record products.trash
    vehicles.bulk vehicles.cells vehicles.conditions vehicles.files vehicles.form vehicles.record
    vehicles.shared
    vehicles.trash vehicles.vehicles views.views web_forms.public web_forms.submissions
    web_forms.web_forms webhooks.deliveries webhooks.webhooks
"""


def _blueprint_of(module: str) -> Blueprint:
    blueprint = import_module(f"crm.web.{module}").blueprint
    if not isinstance(blueprint, Blueprint):
        raise TypeError(f"crm.web.{module} has no blueprint.")
    return blueprint


BLUEPRINTS = tuple(
    _blueprint_of(module)
    for module in (*(f"api.{name}" for name in API.split()), *(f"pages.{name}" for name in PAGES.split()))
)
