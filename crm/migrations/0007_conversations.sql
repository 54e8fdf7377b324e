-- One for each person at the other end of a medium: by phone, by the medium's own id of them, or by both.
-- `pulse` counts up over the workspace with whatever happens in it, so that a page asks for little else.
CREATE TABLE conversations (
    id              INTEGER PRIMARY KEY,
    workspace_id    INTEGER NOT NULL REFERENCES workspaces (id),
    medium          TEXT    NOT NULL CHECK (medium IN ('whatsapp')),
    phone           TEXT,
    phone_key       TEXT,
    user_id         TEXT,
    name            TEXT,
    channel_id      INTEGER,
    client_id       INTEGER,
    status          TEXT    NOT NULL CHECK (status IN ('active', 'snoozed', 'closed')),
    assignee_id     INTEGER,
    snoozed_until   TEXT,
    last_message_id INTEGER,
    last_message_at TEXT    NOT NULL,
    last_inbound_at TEXT,
    pulse           INTEGER NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    created_at      TEXT    NOT NULL,
    updated_at      TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    CHECK ((phone IS NULL) = (phone_key IS NULL)),
    CHECK (phone IS NOT NULL OR user_id IS NOT NULL),
    CHECK ((status = 'snoozed') = (snoozed_until IS NOT NULL)),
    FOREIGN KEY (workspace_id, channel_id)  REFERENCES channels (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id)   REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, assignee_id) REFERENCES users (workspace_id, id),
    FOREIGN KEY (workspace_id, last_message_id) REFERENCES messages (workspace_id, id)
) STRICT;

-- First messages that arrive together make one conversation by the schema itself.
CREATE UNIQUE INDEX conversations_phone    ON conversations (workspace_id, medium, phone_key);
CREATE UNIQUE INDEX conversations_user     ON conversations (workspace_id, medium, user_id);
CREATE INDEX        conversations_status   ON conversations (workspace_id, status, last_message_at);
CREATE INDEX        conversations_assignee ON conversations (workspace_id, assignee_id, status, last_message_at);
CREATE INDEX        conversations_client   ON conversations (workspace_id, client_id);
CREATE UNIQUE INDEX conversations_pulse    ON conversations (workspace_id, pulse);
CREATE INDEX        conversations_snoozed  ON conversations (snoozed_until) WHERE status = 'snoozed';

