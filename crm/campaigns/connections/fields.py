"""The fields of a connection to an advertising platform, for pages and API."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from crm.campaigns.sources.fields import Options, Secrets
from crm.fields import Fields, Id, Line, Name, left_out
from crm.web_forms.fields import FOR_SERVICE, Consent, Purposes

PurposeName = Literal["meta_leads", "meta_conversions", "google_conversions"]
AccountId = Annotated[Line, StringConstraints(max_length=100)]


class NewConnection(Fields):
    """`credentials` and `options` are those that the purpose lists; credentials are never shown again."""

    purpose: PurposeName
    name: Name
    account: AccountId = Field(description="The number at the platform: of the page, dataset or customer")
    credentials: Secrets = Field(default={})
    options: Options = Field(default={})
    form_id: Id | None = Field(None, description="The web form whose pipeline and owners the leads get")
    consent_text: Consent = Field(None, description="What people agree to in the platform's form")
    consent_purposes: Purposes = Field(FOR_SERVICE, description="What that consent is for")
    active: bool = True


class ConnectionChanges(Fields):
    """Some fields of a connection; a credential that is left out or empty stays as it is."""

    name: Name = left_out()
    account: AccountId = left_out()
    credentials: Secrets = left_out()
    options: Options = left_out()
    form_id: Id | None = left_out()
    consent_text: Consent = left_out()
    consent_purposes: Purposes = left_out()
    active: bool = left_out()
