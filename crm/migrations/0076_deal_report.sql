-- What the report on deals adds up by state is read from an index alone, as are those delivered in a period.
CREATE INDEX deals_report    ON deals (workspace_id, state, currency, salesperson_id, total_minor)
                             WHERE deleted_at IS NULL;
CREATE INDEX deals_delivery  ON deals (workspace_id, delivered_at, salesperson_id, currency, total_minor,
                                       gross_front_minor, gross_back_minor, returned_at)
                             WHERE delivered_at IS NOT NULL AND deleted_at IS NULL;
