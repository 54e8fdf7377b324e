-- Outgoing webhooks: who is told of which changes, the outbox of what is to be sent, and what each receiver answered.
-- The body of a delivery is made of the ledger whenever it is needed, so that it never says what was erased there.

CREATE TABLE webhooks (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    name          TEXT    NOT NULL,
    url           TEXT    NOT NULL,
    kinds         TEXT,
    verbs         TEXT,
    active        INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    gone_at       TEXT,
    sealed_secret BLOB    NOT NULL,
    sealed_former BLOB,
    former_until  TEXT,
    projected_seq INTEGER NOT NULL,
    version       INTEGER NOT NULL DEFAULT 1,
    created_at    TEXT    NOT NULL,
    updated_at    TEXT    NOT NULL,
    deleted_at    TEXT,
    UNIQUE (workspace_id, id)
) STRICT;

CREATE TABLE webhook_deliveries (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    webhook_id    INTEGER NOT NULL,
    activity_id   INTEGER,
    message_id    TEXT    NOT NULL,
    entity        TEXT    NOT NULL,
    entity_id     INTEGER NOT NULL,
    verb          TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('queued', 'sending', 'done', 'dead')),
    attempts      INTEGER NOT NULL DEFAULT 0,
    due_at        TEXT    NOT NULL,
    lease         TEXT,
    status        INTEGER,
    problem       TEXT,
    created_at    TEXT    NOT NULL,
    settled_at    TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, webhook_id)  REFERENCES webhooks   (workspace_id, id),
    FOREIGN KEY (workspace_id, activity_id) REFERENCES activities (workspace_id, id)
) STRICT;

CREATE INDEX webhook_deliveries_of       ON webhook_deliveries (workspace_id, webhook_id, id);
CREATE INDEX webhook_deliveries_in_state ON webhook_deliveries (workspace_id, webhook_id, state, id);
CREATE INDEX webhook_deliveries_of_entry ON webhook_deliveries (workspace_id, activity_id);
CREATE INDEX webhook_deliveries_due      ON webhook_deliveries (workspace_id, webhook_id, due_at, id) WHERE state = 'queued';
CREATE INDEX webhook_deliveries_sent     ON webhook_deliveries (workspace_id, webhook_id, due_at, id) WHERE state = 'sending';
CREATE INDEX webhook_deliveries_open     ON webhook_deliveries (workspace_id, webhook_id, entity, entity_id, id)
    WHERE state IN ('queued', 'sending');
CREATE INDEX webhook_deliveries_over     ON webhook_deliveries (settled_at, id) WHERE state = 'done';

CREATE TABLE webhook_attempts (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    delivery_id   INTEGER NOT NULL,
    url           TEXT    NOT NULL,
    signature     TEXT    NOT NULL,
    sent_at       TEXT    NOT NULL,
    milliseconds  INTEGER NOT NULL,
    status        INTEGER,
    answer        TEXT,
    problem       TEXT,
    FOREIGN KEY (workspace_id, delivery_id) REFERENCES webhook_deliveries (workspace_id, id)
) STRICT;

CREATE INDEX webhook_attempts_of ON webhook_attempts (workspace_id, delivery_id, id);
