"""Creating and changing deals: client, number, deal, scenario, vehicle and ledger in one transaction."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crm.accounts.owners import check_owner
from crm.activity import activity
from crm.catalogue.stocking import hold_vehicle, release_vehicle
from crm.catalogue.vehicle import find_vehicle
from crm.custom_fields.values import check_changed_custom, check_new_custom, store_custom
from crm.db.transaction import Transaction
from crm.deals.deal import DEAL_RECORD, Deal, get_deal
from crm.deals.deal_clients import check_client, client_for
from crm.deals.deal_fields import DealChanges, DealFields
from crm.deals.deal_index import index_deal
from crm.deals.deal_lines import complete_lines, lines_text, store_products
from crm.deals.deal_trade_ins import check_trade_ins, store_trade_ins, trade_in_of
from crm.deals.deal_vehicles import refuse_held_vehicle
from crm.deals.scenarios import add_scenario, calculate_anew, refuse_frozen
from crm.errors import FieldProblem, Invalid, Sentence
from crm.fields import name_key
from crm.leads.lead import find_lead
from crm.money import check_current
from crm.numbers.issuing import assign_number, next_number
from crm.records.skeleton import as_dict, differing, facts_of, given_facts, refuse_stale
from crm.records.tags import set_tags

CALCULATED = {"vehicle_id", "lines", "trade_ins"}
UNFROZEN = {"tags"}
"""What people sort their deals by says nothing of what was agreed."""


def create_deal(tx: Transaction, fields: DealFields, *, complete: bool = False) -> Deal:
    """Any failure leaves nothing and uses no number. Raises Invalid, and Conflict for a vehicle that is not
    available. Where `complete`, each custom field that is required must be given.
    """
    custom = check_new_custom(tx, "deal", {"custom": fields.custom}, complete=complete)
    values = _validated(tx, fields)
    if fields.vehicle_id is not None:
        refuse_held_vehicle(tx, fields.vehicle_id)
    lines = values.pop("lines")
    number = next_number(tx, "deal")
    deal_id = _insert(tx, number, {**values, "lines": lines_text(lines)})
    store_products(tx, deal_id, lines)
    assign_number(tx, "deal", number, "deal", deal_id)
    store_trade_ins(tx, deal_id, fields.trade_ins)
    set_tags(tx, "deal", deal_id, fields.tags)
    store_custom(tx, "deal", deal_id, custom)
    _add_first_scenario(tx, deal_id, fields)
    if fields.vehicle_id is not None:
        hold_vehicle(tx, fields.vehicle_id, came_with={"deal_id": deal_id})
    deal = get_deal(tx, deal_id)
    index_deal(tx, deal)
    activity.record(tx, "deal.created", "deal", deal_id, after=given_facts(DEAL_RECORD, deal))
    return get_deal(tx, deal_id)


def change_deal(
    tx: Transaction, deal_id: int, changes: DealChanges, *, expected_version: int | None = None
) -> Deal:
    """Raises NotFound, Stale, Invalid, and Conflict once it is delivered or cancelled: its tags stay free."""
    old = get_deal(tx, deal_id)
    refuse_stale(DEAL_RECORD, old, expected_version)
    given = {name: getattr(changes, name) for name in changes.model_fields_set}
    if not given:
        return old
    if given.keys() - UNFROZEN:
        refuse_frozen(tx, old)
    custom = check_changed_custom(tx, "deal", deal_id, old.custom, {"custom": changes.custom}, whole=False)
    given.pop("custom", None)
    _check_links(tx, given, old.currency)
    _check_lead(tx, given.get("lead_id"), old.client_id)
    known = [replace(each, vehicle_id=None) for each in old.trade_ins]
    check_trade_ins(tx, old.currency, given.get("trade_ins", ()), known)
    if "lines" in given:
        given["lines"] = complete_lines(tx, changes.lines, old.currency, old.lines)
    given = {name: given[name] for name in differing(DEAL_RECORD, old, _as_facts(given))}
    if not given and not custom:
        return old
    return _change(tx, old, given, custom)


def _as_facts(given: Mapping[str, Any]) -> dict[str, Any]:
    """The values in the form in which a deal has them."""
    facts = dict(given)
    if "lines" in facts:
        facts["lines"] = [as_dict(line) for line in facts["lines"]]
    if "trade_ins" in facts:
        facts["trade_ins"] = [as_dict(trade_in_of(each)) for each in facts["trade_ins"]]
    return facts


def _change(tx: Transaction, old: Deal, given: dict[str, Any], custom: dict[str, Any]) -> Deal:
    store_custom(tx, "deal", old.id, custom)
    _write(tx, old, given)
    if given.keys() & CALCULATED:
        calculate_anew(tx, old.id)
    new = get_deal(tx, old.id)
    before, after = activity.changes(facts_of(DEAL_RECORD, old), facts_of(DEAL_RECORD, new))
    index_deal(tx, new, anew=True)
    activity.record(tx, "deal.changed", "deal", old.id, before=before, after=after)
    return get_deal(tx, old.id)


def _validated(tx: Transaction, fields: DealFields) -> dict[str, Any]:
    if fields.client_id is not None and fields.client is not None:
        raise Invalid.field("client", "cannot be given beside client_id")
    links = {"vehicle_id": fields.vehicle_id, "lead_id": fields.lead_id}
    seller = fields.salesperson_id if "salesperson_id" in fields.model_fields_set else tx.actor.user_id
    currency = fields.currency or _currency(tx, fields.vehicle_id)
    _check_links(tx, {**links, "salesperson_id": fields.salesperson_id}, currency)
    check_current(currency)
    check_trade_ins(tx, currency, fields.trade_ins)
    lines = complete_lines(tx, fields.lines, currency)
    client_id = _client_of(tx, fields)
    _check_lead(tx, fields.lead_id, client_id)
    values = {**links, "salesperson_id": seller, "currency": currency, "notes": fields.notes}
    return {**values, "lines": lines, "client_id": client_id}


def _client_of(tx: Transaction, fields: DealFields) -> int | None:
    """The given one, the new or matching one, or else that of the lead."""
    if fields.client_id is not None:
        return check_client(tx, fields.client_id)
    if fields.client is not None:
        return client_for(tx, fields.client)
    lead = find_lead(tx, fields.lead_id) if fields.lead_id is not None else None
    return lead.client_id if lead else None


def _check_lead(tx: Transaction, lead_id: int | None, client_id: int | None) -> None:
    """Raises Invalid for the lead of somebody else than the deal's client."""
    lead = find_lead(tx, lead_id) if lead_id is not None and client_id is not None else None
    if lead is not None and lead.client_id not in {None, client_id}:
        raise Invalid.field("lead_id", "is a lead of another client")


