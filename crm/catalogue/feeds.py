"""Vehicles as the feeds that Google (RSS with vehicle listings) and Meta (automotive catalogue, CSV) read.

Only what customers may see: neither costs nor notes. Google's feed has only vehicles that are for sale;
Meta's says of each whether it is, and where its seller is, which Meta asks for.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Any

from crm.money import places_of
from crm.when_used import WhenUsed

saxutils = WhenUsed("xml.sax.saxutils")  # it loads what speaks HTTP

Facts = Mapping[str, Any]
Pages = Iterable[Sequence[Facts]]
CATEGORY = "916"
"""Google's category of cars, trucks and vans."""
ADDRESS = {
    "addr1": "street", "city": "city", "region": "region", "postal_code": "postal_code", "country": "country",
}  # fmt: skip
"""Meta's names of the parts of an address, and ours."""
MOST_IMAGES = 10
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">
<channel>
<title>{title}</title>
<link>{link}</link>
<description>{title}</description>
"""
TAIL = "</channel>\n</rss>\n"
META_COLUMNS = (
    "vehicle_id", "title", "description", "url", "make", "model", "year", "mileage.value", "mileage.unit",
    "image[0].url", "image[0].tag[0]", "image[1].url", "price", "sale_price", "state_of_vehicle",
    "availability", "body_style", "drivetrain", "exterior_color", "transmission", "fuel_type", "vin",
    "address", "latitude", "longitude", "custom_label_0", "trim",
    *(f"image[{number}].url" for number in range(2, MOST_IMAGES)),
)  # fmt: skip
# The values that Meta knows, and the words that people use for them.
BODIES = """
    CONVERTIBLE COUPE CROSSOVER GRANDTOURER HATCHBACK MINIBUS MINIVAN MPV PICKUP ROADSTER SALOON SEDAN
    SMALL_CAR SPORTSCAR SUPERCAR SUPERMINI SUV TRUCK VAN WAGON
"""
FUELS = "DIESEL ELECTRIC FLEX GASOLINE HYBRID PETROL PLUGIN_HYBRID"
BOXES = "AUTOMATIC MANUAL"
STATES = "NEW USED CPO"
MEANT = {
    word: value
    for value, words in {
        "WAGON": "ESTATE KOMBI BREAK",
        "SEDAN": "LIMOUSINE BERLINE BERLINA",
        "CONVERTIBLE": "CABRIOLET CABRIO",
        "PLUGIN_HYBRID": "PLUG_IN_HYBRID",
        "PETROL": "BENZIN BENZINE BENZINA ESSENCE GASOLINA",
        "ELECTRIC": "ELEKTRO ELEKTRISCH ÉLECTRIQUE ELÉCTRICO ELETTRICA",
        "AUTOMATIC": "AUTOMATIK AUTOMATIKGETRIEBE AUTOMATIQUE AUTOMÁTICO AUTOMATICO AUTOMAAT",
        "MANUAL": "SCHALTGETRIEBE MANUELL MANUELLE MANUALE HANDGESCHAKELD",
        "NEW": "NEU NEUWAGEN NEUF NUEVO NUOVO NIEUW NOVO",
        "USED": "GEBRAUCHT GEBRAUCHTWAGEN OCCASION USADO USATO GEBRUIKT",
        "CPO": "CERTIFIED CERTIFIED_PRE_OWNED",
    }.items()
    for word in words.split()
}
OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where customers see a vehicle, by its stock number, and a picture, by its file."""

    page: str
    vehicle: Callable[[str], str]
    picture: Callable[[int], str]


def google_feed(
    pages: Pages, where: Addresses | None = None, *, seller: Facts | None = None
) -> Iterator[bytes]:
    """RSS 2.0, in parts."""
    title = (seller or {}).get("legal_name") or "Vehicles"
    yield HEAD.format(title=_xml(title), link=_xml(where.page if where else "")).encode()
    for page in pages:
        shown = [each for each in page if each["status"] == "available"]
        yield "".join(_item(_google_values(each, where)) for each in shown).encode()
    yield TAIL.encode()


def _item(values: Iterable[tuple[str, str]]) -> str:
    lines = [f"  <{name}>{_xml(text)}</{name}>\n" for name, text in values if text]
    place = next((text for name, text in values if name == "g:store_code"), "")
    fulfilment = f"<g:store_code>{_xml(place)}</g:store_code>" if place else ""
    lines.append(
        f"  <g:vehicle_fulfillment><g:option>in_store</g:option>{fulfilment}</g:vehicle_fulfillment>\n"
    )
    return f"<item>\n{''.join(lines)}</item>\n"


