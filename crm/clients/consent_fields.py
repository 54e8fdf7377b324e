"""The fields of a consent: what a client agreed to, by which channel and for what."""

from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from crm.fields import Blank, Fields, Text
from crm.time_fields import Moment

Channel = Literal["whatsapp", "email", "phone", "sms", "post"]
Purpose = Literal["marketing", "service"]
State = Literal["opted_in", "opted_out", "unknown"]
GivenSource = Literal["form", "import", "conversation", "by_hand", "api"]
Source = Literal["form", "import", "conversation", "by_hand", "api", "undo"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
TOPICS = {f"{channel}_{purpose}": (channel, purpose) for channel in CHANNELS for purpose in PURPOSES}
"""Channel and purpose in one word, such as `email_marketing`."""
FACT = "consent_"
FACTS = {f"{FACT}{topic}": topic for topic in TOPICS}
"""What the ledger calls each of them."""
ConsentNote = Annotated[Annotated[Text, StringConstraints(max_length=2_000)] | None, Blank]


class ConsentFields(Fields):
    """What a client agreed to, or wants no more. `unknown` takes back what was entered by mistake."""

    channel: Channel
    purpose: Purpose = "marketing"
    state: State
    source: GivenSource = Field("api", description="Where it was said")
    at: Moment | None = Field(None, description="When it was said; now, if it is left out")
    note: ConsentNote = Field(None, description="Such as the words that the client agreed to")


def topic_of(channel: str, purpose: str) -> str:
    return f"{channel}_{purpose}"
