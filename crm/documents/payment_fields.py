"""The fields of a payment of an invoice, and their limits."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from crm.fields import Blank, Fields, Text
from crm.money import Price
from crm.time_fields import OptionalDay

Method = Literal["transfer", "card", "cash", "direct_debit", "other"]
PaymentNote = Annotated[Annotated[Text, StringConstraints(max_length=1_000)] | None, Blank]


def _above_nothing(amount: Decimal) -> Decimal:
    if amount <= 0:
        raise ValueError("must be above 0")
    return amount


class PaymentFields(Fields):
    """A payment that arrived, of all that is open or of a part; or a refund of what is owed to the client."""

    refund: bool = Field(
        default=False, description="Paid back to the client, who paid what was credited later"
    )
    amount: Annotated[Price, AfterValidator(_above_nothing)]
    paid_on: OptionalDay = Field(default=None, description="Left out, today")
    method: Method | None = None
    note: PaymentNote = None
