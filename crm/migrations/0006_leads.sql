CREATE TABLE pipelines (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name         TEXT    NOT NULL,
    name_key     TEXT    NOT NULL,
    is_default   INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    version      INTEGER NOT NULL DEFAULT 1,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    archived_at  TEXT,
    deleted_at   TEXT,
    UNIQUE (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX pipelines_name    ON pipelines (workspace_id, name_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX pipelines_default ON pipelines (workspace_id)           WHERE is_default = 1;

CREATE TABLE stages (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    pipeline_id  INTEGER NOT NULL,
    rank         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    name_key     TEXT    NOT NULL,
    colour       TEXT    NOT NULL,
    probability  INTEGER NOT NULL CHECK (probability BETWEEN 0 AND 100),
    kind         TEXT    NOT NULL CHECK (kind IN ('open', 'won', 'lost')),
    stale_days   INTEGER,
    version      INTEGER NOT NULL DEFAULT 1,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    archived_at  TEXT,
    deleted_at   TEXT,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, pipeline_id, id),
    FOREIGN KEY (workspace_id, pipeline_id) REFERENCES pipelines (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX stages_name ON stages (workspace_id, pipeline_id, name_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX stages_rank ON stages (workspace_id, pipeline_id, rank)     WHERE deleted_at IS NULL;

CREATE TABLE lead_types (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name         TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE leads (
    id             INTEGER PRIMARY KEY,
    workspace_id   INTEGER NOT NULL REFERENCES workspaces (id),
    title          TEXT    NOT NULL,
    title_key      TEXT    NOT NULL,
    value_minor    INTEGER NOT NULL CHECK (value_minor >= 0),
    currency       TEXT    NOT NULL,
    client_id      INTEGER,
    pipeline_id    INTEGER NOT NULL,
    stage_id       INTEGER NOT NULL,
    rank           TEXT    NOT NULL,
    owner_id       INTEGER,
    source         TEXT,
    expected_close TEXT,
    details        TEXT,
    type           TEXT    NOT NULL,
    status         TEXT    NOT NULL CHECK (status IN ('new', 'in_progress', 'waiting', 'won', 'lost')),
    lost_reason    TEXT,
    stage_since    TEXT    NOT NULL,
    closed_at      TEXT,
    touched_at     TEXT    NOT NULL,
    touched_day    INTEGER NOT NULL,
    version        INTEGER NOT NULL DEFAULT 1,
    created_at     TEXT    NOT NULL,
    updated_at     TEXT    NOT NULL,
    deleted_at     TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id)             REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, pipeline_id, stage_id) REFERENCES stages (workspace_id, pipeline_id, id),
    FOREIGN KEY (workspace_id, owner_id)              REFERENCES users (workspace_id, id),
    FOREIGN KEY (workspace_id, type)                  REFERENCES lead_types (workspace_id, name)
) STRICT;

-- No two live cards of a stage share a rank: the order of a column is total by the schema itself.
CREATE UNIQUE INDEX leads_rank   ON leads (workspace_id, stage_id, rank)        WHERE deleted_at IS NULL;
CREATE INDEX leads_totals        ON leads (workspace_id, pipeline_id, stage_id, currency, value_minor) WHERE deleted_at IS NULL;
CREATE INDEX leads_live          ON leads (workspace_id)                        WHERE deleted_at IS NULL;
CREATE INDEX leads_open          ON leads (workspace_id)                        WHERE deleted_at IS NULL AND closed_at IS NULL;
CREATE INDEX leads_by_title      ON leads (workspace_id, title_key)             WHERE deleted_at IS NULL;
CREATE INDEX leads_by_value      ON leads (workspace_id, value_minor)           WHERE deleted_at IS NULL;
CREATE INDEX leads_by_update     ON leads (workspace_id, updated_at)            WHERE deleted_at IS NULL;
CREATE INDEX leads_by_close      ON leads (workspace_id, COALESCE(expected_close, '9999-12-31')) WHERE deleted_at IS NULL;
CREATE INDEX leads_by_client     ON leads (workspace_id, client_id)             WHERE deleted_at IS NULL;
CREATE INDEX leads_by_owner      ON leads (workspace_id, owner_id)              WHERE deleted_at IS NULL;
CREATE INDEX leads_by_status     ON leads (workspace_id, status)                WHERE deleted_at IS NULL;
CREATE INDEX leads_by_type       ON leads (workspace_id, type)                  WHERE deleted_at IS NULL;
CREATE INDEX leads_by_source     ON leads (workspace_id, source)                WHERE deleted_at IS NULL;
CREATE INDEX leads_closed        ON leads (workspace_id, pipeline_id, closed_at) WHERE deleted_at IS NULL AND closed_at IS NOT NULL;
CREATE INDEX leads_untouched     ON leads (workspace_id, touched_day)           WHERE deleted_at IS NULL AND closed_at IS NULL;
CREATE INDEX leads_trash         ON leads (workspace_id, deleted_at)            WHERE deleted_at IS NOT NULL;

CREATE VIRTUAL TABLE leads_search USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

CREATE TABLE lead_tags (
    workspace_id INTEGER NOT NULL,
    tag_id       INTEGER NOT NULL,
    lead_id      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, tag_id, lead_id),
    FOREIGN KEY (workspace_id, tag_id)  REFERENCES tags (workspace_id, id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX lead_tags_lead ON lead_tags (workspace_id, lead_id, tag_id);

-- When a lead stood in which stage: the ground of the reports. The present stay has no left_at.
CREATE TABLE stage_stays (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    lead_id      INTEGER NOT NULL,
    stage_id     INTEGER NOT NULL,
    entered_at   TEXT    NOT NULL,
    left_at      TEXT,
    FOREIGN KEY (workspace_id, lead_id)  REFERENCES leads (workspace_id, id),
    FOREIGN KEY (workspace_id, stage_id) REFERENCES stages (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX stage_stays_present ON stage_stays (workspace_id, lead_id) WHERE left_at IS NULL;
CREATE INDEX        stage_stays_lead    ON stage_stays (workspace_id, lead_id, entered_at);
CREATE INDEX        stage_stays_stage   ON stage_stays (workspace_id, stage_id, entered_at);

-- Notes and calls, and below them tasks, hang on a subject: a client, a lead, or what later rooms bring.
CREATE TABLE notes (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    subject      TEXT    NOT NULL,
    subject_id   INTEGER NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('note', 'call')),
    text         TEXT    NOT NULL,
    direction    TEXT CHECK (direction IN ('in', 'out')),
    minutes      INTEGER,
    happened_at  TEXT    NOT NULL,
    author_id    INTEGER,
    version      INTEGER NOT NULL DEFAULT 1,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    deleted_at   TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, author_id) REFERENCES users (workspace_id, id)
) STRICT;

CREATE INDEX notes_subject ON notes (workspace_id, subject, subject_id) WHERE deleted_at IS NULL;

CREATE TABLE tasks (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    subject      TEXT,
    subject_id   INTEGER,
    title        TEXT    NOT NULL,
    details      TEXT,
    due_at       TEXT,
    repeat       TEXT CHECK (repeat IN ('daily', 'weekdays', 'weekly', 'monthly', 'yearly')),
    first_due_at TEXT,
    assignee_id  INTEGER,
    done_at      TEXT,
    done_by      INTEGER,
    version      INTEGER NOT NULL DEFAULT 1,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    deleted_at   TEXT,
    UNIQUE (workspace_id, id),
    CHECK ((subject IS NULL) = (subject_id IS NULL)),
    CHECK (repeat IS NULL OR due_at IS NOT NULL),
    FOREIGN KEY (workspace_id, assignee_id) REFERENCES users (workspace_id, id),
    FOREIGN KEY (workspace_id, done_by)     REFERENCES users (workspace_id, id)
) STRICT;

CREATE INDEX tasks_open    ON tasks (workspace_id, assignee_id, due_at)     WHERE deleted_at IS NULL AND done_at IS NULL;
CREATE INDEX tasks_live    ON tasks (workspace_id)                          WHERE deleted_at IS NULL;
CREATE INDEX tasks_subject ON tasks (workspace_id, subject, subject_id)     WHERE deleted_at IS NULL;

-- Workspaces that stand already get what set-up gives to new ones; see crm/leads/defaults.py.
INSERT INTO lead_types (workspace_id, name, created_at)
SELECT w.id, t.column1, w.updated_at
  FROM workspaces w, (VALUES ('order'), ('inquiry'), ('support'), ('other')) t;

INSERT INTO pipelines (workspace_id, name, name_key, is_default, created_at, updated_at)
SELECT id, 'Sales', 'sales', 1, updated_at, updated_at
  FROM workspaces;

INSERT INTO stages (workspace_id, pipeline_id, rank, name, name_key, colour, probability, kind, stale_days,
                    created_at, updated_at)
SELECT p.workspace_id, p.id, s.column1, s.column2, lower(s.column2), s.column3, s.column4, s.column5, s.column6,
       p.created_at, p.created_at
  FROM pipelines p,
       (VALUES ('i0000000', 'New',         '#7c8a86', 10,  'open', 7),
               ('i0000001', 'Contacted',   '#3b82c4', 25,  'open', 14),
               ('i0000002', 'Proposal',    '#8b6fc9', 50,  'open', 14),
               ('i0000003', 'Negotiation', '#c98a1b', 75,  'open', 14),
               ('i0000004', 'Won',         '#2f9e5b', 100, 'won',  NULL),
               ('i0000005', 'Lost',        '#cf4b3f', 0,   'lost', NULL)) s;
