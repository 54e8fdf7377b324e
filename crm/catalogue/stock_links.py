"""Links by which anybody sees the vehicles for sale: secret, revocable; only their hash is kept."""

from dataclasses import asdict, dataclass
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from crm.accounts.credentials import hash_secret
from crm.activity import activity
from crm.db.actor import Actor
from crm.db.transaction import Transaction
from crm.errors import Conflict, NotFound, Sentence
from crm.fields import Fields, Name, Text, visible

GONE = "This page does not exist any more. Ask for a new link."
MOST_LINKS = 20
USUAL_CONSENT = Sentence("I agree that my details are kept and used to answer my inquiry.")
ConsentText = Annotated[Text, StringConstraints(min_length=1, max_length=1_000), AfterValidator(visible)]


class StockLinkFields(Fields):
    name: Name = Field(default="Website", description="Where the link is used")
    consent_text: ConsentText = Field(
        default=str(USUAL_CONSENT), description="What people agree to who send an inquiry"
    )


@dataclass(frozen=True, slots=True)
class StockLink:
    """`inquiries` is how many came by it on the last day on which one did."""

    id: int
    name: str
    consent_text: str
    revoked_at: str | None
    inquired_on: str | None
    inquiries: int
    created_at: str


@dataclass(frozen=True, slots=True)
class NewStockLink(StockLink):
    """`token` is shown this once; the page is `/stock/{token}`."""

    token: str


LINKS = """
    SELECT id, name, consent_text, revoked_at, inquired_on, inquiries, created_at
      FROM stock_links
     WHERE workspace_id = :workspace_id
"""


def share_stock(tx: Transaction, fields: StockLinkFields, secret: str) -> NewStockLink:
    """Raises Conflict where there are enough links."""
    if sum(link.revoked_at is None for link in list_stock_links(tx)) >= MOST_LINKS:
        raise Conflict("There are enough links to the stock: revoke one first.")
    link_id = tx.insert(
        """
        INSERT INTO stock_links (workspace_id, name, consent_text, token_hash, created_by, created_at)
        VALUES (:workspace_id, :name, :consent_text, :token_hash, :actor_id, :now)
        RETURNING id
        """,
        name=fields.name,
        consent_text=fields.consent_text,
        token_hash=hash_secret(secret),
    )
    _record(tx, "vehicle.shared", fields.name)
    return NewStockLink(**asdict(get_stock_link(tx, link_id)), token=secret)


def list_stock_links(tx: Transaction) -> list[StockLink]:
    """The newest first."""
    return [StockLink(**row) for row in tx.all(f"{LINKS} ORDER BY id DESC LIMIT 200")]


def revoke_stock_link(tx: Transaction, link_id: int) -> StockLink:
    """Nobody sees the stock by it from now on. Raises NotFound."""
    link = get_stock_link(tx, link_id)
    if link.revoked_at is not None:
        return link
    tx.run(
        """
        UPDATE stock_links
           SET revoked_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :link_id
        """,
        link_id=link_id,
    )
    _record(tx, "vehicle.unshared", link.name)
    return get_stock_link(tx, link_id)


def open_stock_link(tx: Transaction, token: str) -> tuple[Actor, int]:
    """In whose name the stock is read, and the link's id. `tx` is of SYSTEM. Raises NotFound, also
    where the desk is switched off.
    """
    link = tx.one(
        """
        SELECT l.id, l.workspace_id
          FROM stock_links l
          JOIN workspaces w ON w.id = l.workspace_id
         WHERE l.token_hash = :token_hash
           AND l.revoked_at IS NULL
           AND w.module_desk = 1
        """,
        token_hash=hash_secret(token),
    )
    if link is None:
        raise NotFound(GONE)
    return Actor(link["workspace_id"], None, tx.actor.request_id), link["id"]


def get_stock_link(tx: Transaction, link_id: int) -> StockLink:
    """Raises NotFound."""
    row = tx.one(f"{LINKS} AND id = :link_id", link_id=link_id)
    if row is None:
        raise NotFound("There is no such link.")
    return StockLink(**row)


def _record(tx: Transaction, verb: str, name: str) -> None:
    workspace = int(tx.actor.workspace_id or 0)
    activity.record(tx, verb, "workspace", workspace, after={"name": name})
