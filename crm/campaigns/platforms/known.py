"""All platforms that figures are collected from, beside each other."""

from crm.campaigns.platforms.description import Platform
from crm.campaigns.platforms.ga4 import GA4
from crm.campaigns.platforms.google_ads import GOOGLE_ADS
from crm.campaigns.platforms.http_json import HTTP_JSON
from crm.campaigns.platforms.linkedin_ads import LINKEDIN_ADS
from crm.campaigns.platforms.meta_ads import META_ADS
from crm.campaigns.platforms.tiktok_ads import TIKTOK_ADS
from crm.campaigns.platforms.yandex_direct import YANDEX_DIRECT

PLATFORMS: dict[str, Platform] = {
    each.name: each
    for each in (GOOGLE_ADS, META_ADS, TIKTOK_ADS, YANDEX_DIRECT, LINKEDIN_ADS, GA4, HTTP_JSON)
}
