-- Lines of quotes name the product that they offer. The rates of tax by class come from the company's country unless it says others.

CREATE TABLE new_quote_lines (
    workspace_id     INTEGER NOT NULL REFERENCES workspaces (id),
    quote_id         INTEGER NOT NULL,
    place            INTEGER NOT NULL,
    kind             TEXT    NOT NULL CHECK (kind IN ('item', 'section', 'text')),
    product_id       INTEGER,
    title            TEXT,
    details          TEXT,
    quantity         INTEGER NOT NULL,
    unit             TEXT,
    unit_price_minor INTEGER NOT NULL,
    tax_rate         INTEGER NOT NULL,
    discount         INTEGER NOT NULL,
    discount_minor   INTEGER NOT NULL,
    is_optional      INTEGER NOT NULL,
    is_alternative   INTEGER NOT NULL,
    is_chosen        INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, quote_id, place),
    FOREIGN KEY (workspace_id, quote_id)   REFERENCES quotes (workspace_id, id),
    FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id)
) STRICT, WITHOUT ROWID;

INSERT INTO new_quote_lines (workspace_id, quote_id, place, kind, title, details, quantity, unit, unit_price_minor, tax_rate,
                             discount, discount_minor, is_optional, is_alternative, is_chosen)
SELECT workspace_id, quote_id, place, kind, title, details, quantity, unit, unit_price_minor, tax_rate, discount, discount_minor,
       is_optional, is_alternative, is_chosen
  FROM quote_lines;

DROP TABLE quote_lines;
ALTER TABLE new_quote_lines RENAME TO quote_lines;

CREATE INDEX quote_lines_by_product ON quote_lines (workspace_id, product_id) WHERE product_id IS NOT NULL;

ALTER TABLE company_profiles ADD COLUMN standard_rate INTEGER;
ALTER TABLE company_profiles ADD COLUMN reduced_rate  INTEGER;
