-- WhatsApp as it is in 2026: raw deliveries, order of writing, edits, ads, changed numbers, windows by number, account news.

-- Each delivery that was acknowledged, by the digest of its bytes, and the events that it was split into.
CREATE TABLE deliveries (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    channel_id   INTEGER NOT NULL,
    digest       TEXT    NOT NULL,
    parts        INTEGER NOT NULL,
    times        INTEGER NOT NULL DEFAULT 1,
    first_at     TEXT    NOT NULL,
    last_at      TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, channel_id) REFERENCES channels (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX deliveries_digest ON deliveries (workspace_id, channel_id, digest);

CREATE TABLE delivery_events (
    workspace_id INTEGER NOT NULL,
    delivery_id  INTEGER NOT NULL,
    event_id     INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, delivery_id, event_id),
    FOREIGN KEY (workspace_id, delivery_id) REFERENCES deliveries (workspace_id, id),
    FOREIGN KEY (workspace_id, event_id)    REFERENCES inbound_events (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_events_event ON delivery_events (workspace_id, event_id);

-- Of the event alone, so that another event under the same key is kept as well.
ALTER TABLE inbound_events ADD COLUMN digest TEXT;

-- `placed_at` orders a thread: when it was written, but never after it arrived. `is_news`: it counts as unread.
ALTER TABLE messages ADD COLUMN placed_at     TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN is_news       INTEGER NOT NULL DEFAULT 0 CHECK (is_news IN (0, 1));
ALTER TABLE messages ADD COLUMN original_body TEXT;
ALTER TABLE messages ADD COLUMN edited_at     TEXT;
ALTER TABLE messages ADD COLUMN revoked_at    TEXT;
ALTER TABLE messages ADD COLUMN referral      TEXT;

UPDATE messages
   SET placed_at = CASE WHEN direction = 'in' THEN min(sent_at, created_at) ELSE created_at END,
       is_news   = direction = 'in' AND kind NOT IN ('reaction', 'system');

CREATE INDEX messages_placed ON messages (workspace_id, conversation_id, placed_at, id);
CREATE INDEX messages_news   ON messages (workspace_id, conversation_id, placed_at, id) WHERE is_news = 1;
CREATE INDEX messages_newly  ON messages (workspace_id, conversation_id, id)            WHERE is_news = 1;
DROP INDEX messages_inbound;

-- What was told of a message later: an edit, a revocation, its content, or the same once more. `message_id` is empty
-- while the message itself has not come.
CREATE TABLE message_changes (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    event_id     INTEGER NOT NULL,
    message_id   INTEGER,
    external_id  TEXT    NOT NULL,
    direction    TEXT    NOT NULL CHECK (direction IN ('in', 'out')),
    kind         TEXT    NOT NULL CHECK (kind IN ('edit', 'revoke', 'content', 'repeat')),
    body         TEXT    NOT NULL,
    at           TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, event_id)   REFERENCES inbound_events (workspace_id, id),
    FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX message_changes_event    ON message_changes (workspace_id, event_id);
CREATE INDEX        message_changes_message  ON message_changes (workspace_id, message_id);
CREATE INDEX        message_changes_external ON message_changes (workspace_id, external_id) WHERE message_id IS NULL;

-- `told` is the word that arrived, where ours is another; `participant` is who of a group it is about.
ALTER TABLE message_statuses ADD COLUMN told        TEXT;
ALTER TABLE message_statuses ADD COLUMN participant TEXT;

-- The place up to which somebody has read is that of `message_id`; what arrived after `arrived_id` is unread wherever it is.
ALTER TABLE conversation_reads ADD COLUMN arrived_id INTEGER;

UPDATE conversation_reads
   SET arrived_id = message_id,
       message_id = (SELECT m.id
                       FROM messages m
                      WHERE m.workspace_id = conversation_reads.workspace_id
                        AND m.conversation_id = conversation_reads.conversation_id
                        AND m.id <= conversation_reads.message_id
                      ORDER BY m.placed_at DESC, m.id DESC
                      LIMIT 1);

-- When the customer last wrote to each number: from then on free text is taken by it for a day.
CREATE TABLE conversation_windows (
    workspace_id    INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    channel_id      INTEGER NOT NULL,
    last_inbound_at TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, channel_id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id),
    FOREIGN KEY (workspace_id, channel_id)      REFERENCES channels (workspace_id, id)
) STRICT, WITHOUT ROWID;

INSERT INTO conversation_windows (workspace_id, conversation_id, channel_id, last_inbound_at)
SELECT workspace_id, conversation_id, channel_id, max(placed_at)
  FROM messages
 WHERE is_news = 1
   AND channel_id IS NOT NULL
 GROUP BY workspace_id, conversation_id, channel_id;

UPDATE conversations
   SET last_inbound_at = (SELECT max(w.last_inbound_at)
                            FROM conversation_windows w
                           WHERE w.workspace_id = conversations.workspace_id
                             AND w.conversation_id = conversations.id);

-- The list shows what was written last, and stands in the order of it.
UPDATE conversations
   SET last_message_id = (SELECT m.id
                            FROM messages m
                           WHERE m.workspace_id = conversations.workspace_id
                             AND m.conversation_id = conversations.id
                             AND m.kind NOT IN ('reaction', 'system')
                             AND m.direction <> 'note'
                           ORDER BY m.placed_at DESC, m.id DESC
                           LIMIT 1);

UPDATE conversations
   SET last_message_at = (SELECT m.placed_at
                            FROM messages m
                           WHERE m.workspace_id = conversations.workspace_id
                             AND m.id = conversations.last_message_id)
 WHERE last_message_id IS NOT NULL;

-- A number or id that a person had before. `told_with` is the id that came with the number while they had it.
CREATE TABLE conversation_formers (
    id              INTEGER PRIMARY KEY,
    workspace_id    INTEGER NOT NULL REFERENCES workspaces (id),
    medium          TEXT    NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('phone', 'user')),
    address         TEXT    NOT NULL,
    told_with       TEXT,
    conversation_id INTEGER NOT NULL,
    until_at        TEXT    NOT NULL,
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX conversation_formers_address ON conversation_formers (workspace_id, medium, kind, address);
CREATE INDEX        conversation_formers_of      ON conversation_formers (workspace_id, conversation_id);

-- Two that are probably one person: with another conversation, or with a client who has the number.
CREATE TABLE conversation_twins (
    id              INTEGER PRIMARY KEY,
    workspace_id    INTEGER NOT NULL REFERENCES workspaces (id),
    conversation_id INTEGER NOT NULL,
    other_id        INTEGER,
    client_id       INTEGER,
    reason          TEXT    NOT NULL,
    created_at      TEXT    NOT NULL,
    CHECK ((other_id IS NULL) <> (client_id IS NULL)),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id),
    FOREIGN KEY (workspace_id, other_id)        REFERENCES conversations (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id)       REFERENCES clients (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX conversation_twins_pair
    ON conversation_twins (workspace_id, conversation_id, COALESCE(other_id, 0), COALESCE(client_id, 0));
CREATE INDEX conversation_twins_other  ON conversation_twins (workspace_id, other_id)  WHERE other_id IS NOT NULL;
CREATE INDEX conversation_twins_client ON conversation_twins (workspace_id, client_id) WHERE client_id IS NOT NULL;

-- What else a number tells: calls, contacts of its phone, wishes of customers, news of the account.
CREATE TABLE channel_news (
    id              INTEGER PRIMARY KEY,
    workspace_id    INTEGER NOT NULL REFERENCES workspaces (id),
    event_id        INTEGER NOT NULL,
    channel_id      INTEGER NOT NULL,
    conversation_id INTEGER,
    client_id       INTEGER,
    kind            TEXT    NOT NULL,
    said            TEXT    NOT NULL,
    is_serious      INTEGER NOT NULL CHECK (is_serious IN (0, 1)),
    at              TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, event_id)        REFERENCES inbound_events (workspace_id, id),
    FOREIGN KEY (workspace_id, channel_id)      REFERENCES channels (workspace_id, id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id)       REFERENCES clients (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX channel_news_event   ON channel_news (workspace_id, event_id);
CREATE INDEX        channel_news_channel ON channel_news (workspace_id, channel_id, id);

-- The ad that the customer came by, and since when they want no marketing.
ALTER TABLE conversations ADD COLUMN referral             TEXT;
ALTER TABLE conversations ADD COLUMN marketing_stopped_at TEXT;
ALTER TABLE leads         ADD COLUMN referral             TEXT;

-- What the channel says of a template: its category, and whether it may be sent.
ALTER TABLE message_templates ADD COLUMN category TEXT;
ALTER TABLE message_templates ADD COLUMN status   TEXT NOT NULL DEFAULT 'approved';
ALTER TABLE message_templates ADD COLUMN problem  TEXT;

-- One number of a person has one key, as crm/clients/spellings.py now has it for Brazil, Benin and Ivory Coast.
UPDATE conversations
   SET phone_key = phone
 WHERE phone LIKE '+55%'
   AND length(phone) = 14
   AND substr(phone, 7, 1) NOT IN ('6', '7', '8', '9')
   AND NOT EXISTS (SELECT 1
                     FROM conversations other
                    WHERE other.workspace_id = conversations.workspace_id
                      AND other.medium = conversations.medium
                      AND other.phone_key = conversations.phone);

UPDATE conversations
   SET phone_key = '+229' || substr(phone, 7)
 WHERE phone LIKE '+22901%'
   AND length(phone) = 14
   AND NOT EXISTS (SELECT 1
                     FROM conversations other
                    WHERE other.workspace_id = conversations.workspace_id
                      AND other.medium = conversations.medium
                      AND other.phone_key = '+229' || substr(conversations.phone, 7));

UPDATE conversations
   SET phone_key = '+225' || substr(phone, 7)
 WHERE (phone LIKE '+22501%' AND substr(phone, 8, 1) IN ('1', '2', '3')
        OR phone LIKE '+22505%' AND substr(phone, 8, 1) IN ('4', '5', '6')
        OR phone LIKE '+22507%' AND substr(phone, 8, 1) IN ('7', '8', '9'))
   AND length(phone) = 14
   AND substr(phone, 7, 1) NOT IN ('2', '3')
   AND NOT EXISTS (SELECT 1
                     FROM conversations other
                    WHERE other.workspace_id = conversations.workspace_id
                      AND other.medium = conversations.medium
                      AND other.phone_key = '+225' || substr(conversations.phone, 7));
