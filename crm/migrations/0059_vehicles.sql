-- The vehicles in stock, what was spent to make them ready, and their pictures in order.

CREATE TABLE vehicles (
    id                 INTEGER PRIMARY KEY,
    workspace_id       INTEGER NOT NULL REFERENCES workspaces (id),
    stock_number       TEXT    NOT NULL,
    stock_key          TEXT    NOT NULL,
    name               TEXT    NOT NULL,
    name_key           TEXT    NOT NULL,
    vin                TEXT,
    year               INTEGER NOT NULL,
    make               TEXT    NOT NULL,
    make_key           TEXT    NOT NULL,
    model              TEXT    NOT NULL,
    model_key          TEXT    NOT NULL,
    trim               TEXT,
    body               TEXT,
    body_key           TEXT,
    fuel               TEXT,
    fuel_key           TEXT,
    transmission       TEXT,
    mileage            INTEGER,
    mileage_unit       TEXT    NOT NULL CHECK (mileage_unit IN ('km', 'mi')),
    mileage_km         INTEGER,
    colour             TEXT,
    condition          TEXT,
    condition_key      TEXT,
    first_registration TEXT,
    cost_minor         INTEGER,
    price_minor        INTEGER,
    currency           TEXT    NOT NULL,
    status             TEXT    NOT NULL CHECK (status IN ('available', 'pending', 'sold', 'withdrawn')),
    location           TEXT,
    location_key       TEXT,
    description        TEXT,
    notes              TEXT,
    stocked_on         TEXT    NOT NULL,
    sold_on            TEXT,
    sought             TEXT    NOT NULL DEFAULT '',
    joined             TEXT    NOT NULL DEFAULT '',
    first_tag          TEXT,
    custom             TEXT,
    version            INTEGER NOT NULL DEFAULT 1,
    created_at         TEXT    NOT NULL,
    updated_at         TEXT    NOT NULL,
    deleted_at         TEXT,
    UNIQUE (workspace_id, id)
) STRICT;

-- A stock number is never used again, not even when its vehicle is in the trash.
CREATE UNIQUE INDEX vehicles_stock_number ON vehicles (workspace_id, stock_key);
CREATE UNIQUE INDEX vehicles_vin          ON vehicles (workspace_id, vin) WHERE deleted_at IS NULL AND vin IS NOT NULL;

CREATE INDEX vehicles_live          ON vehicles (workspace_id)                             WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_creation   ON vehicles (workspace_id, created_at)                 WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_update     ON vehicles (workspace_id, updated_at)                 WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_number     ON vehicles (workspace_id, stock_key)                  WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_name       ON vehicles (workspace_id, name_key)                   WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_make       ON vehicles (workspace_id, make_key)                   WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_model      ON vehicles (workspace_id, model_key)                  WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_body       ON vehicles (workspace_id, body_key)                   WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_fuel       ON vehicles (workspace_id, fuel_key)                   WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_condition  ON vehicles (workspace_id, condition_key)              WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_location   ON vehicles (workspace_id, location_key)               WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_year       ON vehicles (workspace_id, year)                       WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_price      ON vehicles (workspace_id, COALESCE(price_minor, -1))  WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_mileage    ON vehicles (workspace_id, COALESCE(mileage_km, -1))   WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_status     ON vehicles (workspace_id, status)                     WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_tag        ON vehicles (workspace_id, first_tag)                  WHERE deleted_at IS NULL;
CREATE INDEX vehicles_by_stocking   ON vehicles (workspace_id, stocked_on)                 WHERE deleted_at IS NULL;
CREATE INDEX vehicles_in_stock      ON vehicles (workspace_id, stocked_on, status, currency, price_minor)
                                        WHERE deleted_at IS NULL AND sold_on IS NULL;
CREATE INDEX vehicles_pending       ON vehicles (workspace_id) WHERE deleted_at IS NULL AND status = 'pending';
CREATE INDEX vehicles_trash         ON vehicles (workspace_id, deleted_at)                 WHERE deleted_at IS NOT NULL;

CREATE VIRTUAL TABLE vehicles_search USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

-- What was spent to make a vehicle ready to be sold.
CREATE TABLE vehicle_costs (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    vehicle_id   INTEGER NOT NULL,
    place        INTEGER NOT NULL,
    title        TEXT    NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    spent_on     TEXT,
    PRIMARY KEY (workspace_id, vehicle_id, place),
    FOREIGN KEY (workspace_id, vehicle_id) REFERENCES vehicles (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE vehicle_pictures (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    vehicle_id   INTEGER NOT NULL,
    place        INTEGER NOT NULL,
    file_id      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, vehicle_id, place),
    FOREIGN KEY (workspace_id, vehicle_id) REFERENCES vehicles (workspace_id, id),
    FOREIGN KEY (workspace_id, file_id)    REFERENCES files (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX vehicle_pictures_file ON vehicle_pictures (workspace_id, file_id);
