"""Every blueprint of the appliance: the JSON endpoints and the pages of each room."""

from crm.web.api import activities as api_activities
from crm.web.api import backups as api_backups
from crm.web.api import channels as api_channels
from crm.web.api import clients as api_clients
from crm.web.api import conversations as api_conversations
from crm.web.api import docs as api_docs
from crm.web.api import exports as api_exports
from crm.web.api import files as api_files
from crm.web.api import health as api_health
from crm.web.api import invitations as api_invitations
from crm.web.api import lead_types as api_lead_types
from crm.web.api import leads as api_leads
from crm.web.api import login as api_login
from crm.web.api import notes as api_notes
from crm.web.api import operations as api_operations
from crm.web.api import pipelines as api_pipelines
from crm.web.api import reports as api_reports
from crm.web.api import sessions as api_sessions
from crm.web.api import stages as api_stages
from crm.web.api import tasks as api_tasks
from crm.web.api import templates as api_templates
from crm.web.api import tokens as api_tokens
from crm.web.api import users as api_users
from crm.web.api import views as api_views
from crm.web.api import webhooks as api_webhooks
from crm.web.api import whatsapp as api_whatsapp
from crm.web.api import workspace as api_workspace
from crm.web.pages import (
    activity,
    backups,
    board,
    changes,
    channels,
    client_bulk,
    client_files,
    client_form,
    client_record,
    client_trash,
    clients,
    composer,
    files,
    home,
    inbox,
    inbox_changes,
    inbox_new,
    inbox_unsent,
    join,
    lead_bulk,
    lead_form,
    lead_record,
    lead_trash,
    leads,
    login,
    my_day,
    operations,
    pipelines,
    reports,
    saved_views,
    search,
    security,
    setup,
    stages,
    tasks,
    texts,
    tokens,
    users,
)
from crm.web.pages import settings as settings_pages

API = (
    api_activities.blueprint,
    api_backups.blueprint,
    api_channels.blueprint,
    api_clients.blueprint,
    api_conversations.blueprint,
    api_docs.blueprint,
    api_exports.blueprint,
    api_files.blueprint,
    api_health.blueprint,
    api_invitations.blueprint,
    api_lead_types.blueprint,
    api_leads.blueprint,
    api_login.blueprint,
    api_notes.blueprint,
    api_operations.blueprint,
    api_pipelines.blueprint,
    api_reports.blueprint,
    api_sessions.blueprint,
    api_stages.blueprint,
    api_tasks.blueprint,
    api_templates.blueprint,
    api_tokens.blueprint,
    api_users.blueprint,
    api_views.blueprint,
    api_webhooks.blueprint,
    api_whatsapp.blueprint,
    api_workspace.blueprint,
)
PAGES = (
    activity.blueprint,
    operations.blueprint,
    backups.blueprint,
    board.blueprint,
    changes.blueprint,
    channels.blueprint,
    client_bulk.blueprint,
    client_files.blueprint,
    client_form.blueprint,
    client_record.blueprint,
    client_trash.blueprint,
    clients.blueprint,
    composer.blueprint,
    files.blueprint,
    home.blueprint,
    inbox.blueprint,
    inbox_changes.blueprint,
    inbox_new.blueprint,
    inbox_unsent.blueprint,
    join.blueprint,
    lead_bulk.blueprint,
    lead_form.blueprint,
    lead_record.blueprint,
    lead_trash.blueprint,
    leads.blueprint,
    login.blueprint,
    my_day.blueprint,
    pipelines.blueprint,
    reports.blueprint,
    saved_views.blueprint,
    search.blueprint,
    security.blueprint,
    settings_pages.blueprint,
    setup.blueprint,
    stages.blueprint,
    tasks.blueprint,
    texts.blueprint,
    tokens.blueprint,
    users.blueprint,
)
BLUEPRINTS = (*API, *PAGES)
