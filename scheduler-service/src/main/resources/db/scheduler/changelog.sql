--liquibase formatted sql

--changeset millrace:1-flows
-- the newest revision seen of every flow: an older one that arrives later changes nothing
create table flow (
    tenant    text    not null,
    namespace text    not null,
    flow_id   text    not null,
    revision  int     not null,
    deleted   boolean not null,
    source    text,
    primary key (tenant, namespace, flow_id)
);

--changeset millrace:2-triggers
-- no lock and no running execution here: nothing that a crash could leave behind
create table trigger (
    tenant      text        not null,
    namespace   text        not null,
    flow_id     text        not null,
    trigger_id  text        not null,
    type        text        not null,
    fingerprint text        not null,
    active      boolean     not null,
    disabled    boolean     not null,
    next_at     timestamptz,
    last_at     timestamptz,
    problem     text,
    updated_at  timestamptz not null,
    primary key (tenant, namespace, flow_id, trigger_id)
);
create index trigger_due on trigger (next_at) where next_at is not null;