-- `status` is that of a message sent; `sent_at` is by its sender's clock, `created_at` by ours.
CREATE TABLE messages (
    id              INTEGER PRIMARY KEY,
    workspace_id    INTEGER NOT NULL REFERENCES workspaces (id),
    conversation_id INTEGER NOT NULL,
    channel_id      INTEGER,
    direction       TEXT    NOT NULL CHECK (direction IN ('in', 'out', 'note')),
    kind            TEXT    NOT NULL,
    body            TEXT    NOT NULL,
    facts           TEXT,
    external_id     TEXT,
    context_id      TEXT,
    status          TEXT CHECK (status IN ('queued', 'unknown', 'sent', 'failed', 'delivered', 'read')),
    problem         TEXT,
    author_id       INTEGER,
    event_id        INTEGER,
    sent_at         TEXT    NOT NULL,
    created_at      TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    CHECK ((direction = 'out') = (status IS NOT NULL)),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id),
    FOREIGN KEY (workspace_id, channel_id)      REFERENCES channels (workspace_id, id),
    FOREIGN KEY (workspace_id, author_id)       REFERENCES users (workspace_id, id),
    FOREIGN KEY (workspace_id, event_id)        REFERENCES inbound_events (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX messages_external ON messages (workspace_id, external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX messages_event    ON messages (workspace_id, event_id)    WHERE event_id IS NOT NULL;
CREATE INDEX        messages_thread   ON messages (workspace_id, conversation_id, id);
CREATE INDEX        messages_context  ON messages (workspace_id, context_id)  WHERE kind = 'reaction';
CREATE INDEX        messages_inbound  ON messages (workspace_id, conversation_id, id) WHERE direction = 'in';

-- The leads that a conversation is about. At most one is current: the one that a first message made, and that
-- further first messages, however many arrive together, are about too.
CREATE TABLE conversation_leads (
    workspace_id    INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    lead_id         INTEGER NOT NULL,
    is_current      INTEGER NOT NULL CHECK (is_current IN (0, 1)),
    created_at      TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, lead_id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id),
    FOREIGN KEY (workspace_id, lead_id)         REFERENCES leads (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX conversation_leads_current ON conversation_leads (workspace_id, conversation_id) WHERE is_current = 1;
CREATE INDEX        conversation_leads_lead    ON conversation_leads (workspace_id, lead_id);

-- Up to which message each user has read.
CREATE TABLE conversation_reads (
    workspace_id    INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    user_id         INTEGER NOT NULL,
    message_id      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, user_id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id)         REFERENCES users (workspace_id, id),
    FOREIGN KEY (workspace_id, message_id)      REFERENCES messages (workspace_id, id)
) STRICT, WITHOUT ROWID;

-- What became of a message, as it was told. `message_id` is empty while nobody here knows of the message.
CREATE TABLE message_statuses (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    event_id     INTEGER NOT NULL,
    message_id   INTEGER,
    external_id  TEXT    NOT NULL,
    name         TEXT    NOT NULL CHECK (name IN ('sent', 'delivered', 'read', 'failed')),
    code         INTEGER,
    problem      TEXT,
    at           TEXT    NOT NULL,
    FOREIGN KEY (workspace_id, event_id)   REFERENCES inbound_events (workspace_id, id),
    FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX message_statuses_event    ON message_statuses (workspace_id, event_id);
CREATE INDEX        message_statuses_message  ON message_statuses (workspace_id, message_id);
CREATE INDEX        message_statuses_external ON message_statuses (workspace_id, external_id) WHERE message_id IS NULL;

-- What a message shows or plays. `media_id` is the channel's; `file_id` the file that it became here.
CREATE TABLE message_media (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    message_id   INTEGER NOT NULL,
    media_id     TEXT,
    media_type   TEXT    NOT NULL,
    name         TEXT,
    sha256_told  TEXT,
    file_id      INTEGER,
    state        TEXT    NOT NULL CHECK (state IN ('waiting', 'kept', 'refused', 'failed')),
    attempts     INTEGER NOT NULL DEFAULT 0,
    due_at       TEXT    NOT NULL,
    problem      TEXT,
    FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id),
    FOREIGN KEY (workspace_id, file_id)    REFERENCES files (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX message_media_message ON message_media (workspace_id, message_id);
CREATE INDEX        message_media_waiting ON message_media (due_at, id)        WHERE state = 'waiting';
CREATE INDEX        message_media_troubled ON message_media (workspace_id, id) WHERE state IN ('refused', 'failed');

-- What is to be sent. `token` goes along and comes back with each status; `lease` is of the worker that sends.
CREATE TABLE outbox (
    id              INTEGER PRIMARY KEY,
    workspace_id    INTEGER NOT NULL REFERENCES workspaces (id),
    channel_id      INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    message_id      INTEGER NOT NULL,
    token           TEXT    NOT NULL,
    payload         TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown')),
    attempts        INTEGER NOT NULL DEFAULT 0,
    due_at          TEXT    NOT NULL,
    claimed_at      TEXT,
    lease           TEXT,
    lease_until     TEXT,
    code            INTEGER,
    problem         TEXT,
    queued_at       TEXT    NOT NULL,
    created_at      TEXT    NOT NULL,
    settled_at      TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, channel_id)      REFERENCES channels (workspace_id, id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id),
    FOREIGN KEY (workspace_id, message_id)      REFERENCES messages (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX outbox_message  ON outbox (workspace_id, message_id);
CREATE UNIQUE INDEX outbox_token    ON outbox (token);
CREATE INDEX        outbox_due      ON outbox (due_at, id)              WHERE state = 'queued';
CREATE INDEX        outbox_queued   ON outbox (queued_at)               WHERE state = 'queued';
CREATE INDEX        outbox_leased   ON outbox (lease_until)             WHERE state = 'sending';
CREATE INDEX        outbox_order    ON outbox (conversation_id, id)     WHERE state IN ('queued', 'sending');
CREATE INDEX        outbox_rate     ON outbox (channel_id, claimed_at);
CREATE INDEX        outbox_troubled ON outbox (workspace_id, id)        WHERE state IN ('failed', 'unknown');

-- Until when a number rests, because the other side asked for it.
ALTER TABLE channels ADD COLUMN rest_until TEXT;

-- Templates as WhatsApp approved them, to be chosen from; `{{1}}` marks a place that is filled.
CREATE TABLE message_templates (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name         TEXT    NOT NULL,
    language     TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX message_templates_name ON message_templates (workspace_id, name, language);

-- Texts of our own that are written again and again.
CREATE TABLE quick_replies (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    title        TEXT    NOT NULL,
    title_key    TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX quick_replies_title ON quick_replies (workspace_id, title_key);
