--liquibase formatted sql

--changeset millrace:outgoing-1
-- who is told of executions of a namespace and those below it
create table subscription (
    tenant      text        not null,
    namespace   text        not null,
    id          text        not null,
    url         text        not null,
    states      text[]      not null,
    flow_id     text,
    secret      text,
    description text        not null,
    disabled    boolean     not null,
    version     bigint      not null,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    primary key (tenant, namespace, id)
);

--changeset millrace:outgoing-2
-- what is to be told, once for each event: the row is the outbox, and the memory of what was told
create table delivery (
    id           text        primary key,
    tenant       text        not null,
    namespace    text        not null,
    subscription text        not null,
    event_id     text        not null,
    execution_id text        not null,
    state        text        not null check (state in ('PENDING', 'DELIVERED', 'DEAD')),
    event        text        not null,
    attempts     int         not null default 0,
    sendings     int         not null default 0,
    under_way    boolean     not null default false,
    next_at      timestamptz not null,
    status       int,
    problem      text,
    created_at   timestamptz not null,
    ended_at     timestamptz,
    unique (tenant, namespace, subscription, event_id),
    foreign key (tenant, namespace, subscription)
        references subscription (tenant, namespace, id) on delete cascade
);
create index delivery_due on delivery (tenant, namespace, subscription, next_at)
    where state = 'PENDING';
create index delivery_next on delivery (next_at) where state = 'PENDING';
create index delivery_ended on delivery (ended_at) where ended_at is not null;
create index delivery_of on delivery (tenant, namespace, subscription, created_at, id);
