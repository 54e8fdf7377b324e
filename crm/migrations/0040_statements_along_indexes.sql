-- The open leads in the order of their ids, from the index alone; what a channel waits for, the news of a conversation and
-- the whole inbox have an index.

DROP INDEX leads_still_open;
CREATE INDEX leads_still_open     ON leads (workspace_id, id, deleted_at, closed_at) WHERE deleted_at IS NULL AND closed_at IS NULL;
CREATE INDEX outbox_of_channel    ON outbox (workspace_id, channel_id, state, settled_at);
CREATE INDEX channel_news_talk    ON channel_news (workspace_id, conversation_id, kind, at);
CREATE INDEX conversations_recent ON conversations (workspace_id, last_message_at);
