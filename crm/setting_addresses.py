"""Where platforms of messages and advertising are reached; a proxy can stand in their place."""

from pydantic import Field
from pydantic_settings import BaseSettings

from crm.setting_types import BaseUrl


class PlatformAddresses(BaseSettings):
    """The addresses that `crm.campaigns.platforms` name by their settings."""

    whatsapp_base_url: BaseUrl = Field(
        default="https://graph.facebook.com/v24.0",
        description="Address and version of the WhatsApp Cloud API",
    )
    google_ads_url: BaseUrl = Field(
        default="https://googleads.googleapis.com/v21",
        description="Address and version of the Google Ads API",
    )
    google_token_url: BaseUrl = Field(
        default="https://oauth2.googleapis.com/token",
        description="Where Google gives access tokens",
    )
    meta_ads_url: BaseUrl = Field(
        default="https://graph.facebook.com/v24.0",
        description="Address and version of Meta's Graph API, for figures and leads",
    )
    tiktok_ads_url: BaseUrl = Field(
        default="https://business-api.tiktok.com/open_api/v1.3",
        description="Address and version of the TikTok API for Business",
    )
    yandex_direct_url: BaseUrl = Field(
        default="https://api.direct.yandex.com/json/v5",
        description="Address of the Yandex Direct API",
    )
    linkedin_ads_url: BaseUrl = Field(
        default="https://api.linkedin.com/rest",
        description="Address of the LinkedIn Marketing API",
    )
    analytics_url: BaseUrl = Field(
        default="https://analyticsdata.googleapis.com/v1beta",
        description="Address of the Data API of Google Analytics",
    )