def _check_links(tx: Transaction, given: Mapping[str, Any], currency: str) -> None:
    problems = []
    if given.get("vehicle_id") is not None:
        vehicle = find_vehicle(tx, given["vehicle_id"])
        if vehicle is None or vehicle.deleted_at is not None:
            problems.append(FieldProblem("vehicle_id", "is not a vehicle of this workspace"))
        elif vehicle.currency != currency:
            priced = Sentence(
                "is priced in {vehicle}, the deal in {deal}", vehicle=vehicle.currency, deal=currency
            )
            problems.append(FieldProblem("vehicle_id", priced))
    if given.get("lead_id") is not None:
        lead = find_lead(tx, given["lead_id"])
        if lead is None or lead.deleted_at is not None:
            problems.append(FieldProblem("lead_id", "is not a lead of this workspace"))
    if problems:
        raise Invalid(*problems)
    if given.get("salesperson_id") is not None:
        try:
            check_owner(tx, given["salesperson_id"])
        except Invalid as error:
            raise error.renamed({"owner_id": "salesperson_id"}) from None


def _currency(tx: Transaction, vehicle_id: int | None) -> str:
    vehicle = find_vehicle(tx, vehicle_id) if vehicle_id is not None else None
    if vehicle is not None:
        return vehicle.currency
    return str(tx.value("SELECT currency FROM workspaces WHERE id = :workspace_id"))


def _add_first_scenario(tx: Transaction, deal_id: int, fields: DealFields) -> None:
    try:
        add_scenario(tx, deal_id, fields.scenario)
    except Invalid as error:
        raise error.reworded(lambda each: FieldProblem(f"scenario.{each.field}", each.message)) from None


def _insert(tx: Transaction, number: str, values: dict[str, Any]) -> int:
    return tx.insert(
        """
        INSERT INTO deals (workspace_id, deal_number, number_key, state, client_id, vehicle_id, lead_id,
                           salesperson_id, currency, lines, notes, created_at, updated_at)
        VALUES (:workspace_id, :deal_number, :number_key, 'draft', :client_id, :vehicle_id, :lead_id,
                :salesperson_id, :currency, :lines, :notes, :now, :now)
        RETURNING id
        """,
        deal_number=number,
        number_key=name_key(number),
        **values,
    )


def _write(tx: Transaction, old: Deal, given: dict[str, Any]) -> None:
    """A vehicle that is taken off the deal is available again, and the new one is pending."""
    vehicle_id = given.get("vehicle_id", old.vehicle_id)
    if vehicle_id != old.vehicle_id:
        of_deal = {"deal_id": old.id}
        if old.vehicle_id is not None:
            release_vehicle(tx, old.vehicle_id, came_with=dict(of_deal))
        if vehicle_id is not None:
            refuse_held_vehicle(tx, vehicle_id)
            hold_vehicle(tx, vehicle_id, came_with=dict(of_deal))
    if "lines" in given:
        store_products(tx, old.id, given["lines"])
    if "trade_ins" in given:
        store_trade_ins(tx, old.id, given["trade_ins"])
    if "tags" in given:
        set_tags(tx, "deal", old.id, given["tags"])
    tx.run(
        """
        UPDATE deals
           SET vehicle_id = :vehicle_id, lead_id = :lead_id, salesperson_id = :salesperson_id,
               lines = :lines, notes = :notes, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :deal_id
        """,
        deal_id=old.id,
        vehicle_id=vehicle_id,
        lead_id=given.get("lead_id", old.lead_id),
        salesperson_id=given.get("salesperson_id", old.salesperson_id),
        lines=lines_text(given.get("lines", old.lines)),
        notes=given.get("notes", old.notes),
    )
