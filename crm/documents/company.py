"""The company that issues the documents of a workspace: as its owner describes it in the settings."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crm.activity import activity
from crm.db.transaction import Transaction
from crm.documents.company_fields import AfterAcceptance, CompanyChanges
from crm.documents.issuing_needs import missing_for_issuing
from crm.errors import Sentence
from crm.money import as_major, as_stored
from crm.records.skeleton import Skeleton, facts_of, refuse_stale

TEXTS = (
    "legal_name", "street", "postal_code", "city", "region", "country", "email", "phone", "website",
    "tax_number", "vat_id", "registration", "iban", "bic", "small_business", "colour",
)  # fmt: skip
RATES = ("standard_rate", "reduced_rate")
FACTS = (*TEXTS, *RATES, "logo", "after_acceptance")
COMPANY_RECORD = Skeleton(
    "company_profile",
    "company_profiles",
    Sentence("company"),
    FACTS,
    known_by="legal_name",
)


@dataclass(frozen=True, slots=True)
class Company:
    """`id` is 0 while nobody filled it in; `country` is then the workspace's. The rates of tax are
    those that it set itself, in percent; None: those of its country. `logo` is the digest of a
    picture. `missing` names what the country still asks for before invoices can be issued.
    """

    id: int
    legal_name: str | None
    street: str | None
    postal_code: str | None
    city: str | None
    region: str | None
    country: str
    email: str | None
    phone: str | None
    website: str | None
    tax_number: str | None
    vat_id: str | None
    registration: str | None
    iban: str | None
    bic: str | None
    small_business: bool
    standard_rate: int | float | None
    reduced_rate: int | float | None
    colour: str | None
    logo: str | None
    after_acceptance: AfterAcceptance
    missing: list[str]
    version: int


def get_company(tx: Transaction) -> Company:
    row = tx.one(
        """
        SELECT coalesce(p.id, 0) AS id, p.legal_name, p.street, p.postal_code, p.city, p.region,
               coalesce(p.country, w.country) AS country, p.email, p.phone, p.website, p.tax_number,
               p.vat_id, p.registration, p.iban, p.bic, coalesce(p.small_business, 0) AS small_business,
               p.standard_rate, p.reduced_rate, p.colour, p.logo,
               coalesce(p.after_acceptance, 'deal') AS after_acceptance, coalesce(p.version, 1) AS version
          FROM workspaces w
          LEFT JOIN company_profiles p ON p.workspace_id = w.id
         WHERE w.id = :workspace_id
        """
    )
    found = dict(row or {})
    found["small_business"] = bool(found["small_business"])
    found |= {name: None if found[name] is None else as_major(found[name]) for name in RATES}
    return Company(**found, missing=list(missing_for_issuing(found)))


def change_company(
    tx: Transaction, changes: CompanyChanges, *, expected_version: int | None = None
) -> Company:
    """Documents that were sent stay as they were. Raises Stale."""
    given = changes.model_dump(exclude_unset=True)
    given |= {name: as_major(as_stored(given[name])) for name in RATES if given.get(name) is not None}
    return store_company(tx, given, expected_version=expected_version)


def store_company(tx: Transaction, values: dict[str, Any], *, expected_version: int | None = None) -> Company:
    """Write the given facts that differ; if none does, nothing is written. Raises Stale."""
    old = get_company(tx)
    refuse_stale(COMPANY_RECORD, old, expected_version)
    held = facts_of(COMPANY_RECORD, old)
    before, after = activity.changes(held, values)
    if not after:
        return old
    company_id = _store(tx, held | after)
    activity.record(tx, "company_profile.changed", "company_profile", company_id, before=before, after=after)
    return get_company(tx)


def _store(tx: Transaction, facts: dict[str, Any]) -> int:
    return tx.insert(
        """
        INSERT INTO company_profiles (workspace_id, legal_name, street, postal_code, city, region, country,
                                      email, phone, website, tax_number, vat_id, registration, iban, bic,
                                      small_business, standard_rate, reduced_rate, colour, logo,
                                      after_acceptance, version, created_at, updated_at)
        VALUES (:workspace_id, :legal_name, :street, :postal_code, :city, :region, :country,
                :email, :phone, :website, :tax_number, :vat_id, :registration, :iban, :bic,
                :small_business, :standard_rate, :reduced_rate, :colour, :logo,
                :after_acceptance, 2, :now, :now)
            ON CONFLICT (workspace_id) DO UPDATE
           SET legal_name = excluded.legal_name, street = excluded.street,
               postal_code = excluded.postal_code, city = excluded.city, region = excluded.region,
               country = excluded.country, email = excluded.email, phone = excluded.phone,
               website = excluded.website, tax_number = excluded.tax_number, vat_id = excluded.vat_id,
               registration = excluded.registration, iban = excluded.iban, bic = excluded.bic,
               small_business = excluded.small_business, standard_rate = excluded.standard_rate,
               reduced_rate = excluded.reduced_rate, colour = excluded.colour, logo = excluded.logo,
               after_acceptance = excluded.after_acceptance,
               version = company_profiles.version + 1, updated_at = excluded.updated_at
        RETURNING id
        """,
        **{**facts, "small_business": int(bool(facts["small_business"])), **_rates(facts)},
    )


def _rates(facts: dict[str, Any]) -> dict[str, int | None]:
    return {name: None if facts[name] is None else as_stored(Decimal(str(facts[name]))) for name in RATES}
