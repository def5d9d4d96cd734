--liquibase formatted sql

--changeset millrace:flow-triggers-1
-- what happened before that is not heard, however late the message comes; absent: all is
alter table trigger add column since timestamptz;

--changeset millrace:flow-triggers-2
-- which flows a trigger may hear; '*' stands for any
create table listens (
    tenant        text not null,
    namespace     text not null,
    flow_id       text not null,
    by_namespace  text not null,
    by_flow_id    text not null,
    by_trigger_id text not null,
    primary key (tenant, namespace, flow_id, by_namespace, by_flow_id, by_trigger_id),
    foreign key (tenant, by_namespace, by_flow_id, by_trigger_id)
        references trigger (tenant, namespace, flow_id, trigger_id) on delete cascade
);
create index listens_by on listens (tenant, by_namespace, by_flow_id, by_trigger_id);

--changeset millrace:flow-triggers-3
-- conditions that held for an execution: what a trigger waits for together, and at the same time
-- the memory of what was heard, so that a message that comes twice counts once
create table heard (
    tenant       text        not null,
    namespace    text        not null,
    flow_id      text        not null,
    trigger_id   text        not null,
    condition_id text        not null,
    name         text        not null,
    execution_id text        not null,
    at           timestamptz not null,
    window_from  timestamptz not null,
    window_to    timestamptz not null,
    outputs      text        not null,
    spent        boolean     not null default false,
    primary key (tenant, namespace, flow_id, trigger_id, condition_id, name, execution_id, at),
    foreign key (tenant, namespace, flow_id, trigger_id)
        references trigger (tenant, namespace, flow_id, trigger_id) on delete cascade
);
create index heard_over on heard (window_to);

--changeset millrace:flow-triggers-4
-- how far changes of flows were read
create table flow_position (
    singleton boolean primary key default true check (singleton),
    position  bigint  not null
);

--changeset millrace:flow-triggers-5
-- whose outputs they are; absent: heard before that was noted
alter table heard add column heard_flow text;
