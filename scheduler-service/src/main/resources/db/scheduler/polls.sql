--liquibase formatted sql

--changeset millrace:polls-1
-- what runs on a worker for a trigger: its id, for which date, and how often it was sent
alter table trigger add column poll_id text;
alter table trigger add column poll_at timestamptz;
alter table trigger add column poll_dispatch int not null default 0;
create unique index trigger_poll on trigger (poll_id) where poll_id is not null;

--changeset millrace:polls-2
-- what triggers have heard that listen on workers, by a hash: heard twice, it counts once
create table emitted (
    id text        primary key,
    at timestamptz not null
);
create index emitted_at on emitted (at);
