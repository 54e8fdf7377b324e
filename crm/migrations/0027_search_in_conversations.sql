-- The inbox is searched by who writes and by the words of messages; see crm/conversations/searching.py.

ALTER TABLE conversations ADD COLUMN sought TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN joined TEXT NOT NULL DEFAULT '';

CREATE VIRTUAL TABLE conversations_search USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

CREATE VIRTUAL TABLE messages_search USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'conversations', max(id) FROM conversations GROUP BY workspace_id UNION ALL
SELECT workspace_id, 'messages',      max(id) FROM messages      GROUP BY workspace_id;
