"""The platforms whose exports are known, and how the file of each is recognised."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.imports.headers.known import header_key


@dataclass(frozen=True, slots=True)
class Platform:
    """`signs` are beginnings of headers that only this platform's exports have, in each of its languages.

    `nameless` are what it writes for visits that come from no campaign.
    """

    name: str
    title: str
    signs: tuple[str, ...]
    nameless: frozenset[str] = frozenset()


GOOGLE_ADS = Platform(
    "google_ads",
    "Google Ads",
    (
        "avg cpc", "campaign status", "currency code", "search impr share", "conv value", "impr",
        "kampagnenstatus", "währungscode", "durchschn cpc", "conv wert", "code de devise", "cpc moy",
        "val conv",
        "código de moneda", "cpc medio", "codice valuta", "cpc médio", "código da moeda", "kod waluty",
        "śr cpc", "wyśw", "para birimi kodu", "ort tbm", "код валюты", "сред цена за клик", "stan kampanii",
        "kampanya durumu", "статус кампании", "état de la campagne",
    ),
)  # fmt: skip
META = Platform(
    "meta_ads",
    "Meta (Facebook, Instagram)",
    (
        "amount spent", "reporting starts", "result indicator", "attribution setting", "campaign delivery",
        "berichtsbeginn", "ausgegebener betrag", "attributionseinstellung", "ergebnis indikator",
        "montant dépensé", "début des rapports", "importe gastado", "inicio del informe", "importo speso",
        "inizio dei resoconti", "valor usado", "início dos relatórios", "wydana kwota", "harcanan tutar",
        "потраченная сумма", "сумма затрат", "количество охваченных", "начало отчетности",
    ),
)  # fmt: skip
TIKTOK = Platform(
    "tiktok_ads",
    "TikTok",
    (
        "clicks destination",
        "ctr destination",
        "cpc destination",
        "by day",
        "klicks ziel",
        "clics destination",
    ),
)
YANDEX_DIRECT = Platform(
    "yandex_direct",
    "Yandex Direct",
    (
        "no кампании",
        "no группы",
        "ср цена клика",
        "расход руб",
        "campaignid",
        "campaign no",
        "номер кампании",
    ),
)
GA4 = Platform(
    "ga4",
    "Google Analytics 4",
    (
        "session campaign", "first user campaign", "engaged sessions", "key events", "session source medium",
        "schlüsselereignisse", "sitzungskampagne", "sitzung kampagne", "événements clés", "eventos clave",
        "eventi chiave", "eventos principais", "kluczowe zdarzenia", "önemli etkinlikler", "ключевые события",
    ),
    frozenset({"(not set)", "(direct)", "(organic)", "(referral)", "(none)", "(data not available)"}),
)  # fmt: skip
PLATFORMS = {each.name: each for each in (GOOGLE_ADS, META, TIKTOK, YANDEX_DIRECT, GA4)}
NAMELESS = frozenset().union(*(each.nameless for each in PLATFORMS.values()))


def platform_of(headers: Sequence[str]) -> Platform | None:
    """The one with the most signs among the headers; None if no header is a sign."""
    keys = [header_key(each) for each in headers]
    counts = {each.name: sum(_shows(each, key) for key in keys) for each in PLATFORMS.values()}
    best = max(counts, key=lambda name: counts[name])
    return PLATFORMS[best] if counts[best] else None


def _shows(platform: Platform, key: str) -> bool:
    return any(key == sign or key.startswith(f"{sign} ") for sign in platform.signs)
