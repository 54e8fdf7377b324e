-- Which lines of a deal are products, and that what was delivered came back. `lines` of a deal keeps what was agreed of each line.

CREATE TABLE deal_products (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    deal_id      INTEGER NOT NULL,
    place        INTEGER NOT NULL,
    product_id   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, deal_id, place),
    FOREIGN KEY (workspace_id, deal_id)    REFERENCES deals (workspace_id, id),
    FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX deal_products_product ON deal_products (workspace_id, product_id);

ALTER TABLE deals ADD COLUMN returned_at   TEXT;
ALTER TABLE deals ADD COLUMN return_reason TEXT;
