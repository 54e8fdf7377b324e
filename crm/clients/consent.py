"""What a client agreed to, as it is read with the client."""

from dataclasses import dataclass

import orjson

PRESENT = """(SELECT json_group_array(
                   json_array(k.topic, k.channel, k.purpose, k.state, k.at, k.source))
          FROM client_consents k
         WHERE k.workspace_id = :workspace_id
           AND k.client_id = c.id
           AND k.is_present = 1
           AND k.state <> 'unknown')"""
"""The SQL expression of a client's present consents, for `consents_of`."""


@dataclass
class ClientConsent:
    """`state` is opted_in or opted_out, since `at`."""

    channel: str
    purpose: str
    state: str
    at: str
    source: str


def consents_of(present: str) -> list[ClientConsent]:
    """From the value of PRESENT, by topic."""
    return [] if present == "[]" else [ClientConsent(*each) for _, *each in sorted(orjson.loads(present))]
