-- Deals, their scenarios (ways to pay; one of them is active) and the vehicles that customers trade in. `terms` of a scenario is what
-- people entered, `figures` what came of it. A vehicle is on one open deal at a time.

CREATE TABLE deals (
    id                INTEGER PRIMARY KEY,
    workspace_id      INTEGER NOT NULL REFERENCES workspaces (id),
    deal_number       TEXT    NOT NULL,
    number_key        TEXT    NOT NULL,
    state             TEXT    NOT NULL CHECK (state IN ('draft', 'pending', 'approved', 'delivered', 'cancelled')),
    client_id         INTEGER,
    vehicle_id        INTEGER,
    lead_id           INTEGER,
    salesperson_id    INTEGER,
    currency          TEXT    NOT NULL,
    lines             TEXT    NOT NULL DEFAULT '[]',
    notes             TEXT,
    cancel_reason     TEXT,
    total_minor       INTEGER NOT NULL DEFAULT 0,
    gross_front_minor INTEGER NOT NULL DEFAULT 0,
    gross_back_minor  INTEGER NOT NULL DEFAULT 0,
    approved_by       INTEGER,
    approved_at       TEXT,
    delivered_at      TEXT,
    cancelled_at      TEXT,
    client_key        TEXT    NOT NULL DEFAULT '',
    sought            TEXT    NOT NULL DEFAULT '',
    joined            TEXT    NOT NULL DEFAULT '',
    version           INTEGER NOT NULL DEFAULT 1,
    created_at        TEXT    NOT NULL,
    updated_at        TEXT    NOT NULL,
    deleted_at        TEXT,
    erased_at         TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id)      REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, vehicle_id)     REFERENCES vehicles (workspace_id, id),
    FOREIGN KEY (workspace_id, lead_id)        REFERENCES leads (workspace_id, id),
    FOREIGN KEY (workspace_id, salesperson_id) REFERENCES users (workspace_id, id),
    FOREIGN KEY (workspace_id, approved_by)    REFERENCES users (workspace_id, id),
    CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL)),
    CHECK ((state = 'delivered') = (delivered_at IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX deals_number       ON deals (workspace_id, number_key);
CREATE UNIQUE INDEX deals_open_vehicle ON deals (workspace_id, vehicle_id)
                                       WHERE vehicle_id IS NOT NULL AND state IN ('draft', 'pending', 'approved');

CREATE INDEX deals_live           ON deals (workspace_id)                  WHERE deleted_at IS NULL;
CREATE INDEX deals_by_creation    ON deals (workspace_id, created_at)      WHERE deleted_at IS NULL;
CREATE INDEX deals_by_update      ON deals (workspace_id, updated_at)      WHERE deleted_at IS NULL;
CREATE INDEX deals_by_number      ON deals (workspace_id, number_key)      WHERE deleted_at IS NULL;
CREATE INDEX deals_by_state       ON deals (workspace_id, state)           WHERE deleted_at IS NULL;
CREATE INDEX deals_by_client      ON deals (workspace_id, client_id)       WHERE deleted_at IS NULL;
CREATE INDEX deals_by_client_name ON deals (workspace_id, client_key)      WHERE deleted_at IS NULL;
CREATE INDEX deals_by_salesperson ON deals (workspace_id, salesperson_id)  WHERE deleted_at IS NULL;
CREATE INDEX deals_by_total       ON deals (workspace_id, total_minor)     WHERE deleted_at IS NULL;
CREATE INDEX deals_open           ON deals (workspace_id, id)              WHERE deleted_at IS NULL
                                                                             AND state IN ('draft', 'pending', 'approved');
CREATE INDEX deals_delivered      ON deals (workspace_id, delivered_at)    WHERE delivered_at IS NOT NULL;
CREATE INDEX deals_trash          ON deals (workspace_id, deleted_at)      WHERE deleted_at IS NOT NULL;
CREATE INDEX deals_client         ON deals (workspace_id, client_id);
CREATE INDEX deals_vehicle        ON deals (workspace_id, vehicle_id);
CREATE INDEX deals_lead           ON deals (workspace_id, lead_id);
CREATE INDEX deals_salesperson    ON deals (workspace_id, salesperson_id);
CREATE INDEX deals_approver       ON deals (workspace_id, approved_by);

CREATE VIRTUAL TABLE deals_search USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

CREATE TABLE scenarios (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    deal_id      INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('cash', 'finance', 'lease')),
    active       INTEGER NOT NULL CHECK (active IN (0, 1)),
    terms        TEXT    NOT NULL,
    figures      TEXT    NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    deleted_at   TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX scenarios_active ON scenarios (workspace_id, deal_id) WHERE active = 1 AND deleted_at IS NULL;
CREATE INDEX        scenarios_deal   ON scenarios (workspace_id, deal_id, id);

CREATE TABLE deal_trade_ins (
    workspace_id    INTEGER NOT NULL REFERENCES workspaces (id),
    deal_id         INTEGER NOT NULL,
    place           INTEGER NOT NULL,
    year            INTEGER NOT NULL,
    make            TEXT    NOT NULL,
    model           TEXT    NOT NULL,
    vin             TEXT,
    mileage         INTEGER,
    mileage_unit    TEXT    NOT NULL CHECK (mileage_unit IN ('km', 'mi')),
    allowance_minor INTEGER NOT NULL CHECK (allowance_minor >= 0),
    payoff_minor    INTEGER NOT NULL CHECK (payoff_minor >= 0),
    vehicle_id      INTEGER,
    PRIMARY KEY (workspace_id, deal_id, place),
    FOREIGN KEY (workspace_id, deal_id)    REFERENCES deals (workspace_id, id),
    FOREIGN KEY (workspace_id, vehicle_id) REFERENCES vehicles (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX deal_trade_ins_vehicle ON deal_trade_ins (workspace_id, vehicle_id);

-- What scenarios leave out. No row: tax on the whole price at 0 %, and the annual rate by the workspace's country.
CREATE TABLE deal_rules (
    workspace_id INTEGER NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    tax_base     TEXT    NOT NULL CHECK (tax_base IN ('price', 'price_less_trade', 'margin')),
    tax_rate     TEXT    NOT NULL,
    rate_method  TEXT    CHECK (rate_method IN ('us', 'eu')),
    version      INTEGER NOT NULL DEFAULT 1,
    updated_at   TEXT    NOT NULL
) STRICT;
