--liquibase formatted sql

--changeset millrace:removed-revisions
-- revisions that were taken out of the history; executions that run on them still read them
alter table flow_revision add column removed_at timestamptz;
