--liquibase formatted sql

--changeset millrace:log-order
-- Without a default for the rows that are there, which would be rewritten.
alter table logs add column tx xid8;
alter table logs alter column tx set default pg_current_xact_id();
comment on column logs.tx is 'who wrote it: places count by what was committed, numbers may become visible in another order';
