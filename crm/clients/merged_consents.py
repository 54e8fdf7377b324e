"""Which consents hold when two clients are merged, or separated again. Both histories are kept."""

from crm.db.transaction import Transaction

STRENGTH = "CASE {}.state WHEN 'opted_out' THEN 2 WHEN 'opted_in' THEN 1 ELSE 0 END"
"""A merge makes no consent of an opt-out, and nothing said counts less than something said."""


def combine_consents(tx: Transaction, client_id: int) -> None:
    """Of each channel and purpose one of what held for both: the stricter, else the newer."""
    tx.run(
        f"""
        UPDATE client_consents
           SET is_present = 0
         WHERE workspace_id = :workspace_id
           AND client_id = :client_id
           AND is_present = 1
           AND EXISTS (SELECT 1
                         FROM client_consents other
                        WHERE other.workspace_id = :workspace_id
                          AND other.client_id = :client_id
                          AND other.topic = client_consents.topic
                          AND other.is_present = 1
                          AND ({STRENGTH.format("other")}, other.at, other.id)
                            > ({STRENGTH.format("client_consents")}, client_consents.at,
                               client_consents.id))
        """,
        client_id=client_id,
    )


def separate_consents(tx: Transaction, client_id: int) -> None:
    """Where nothing holds since the entries of the other client went, the newest that is left does."""
    tx.run(
        """
        UPDATE client_consents
           SET is_present = 1
         WHERE workspace_id = :workspace_id
           AND client_id = :client_id
           AND NOT EXISTS (SELECT 1
                             FROM client_consents held
                            WHERE held.workspace_id = :workspace_id
                              AND held.client_id = :client_id
                              AND held.topic = client_consents.topic
                              AND held.is_present = 1)
           AND NOT EXISTS (SELECT 1
                             FROM client_consents newer
                            WHERE newer.workspace_id = :workspace_id
                              AND newer.client_id = :client_id
                              AND newer.topic = client_consents.topic
                              AND (newer.at, newer.id) > (client_consents.at, client_consents.id))
        """,
        client_id=client_id,
    )
