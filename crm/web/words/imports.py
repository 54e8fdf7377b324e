"""What people read of imports: states, what a column can become, what happens to a row."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from crm.custom_fields.custom_field import CustomField
from crm.imports.described import ON, importing_of, targets_of
from crm.imports.targets import KEEP, LEAVE_OUT, targets_for
from crm.records.kind import Kind
from crm.records.kinds import Kinds
from crm.web.kinds.known import known_words
from crm.web.kinds.words import WORDS

WORKING = frozenset({"reading", "checking", "running", "undoing"})
STATES: Mapping[str, tuple[LazyString, str]] = {
    "reading": (_("Reading the file"), "news"),
    "checking": (_("Checking the rows"), "news"),
    "ready": (_("Not confirmed yet"), "warn"),
    "running": (_("Importing"), "news"),
    "done": (_("Done"), "good"),
    "undoing": (_("Undoing"), "news"),
    "undone": (_("Undone"), "quiet"),
    "failed": (_("Failed"), "bad"),
}
OUTCOMES: Mapping[str, LazyString] = {
    "created": _("New"),
    "updated": _("Updated"),
    "skipped": _("Already here"),
    "left_out": _("Left out"),
}
NEW: Mapping[str, LazyString] = {
    "companies": _("Companies"),
    "tags": _("Tags"),
    "pipelines": _("Pipelines"),
    "stages": _("Stages"),
}
SKIPPED: Mapping[str, LazyString] = {
    "preamble": _("above the headers"),
    "header again": _("the headers again"),
    "total": _("a total"),
}
LABELS: Mapping[str, LazyString] = {
    "first_name": _("First name"),
    "middle_name": _("Middle name"),
    "last_name": _("Last name"),
    "prefix": _("Salutation"),
    "suffix": _("Name suffix"),
    "nickname": _("Nickname"),
    "kind": _("Person or company"),
    "company": _("Company"),
    "company_role": _("Role at the company"),
    "department": _("Department"),
    "job_title": _("Job title"),
    "phone_country": _("Country of the phone number"),
    "phone_code": _("Calling code of the phone number"),
    "profile": _("Profile address"),
    "address": _("Street and number"),
    "street": _("Street"),
    "street_2": _("Street, second line"),
    "region": _("Region or state"),
    "postal_code": _("Postal code"),
    "address_formatted": _("Whole address in one cell"),
    "birthday": _("Birthday"),
    "since": _("Client since"),
    "owner": _("Owner"),
    "language": _("Language of documents"),
    "currency": _("Currency of documents"),
    "external_id": _("ID in the other program"),
    "do_not_call": _("Do not call"),
    "opt_in": _("Consent (yes or no)"),
    "opt_out": _("Opted out (yes or no)"),
    "opted_in": _("Date of consent"),
    "opted_out": _("Date of opt-out"),
    "label": _("Label of the next column"),
    "lead_title": _("Title"),
    "lead_value": _("Value"),
    "lead_currency": _("Currency"),
    "lead_pipeline": _("Pipeline"),
    "lead_stage": _("Stage"),
    "lead_status": _("Open, won or lost"),
    "lead_close": _("Expected close"),
    "lead_created": _("Created on"),
    "lead_lost_reason": _("Lost reason"),
    "lead_owner": _("Owner"),
    "lead_source": _("Source"),
    "lead_type": _("Type"),
    "lead_tags": _("Tags"),
    "lead_details": _("Details"),
    "lead_id": _("ID in the other program"),
    "utm_source": _("UTM source"),
    "utm_medium": _("UTM medium"),
    "utm_campaign": _("UTM campaign"),
    "utm_term": _("UTM term"),
    "utm_content": _("UTM content"),
    "utm_id": _("UTM id of the campaign"),
    "gclid": _("Click id of Google"),
    "fbclid": _("Click id of Facebook"),
    "yclid": _("Click id of Yandex"),
    "ttclid": _("Click id of TikTok"),
    "msclkid": _("Click id of Microsoft"),
    "ad_id": _("ID of the ad"),
    "as_exported": _("As exported from Holdfast"),
    "subject_name": _("Name of the record"),
    "subject_email": _("E-mail of the client"),
    "subject_phone": _("Phone of the client"),
    "subject_id": _("ID of the record in the other program"),
    "subject_kind": _("Client or lead"),
    "done_at": _("Done on"),
    "extra": _("Add to the notes"),
    "extra_amount": _("Add to the notes, as an amount"),
    "extra_day": _("Add to the notes, as a date"),
}
NAMES = """
    name first_name middle_name last_name prefix suffix nickname kind company company_role
    department job_title
