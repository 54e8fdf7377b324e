"""What tells where a visitor came from: UTM values, click ids, an ad, the page and the one before."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from crm.fields import plain_text

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id")
CLICK_IDS = (
    "gclid", "gbraid", "wbraid", "gad_campaignid", "fbclid", "yclid", "ttclid", "msclkid", "li_fat_id",
    "twclid",
)  # fmt: skip
MARKS = (*UTM, *CLICK_IDS, "page", "referrer")
OF_ADS = (
    "source_type", "source_id", "source_url", "headline", "body", "ctwa_clid", "ad_id", "ad_set_id",
    "ad_campaign_id",
)  # fmt: skip
"""What a platform tells itself: a referral of WhatsApp, or the ids of the ad above a lead form."""
LONGEST = dict.fromkeys(UTM, 200) | dict.fromkeys(("page", "referrer", "source_url", "body"), 1_000)
LONGEST_MARK = 500
MOST_PARAMETERS = 100


def read_marks(given: Mapping[str, object]) -> dict[str, str]:
    """Those that are given, and those in the address of the page. No odd one costs a lead: it is cut."""
    told = {name: _cleaned(name, given[name]) for name in MARKS if isinstance(given.get(name), str)}
    in_page = {name: _cleaned(name, value) for name, value in _of_page(told.get("page", "")).items()}
    return {name: value for name, value in {**in_page, **told}.items() if value}


def read_touch(given: Mapping[str, object]) -> dict[str, str]:
    """The marks, and what a platform told of its ad."""
    told = {name: _cleaned(name, given[name]) for name in OF_ADS if isinstance(given.get(name), str)}
    return read_marks(given) | {name: value for name, value in told.items() if value}


def _of_page(page: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(urlsplit(page).query, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        return {}
    return {name: value for name, value in pairs if name in UTM or name in CLICK_IDS}


def _cleaned(name: str, value: object) -> str:
    text = str(value)[: LONGEST.get(name, LONGEST_MARK)]
    text = text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    return " ".join(plain_text(text).split())
