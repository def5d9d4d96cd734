--liquibase formatted sql

--changeset millrace:backfills-1
-- a trigger that waits for the end of its last execution is looked at again then, or here
alter table trigger add column wait_until timestamptz;
alter table trigger add column due_at timestamptz
    generated always as (case when next_at is not null then greatest(next_at, wait_until) end) stored;
create index trigger_due_at on trigger (due_at) where due_at is not null;
drop index trigger_due;

--changeset millrace:backfills-2
create table backfill (
    id           text        primary key,
    tenant       text        not null,
    namespace    text        not null,
    flow_id      text        not null,
    trigger_id   text        not null,
    starts_at    timestamptz not null,
    ends_at      timestamptz not null,
    inputs       text        not null,
    labels       text        not null,
    concurrency  int         not null,
    paused       boolean     not null,
    created_at   timestamptz not null,
    created_by   text        not null,
    ended_at     timestamptz
);
create unique index backfill_active on backfill (tenant, namespace, flow_id, trigger_id)
    where ended_at is null;
create index backfill_of on backfill (tenant, namespace, flow_id, trigger_id, created_at);

--changeset millrace:backfills-3
-- PENDING, RUNNING, EXISTS (ran already, only what is missing was asked for), CANCELLED, or the
-- state in which its execution ended
create table backfill_date (
    backfill_id  text        not null references backfill (id) on delete cascade,
    at           timestamptz not null,
    execution_id text        not null,
    state        text        not null,
    primary key (backfill_id, at)
);
create index backfill_execution on backfill_date (execution_id);
create index backfill_open on backfill_date (backfill_id, at) where state in ('PENDING', 'RUNNING');

--changeset millrace:backfills-4
-- when its execution was asked for: one that never comes isn't waited for for ever
alter table backfill_date add column asked_at timestamptz;
