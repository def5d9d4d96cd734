--liquibase formatted sql

--changeset millrace:target-locks
-- who works on a target, within a namespace or (namespace '') the tenant; ordinal: who asked last
create table target_locks (
    tenant       text not null,
    namespace    text not null,
    target       text not null,
    execution_id text not null collate "C",
    rollout      integer not null,
    iteration    integer not null,
    ordinal      integer not null,
    at           timestamptz not null default now(),
    primary key (tenant, namespace, target)
);
create table target_lock_waits (
    tenant       text not null,
    namespace    text not null,
    target       text not null,
    execution_id text not null collate "C",
    rollout      integer not null,
    iteration    integer not null,
    ordinal      integer not null,
    at           timestamptz not null default now(),
    primary key (tenant, namespace, target, execution_id, ordinal)
);
