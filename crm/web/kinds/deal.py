"""The words of deals and their scenarios."""

from flask_babel import lazy_gettext as _

from crm.deals.deal_filters import SORTS
from crm.deals.kind import DEAL as DEAL_KIND
from crm.deals.kind import SCENARIO as SCENARIO_KIND
from crm.web.kinds.destination import Destination
from crm.web.kinds.kind_words import Figure, KindWords, ListWords, Saying, as_it_is, exported_saying
from crm.web.lists.deal_address import DealAddress
from crm.web.words.deal_facts import extras_text, lines_text, trade_ins_text
from crm.web.words.deals import KINDS, STATES

DEAL = KindWords(
    kind=DEAL_KIND,
    one=_("Deal"),
    many=_("Deals"),
    this=_("this deal"),
    some=_("a deal"),
    icon="banknote",
    record="deal_record.show",
    place=Destination("deals.list_all", "banknote", _("Deals"), "deals.read", "g d", ("deals.", "deal_")),
    create=Destination("deal_form.show_new", "banknote", _("New deal"), "deals.write", "d"),
    list=ListWords(
        "deals.list_all",
        DealAddress,
        SORTS,
        found="deals/found.html",
        figures=(Figure(_("Open deals"), {"state": "open"}),),
    ),
    entries=True,
    on_home=True,
    labels={
        "deal_number": _("Deal number"),
        "state": _("State"),
        "vehicle_id": _("Vehicle"),
        "lead_id": _("Lead"),
        "salesperson_id": _("Salesperson"),
        "deal_id": _("Deal"),
        "client": _("Client"),
        "lines": _("Lines"),
        "trade_ins": _("Trade-ins"),
        "scenario": _("Scenario"),
        "cancel_reason": _("Reason"),
        "return_reason": _("Reason"),
        "custom": _("Custom fields"),
        "total": _("Total"),
        "gross_front": _("Gross front"),
        "gross_back": _("Gross back"),
        "delivered_at": _("Delivered"),
        "tax_base": _("Tax base"),
        "tax_rate": _("Tax rate"),
        "rate_method": _("Annual rate by"),
    },
    values={**STATES},
    shown={
        "deal_number": as_it_is,
        "cancel_reason": as_it_is,
        "return_reason": as_it_is,
        "tax_base": as_it_is,
        "rate_method": as_it_is,
        "lines": lines_text,
        "trade_ins": trade_ins_text,
    },
    sayings={
        "deal.created": Saying("banknote", "good", _("%(who)s made %(what)s"), details=False),
        "deal.changed": Saying("pencil", "accent", _("%(who)s changed %(what)s")),
        "deal.deleted": Saying("trash-2", "bad", _("%(who)s moved %(what)s to the trash"), details=False),
        "deal.restored": Saying("archive-restore", "good", _("%(who)s restored %(what)s"), details=False),
        "deal.linked": Saying("user-check", "accent", _("%(who)s gave %(what)s its client")),
        "deal.submitted": Saying("hourglass", "warn", _("%(who)s submitted %(what)s"), untold=("state",)),
        "deal.reopened": Saying(
            "undo-2", "accent", _("%(who)s made %(what)s a draft again"), untold=("state",)
        ),
        "deal.approved": Saying("circle-check", "good", _("%(who)s approved %(what)s"), untold=("state",)),
        "deal.delivered": Saying(
            "trophy", "good", _("%(who)s delivered %(what)s"), untold=("state", "delivered_at", "trade_ins")
        ),
        "deal.cancelled": Saying("circle-x", "bad", _("%(who)s cancelled %(what)s"), untold=("state",)),
        "deal.returned": Saying("undo-2", "warn", _("%(who)s recorded the return of %(what)s")),
        "deal.amended": Saying("sticky-note", "accent", _("%(who)s amended %(what)s")),
        "deal_rules.changed": Saying("settings", "accent", _("%(who)s changed the rules of deals")),
    }
    | exported_saying("deal", _("%(who)s exported deals")),
)

SCENARIO = KindWords(
    kind=SCENARIO_KIND,
    one=_("Scenario"),
    many=_("Scenarios"),
    icon="columns-3",
    labels={
        "down_payment": _("Down payment"),
        "term": _("Term"),
        "apr": _("Nominal rate"),
        "price": _("Price"),
        "accessories": _("Accessories"),
        "fees": _("Fees"),
        "rebates": _("Rebates"),
        "trade_allowance": _("Trade-in allowance"),
        "trade_payoff": _("Trade-in payoff"),
        "money_factor": _("Money factor of a lease"),
        "balloon": _("Balloon"),
        "residual": _("Residual of a lease"),
        "starts_on": _("Day of the contract"),
        "first_payment_on": _("First payment"),
        "mileage_allowance": _("Mileage a year"),
        "excess_mileage_charge": _("Charge for excess mileage"),
        "reserve": _("Share of the finance charge"),
    },
    values={**KINDS},
    shown=dict.fromkeys(("accessories", "fees", "rebates"), extras_text),
    sayings={
        "scenario.created": Saying(
            "columns-3", "good", _("%(who)s added the scenario %(what)s"), details=False
        ),
        "scenario.changed": Saying(
            "columns-3", "accent", _("%(who)s changed the scenario %(what)s"), untold=("active", "discount")
        ),
        "scenario.chosen": Saying("check", "good", _("%(who)s chose the scenario %(what)s"), details=False),
        "scenario.deleted": Saying(
            "columns-3", "bad", _("%(who)s removed the scenario %(what)s"), details=False
        ),
    },
)