def _google_values(facts: Facts, where: Addresses | None) -> list[tuple[str, str]]:
    first, *others = _pictures(facts, where) or [""]
    return [
        ("g:id", facts["stock_number"]),
        ("title", facts["name"]),
        ("description", facts["description"] or ""),
        ("link", where.vehicle(facts["stock_number"]) if where else ""),
        ("g:image_link", first),
        *(("g:additional_image_link", each) for each in others),
        ("g:price", _price(facts)),
        ("g:condition", _among(STATES, facts["condition"]).lower()),
        ("g:brand", facts["make"]),
        ("g:model", facts["model"]),
        ("g:trim", facts["trim"] or ""),
        ("g:year", str(facts["year"])),
        ("g:mileage", _mileage(facts)),
        ("g:color", facts["colour"] or ""),
        ("g:body_style", facts["body"] or ""),
        ("g:engine", facts["fuel"] or ""),
        ("g:transmission", facts["transmission"] or ""),
        ("g:vin", facts["vin"] or ""),
        ("g:google_product_category", CATEGORY),
        ("g:store_code", facts["location"] or ""),
    ]


def meta_feed(
    pages: Pages, where: Addresses | None = None, *, seller: Facts | None = None
) -> Iterator[bytes]:
    """CSV with the header that Meta's catalogue of vehicles asks for, in parts."""
    yield _lines([META_COLUMNS])
    address = _meta_address(seller or {})
    for page in pages:
        yield _lines([_meta_row(each, where, address) for each in page])


def _meta_address(seller: Facts) -> str:
    """`{addr1: "1 Example Road", city: "Testville", region: "TS", country: "GB"}`; empty without a place."""
    parts = {name: seller.get(field) for name, field in ADDRESS.items()}
    written = {name: ", ".join(text.split("\n")) for name, text in parts.items() if text}
    said = ", ".join(f"{name}: {json.dumps(text, ensure_ascii=False)}" for name, text in written.items())
    return f"{{{said}}}" if parts["addr1"] and parts["city"] else ""


def _meta_row(facts: Facts, where: Addresses | None, address: str) -> list[str]:
    pictures = _pictures(facts, where)
    values = {
        "vehicle_id": facts["stock_number"],
        "title": facts["name"],
        "description": facts["description"] or facts["name"],
        "url": where.vehicle(facts["stock_number"]) if where else "",
        "make": facts["make"],
        "model": facts["model"],
        "trim": facts["trim"] or "",
        "year": str(facts["year"]),
        "mileage.value": "" if facts["mileage"] is None else str(facts["mileage"]),
        "mileage.unit": "" if facts["mileage"] is None else str(facts["mileage_unit"]).upper(),
        "image[0].tag[0]": "exterior" if pictures else "",
        "price": _price(facts),
        "state_of_vehicle": _among(STATES, facts["condition"]),
        "availability": "available" if facts["status"] == "available" else "not_available",
        "body_style": _among(BODIES, facts["body"], OTHER),
        "exterior_color": facts["colour"] or "",
        "transmission": _among(BOXES, facts["transmission"]),
        "fuel_type": _among(FUELS, facts["fuel"], OTHER),
        "vin": facts["vin"] or "",
        "address": address,
    } | {f"image[{place}].url": picture for place, picture in enumerate(pictures)}
    return [values.get(name, "") for name in META_COLUMNS]


def _among(known: str, word: str | None, other: str = "") -> str:
    """`other` where they have a value for what is none of them."""
    if not word:
        return ""
    written = re.sub(r"[\s-]+", "_", word.strip().upper())
    meant = MEANT.get(written, written)
    return meant if meant in known.split() else other


def _pictures(facts: Facts, where: Addresses | None) -> list[str]:
    return [where.picture(each) for each in facts["picture_ids"][:MOST_IMAGES]] if where else []


def _price(facts: Facts) -> str:
    """`19999.00 EUR`, with the decimal places of the currency; nothing where it is on request."""
    if not facts["price"]:
        return ""
    return f"{Decimal(str(facts['price'])):.{places_of(facts['currency'])}f} {facts['currency']}"


def _mileage(facts: Facts) -> str:
    unit = {"mi": "miles"}.get(facts["mileage_unit"], facts["mileage_unit"])
    return "" if facts["mileage"] is None else f"{facts['mileage']} {unit}"


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def _xml(text: str) -> str:
    """What XML cannot hold at all becomes a blank."""
    return str(saxutils.escape(_NOT_IN_XML.sub(" ", text)))
