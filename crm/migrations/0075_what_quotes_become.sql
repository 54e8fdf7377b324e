-- What an accepted quote becomes is said by the company, unless the quote says it. A quote's deal is the one that it was made from, or that
-- was drafted when it was accepted.

ALTER TABLE quotes ADD COLUMN after_acceptance TEXT CHECK (after_acceptance IN ('nothing', 'deal', 'invoice'));

CREATE TABLE quote_deals (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    quote_id     INTEGER NOT NULL,
    deal_id      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, quote_id),
    FOREIGN KEY (workspace_id, quote_id) REFERENCES quotes (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id)  REFERENCES deals (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX quote_deals_by_deal ON quote_deals (workspace_id, deal_id);
