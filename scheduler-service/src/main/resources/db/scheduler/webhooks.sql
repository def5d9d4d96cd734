--liquibase formatted sql

--changeset millrace:webhooks-1
-- calls that were taken, by a hash of what makes them one
create table webhook_call (
    call         text        primary key,
    execution_id text        not null,
    content      text        not null,
    at           timestamptz not null
);
create index webhook_call_at on webhook_call (at);
