-- Products and services, their prices in further currencies, and the stock of those that are counted. Quantities are whole
-- thousandths. The movements are never changed: their sum is the stock.

CREATE TABLE products (
    id             INTEGER PRIMARY KEY,
    workspace_id   INTEGER NOT NULL REFERENCES workspaces (id),
    name           TEXT    NOT NULL,
    name_key       TEXT    NOT NULL,
    kind           TEXT    NOT NULL CHECK (kind IN ('product', 'service')),
    sku            TEXT,
    sku_key        TEXT,
    unit           TEXT,
    price_minor    INTEGER,
    currency       TEXT    NOT NULL,
    cost_minor     INTEGER,
    tax_class      TEXT    NOT NULL,
    active         INTEGER NOT NULL CHECK (active IN (0, 1)),
    category       TEXT,
    category_key   TEXT,
    description    TEXT,
    tracked        INTEGER NOT NULL CHECK (tracked IN (0, 1)),
    allow_negative INTEGER NOT NULL CHECK (allow_negative IN (0, 1)),
    stock          INTEGER NOT NULL DEFAULT 0,
    sought         TEXT    NOT NULL DEFAULT '',
    joined         TEXT    NOT NULL DEFAULT '',
    first_tag      TEXT,
    custom         TEXT,
    version        INTEGER NOT NULL DEFAULT 1,
    created_at     TEXT    NOT NULL,
    updated_at     TEXT    NOT NULL,
    deleted_at     TEXT,
    UNIQUE (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX products_sku     ON products (workspace_id, sku_key) WHERE deleted_at IS NULL AND sku_key IS NOT NULL;
CREATE INDEX products_live           ON products (workspace_id)                            WHERE deleted_at IS NULL;
CREATE INDEX products_by_creation    ON products (workspace_id, created_at)                WHERE deleted_at IS NULL;
CREATE INDEX products_by_update      ON products (workspace_id, updated_at)                WHERE deleted_at IS NULL;
CREATE INDEX products_by_name        ON products (workspace_id, name_key)                  WHERE deleted_at IS NULL;
CREATE INDEX products_by_sku         ON products (workspace_id, sku_key)                   WHERE deleted_at IS NULL;
CREATE INDEX products_by_price       ON products (workspace_id, COALESCE(price_minor, -1)) WHERE deleted_at IS NULL;
CREATE INDEX products_by_category    ON products (workspace_id, category_key)              WHERE deleted_at IS NULL;
CREATE INDEX products_by_activity    ON products (workspace_id, active)                    WHERE deleted_at IS NULL;
CREATE INDEX products_by_kind        ON products (workspace_id, kind)                      WHERE deleted_at IS NULL;
CREATE INDEX products_by_stock       ON products (workspace_id, stock)                     WHERE deleted_at IS NULL;
CREATE INDEX products_by_tag         ON products (workspace_id, first_tag)                 WHERE deleted_at IS NULL;
CREATE INDEX products_trash          ON products (workspace_id, deleted_at)                WHERE deleted_at IS NOT NULL;

CREATE VIRTUAL TABLE products_search USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

CREATE TABLE product_prices (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    product_id   INTEGER NOT NULL,
    currency     TEXT    NOT NULL,
    price_minor  INTEGER NOT NULL CHECK (price_minor >= 0),
    PRIMARY KEY (workspace_id, product_id, currency),
    FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE stock_movements (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    product_id   INTEGER NOT NULL,
    quantity     INTEGER NOT NULL CHECK (quantity <> 0),
    stock        INTEGER NOT NULL,
    reason       TEXT,
    moved_by     INTEGER,
    created_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id),
    FOREIGN KEY (workspace_id, moved_by)   REFERENCES users (workspace_id, id)
) STRICT;

CREATE INDEX stock_movements_of   ON stock_movements (workspace_id, product_id, id);
CREATE INDEX stock_movements_user ON stock_movements (workspace_id, moved_by);
