-- What a client agreed to, and what they want no more: a history by channel and purpose, of which one entry is the present state.
-- `topic` is channel and purpose in one, for lists that are filtered by it.

CREATE TABLE client_consents (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    client_id    INTEGER NOT NULL,
    channel      TEXT    NOT NULL,
    purpose      TEXT    NOT NULL,
    topic        TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('opted_in', 'opted_out', 'unknown')),
    source       TEXT    NOT NULL,
    note         TEXT,
    at           TEXT    NOT NULL,
    is_present   INTEGER NOT NULL CHECK (is_present IN (0, 1)),
    actor_id     INTEGER,
    created_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, actor_id) REFERENCES users (workspace_id, id)
) STRICT;

CREATE INDEX client_consents_of ON client_consents (workspace_id, client_id, id);
CREATE INDEX client_consents_now ON client_consents (workspace_id, client_id, topic, state, at) WHERE is_present = 1;
CREATE INDEX client_consents_listed ON client_consents (workspace_id, state, topic, client_id) WHERE is_present = 1;
CREATE INDEX client_consents_actor ON client_consents (workspace_id, actor_id) WHERE actor_id IS NOT NULL;

-- What is said once stays said. Only whose it is, and whether something newer holds, changes.
CREATE TRIGGER client_consents_keep BEFORE UPDATE OF channel, purpose, topic, state, source, at, actor_id, created_at
    ON client_consents
BEGIN
    SELECT RAISE (ABORT, 'the history of consents is append-only');
END;

-- Customers who wrote that they want no marketing.
INSERT INTO client_consents (workspace_id, client_id, channel, purpose, topic, state, source, at, is_present, created_at)
SELECT v.workspace_id, v.client_id, 'whatsapp', 'marketing', 'whatsapp_marketing', 'opted_out', 'conversation',
       max(v.marketing_stopped_at), 1, max(v.marketing_stopped_at)
  FROM conversations v
 WHERE v.marketing_stopped_at IS NOT NULL
   AND v.client_id IS NOT NULL
   AND v.medium = 'whatsapp'
 GROUP BY v.workspace_id, v.client_id;
