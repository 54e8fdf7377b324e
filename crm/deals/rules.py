"""The workspace's rules for deals: what scenarios leave out."""

from dataclasses import asdict, dataclass
from decimal import Decimal

from crm.activity import activity
from crm.catalogue.vehicle_fields import as_number
from crm.db.transaction import Transaction
from crm.deals.calculation import Rules
from crm.deals.deal_fields import DealRules
from crm.deals.pricing import TaxRule
from crm.deals.terms import TaxBase
from crm.errors import Sentence
from crm.records.skeleton import Skeleton, refuse_stale

RULES_RECORD = Skeleton(
    "deal_rules", "deal_rules", Sentence("rules"), ("tax_base", "tax_rate", "rate_method")
)


@dataclass(frozen=True, slots=True)
class KeptRules:
    """`rate_method` is None where the country of the workspace decides."""

    id: int
    tax_base: str
    tax_rate: int | float
    rate_method: str | None
    version: int


def get_rules(tx: Transaction) -> KeptRules:
    row = tx.one(
        """
        SELECT workspace_id AS id, tax_base, tax_rate, rate_method, version
          FROM deal_rules
         WHERE workspace_id = :workspace_id
        """
    )
    if row is None:
        return KeptRules(int(tx.actor.workspace_id or 0), "price", 0, None, 1)
    return KeptRules(**row | {"tax_rate": as_number(Decimal(row["tax_rate"]))})


def rules_in_force(tx: Transaction) -> Rules:
    """Regulation Z for the United States, the directive's rate elsewhere, unless the workspace chose."""
    kept = get_rules(tx)
    method = kept.rate_method or ("us" if _country(tx) == "US" else "eu")
    rule = TaxRule(_base(kept.tax_base), Decimal(str(kept.tax_rate)))
    return Rules(rule, "us" if method == "us" else "eu")


def change_rules(tx: Transaction, fields: DealRules, *, expected_version: int | None = None) -> KeptRules:
    """For new scenarios and those that change. Raises Stale."""
    old = get_rules(tx)
    refuse_stale(RULES_RECORD, old, expected_version)
    given = fields.model_dump() | {"tax_rate": as_number(fields.tax_rate)}
    before, after = activity.changes(asdict(old), given)
    if not after:
        return old
    tx.run(
        """
        INSERT INTO deal_rules (workspace_id, tax_base, tax_rate, rate_method, version, updated_at)
        VALUES (:workspace_id, :tax_base, :tax_rate, :rate_method, 2, :now)
            ON CONFLICT (workspace_id) DO UPDATE
           SET tax_base = excluded.tax_base, tax_rate = excluded.tax_rate,
               rate_method = excluded.rate_method, version = deal_rules.version + 1,
               updated_at = excluded.updated_at
        """,
        tax_base=fields.tax_base,
        tax_rate=str(fields.tax_rate),
        rate_method=fields.rate_method,
    )
    activity.record(tx, "deal_rules.changed", "workspace", old.id, before=before, after=after)
    return get_rules(tx)


def _country(tx: Transaction) -> str:
    return str(tx.value("SELECT country FROM workspaces WHERE id = :workspace_id"))


def _base(text: str) -> TaxBase:
    return "margin" if text == "margin" else "price_less_trade" if text == "price_less_trade" else "price"