"""
CONTACT = "email phone phone_country phone_code website profile"
ADDRESS = "address street street_2 city region postal_code country address_formatted"
ORDERS: Mapping[str, LazyString] = {"dmy": _("day first"), "mdy": _("month first")}
SIGNS: Mapping[str, LazyString] = {
    ",": _("comma"),
    ";": _("semicolon"),
    "\t": _("tab"),
    "|": _("bar"),
    ".": _("point"),
}
FORMS: Mapping[str, LazyString] = {
    "csv": _("Text (CSV)"),
    "xlsx": _("Excel workbook"),
    "ods": _("OpenDocument table"),
    "vcard": _("vCards"),
    "jsonl": _("JSON Lines"),
    "feed": _("Feed (XML)"),
}

Group = tuple[str, list[tuple[str, str]]]


def field_groups(
    records: str, kind: Kind | None = None, custom: Mapping[str, CustomField] | None = None
) -> list[Group]:
    """The fields that a column can be mapped to, in groups; the first group has no name."""
    own = _described_groups(kind) if kind is not None else _usual_groups(records)
    return own + _custom_groups(custom or {})


def _custom_groups(custom: Mapping[str, CustomField]) -> list[Group]:
    found: dict[str, list[tuple[str, str]]] = {}
    for name, field in custom.items():
        of_kind = str(known_words().by_name[field.kind].one)
        title = str(_("Custom fields: %(kind)s", kind=of_kind))
        found.setdefault(title, []).append((name, field.label))
    return list(found.items())


def _usual_groups(records: str) -> list[Group]:
    offered = targets_for(records)
    kept = [name for name in offered if name.startswith("extra")]
    of_lead = [name for name in offered if name.startswith("lead_")]
    groups: list[tuple[LazyString, list[str]]] = [
        (_("Name"), NAMES.split()),
        (_("Contact"), CONTACT.split()),
        (_("Address"), ADDRESS.split()),
    ]
    named = {name for _title, names in groups for name in names}
    rest = [name for name in offered if name not in named and name not in (*kept, *of_lead)]
    groups += [(_("More about the client"), rest), *([(_("Lead"), of_lead)] if of_lead else [])]
    first: Group = ("", [(LEAVE_OUT, str(_("Leave out"))), *((name, _label(name)) for name in kept)])
    return [first, *((str(title), [(name, _label(name)) for name in names]) for title, names in groups)]


def _described_groups(kind: Kind) -> list[Group]:
    offered = [name for name in targets_of(kind) if name not in (*ON, KEEP)]
    usual = [(LEAVE_OUT, str(_("Leave out")))]
    if importing_of(kind).rest:
        usual.append((KEEP, str(_("Add to the text"))))
    title = str(known_words().by_name[kind.name].one)
    groups = [("", usual), (title, [(name, _label(name)) for name in offered])]
    if kind.hangs_on:
        groups.append((str(_("On which record")), [(name, _label(name)) for name in ON]))
    return groups


def choices_of_records(kinds: Kinds) -> list[tuple[str, str, str, str]]:
    """What a file can have: name, label, icon and hint."""
    usual = [
        ("clients", str(_("Clients")), "users", str(_("people and companies"))),
        ("leads", str(_("Leads")), "target", str(_("with their clients"))),
    ]
    hints = {True: str(_("each on its record")), False: ""}
    words = known_words().by_name
    return usual + [
        (name, str(words[kind.name].many), words[kind.name].icon, hints[kind.hangs_on is not None])
        for name, kind in kinds.imported.items()
    ]


def _label(name: str) -> str:
    known = LABELS.get(name) or WORDS.labels.get(name)
    return str(known or name)


def read_as(seen: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was detected in a file, in pairs of label and value."""
    rows: list[tuple[object, object]] = [(_("Format"), FORMS.get(seen.get("form", ""), ""))]
    if seen.get("encoding"):
        rows.append((_("Encoding"), seen["encoding"].upper().replace("_", "-")))
    if seen.get("delimiter"):
        rows.append((_("Separator"), SIGNS.get(seen["delimiter"], seen["delimiter"])))
    if seen.get("sheet"):
        rows.append((_("Sheet"), seen["sheet"]))
    if seen.get("form") != "vcard":
        row = seen.get("header_row")
        rows += [
            (_("Headers"), _("in row %(number)s", number=row) if row else _("none")),
            (_("Dates"), ORDERS.get(seen.get("date_order") or "", _("not clear"))),
            (_("Decimals"), SIGNS.get(seen.get("decimal") or "", _("not clear"))),
        ]
    return [(str(label), str(value)) for label, value in rows]
