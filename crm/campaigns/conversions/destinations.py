"""The platforms that are told of conversions, by the purpose of their connections."""

from collections.abc import Mapping

from crm.campaigns.conversions.destination import Destination
from crm.campaigns.conversions.google import GOOGLE
from crm.campaigns.conversions.meta import META

DESTINATIONS: Mapping[str, Destination] = {"meta_conversions": META, "google_conversions": GOOGLE}
