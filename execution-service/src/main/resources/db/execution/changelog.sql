--liquibase formatted sql

--changeset millrace:executions
create table executions (
    id          text collate "C" not null primary key,
    tenant      text not null,
    namespace   text not null,
    flow_id     text not null,
    revision    integer not null,
    lane        smallint not null,
    version     bigint not null,
    state       text not null,
    slot        text,
    created_at  timestamptz not null,
    changed_at  timestamptz not null,
    ended_at    timestamptz,
    trigger_id  text,
    parent_id   text collate "C",
    replay_of   text collate "C",
    labels      text[] not null,
    history     text not null,
    moving      text not null,
    outputs     text,
    request     text not null
) partition by range (id);
comment on column executions.version is 'one more with each change: fences off a writer that lost its lane';
comment on column executions.slot is 'ASKED or HELD if the flow has a concurrency limit';
comment on column executions.parent_id is 'execution that started this one as a subflow';
comment on column executions.labels is 'key, unit separator (0x1f), value';
comment on column executions.history is 'states and times, in the compact form of the engine';
comment on column executions.moving is 'JSON: what changes and no query looks at';
comment on column executions.request is 'JSON: what never changes, inputs among it; not written again';

create index executions_of_tenant on executions (tenant, created_at, id);
create index executions_of_flow on executions (tenant, namespace collate "C", flow_id, created_at);
create index executions_in_state on executions (tenant, state, created_at);
create index executions_unfinished on executions (lane, id) where ended_at is null;
create index executions_ended on executions (lane, ended_at) where ended_at is not null;
create index executions_with_slot on executions (tenant, namespace, flow_id, id) where slot is not null;
create index executions_of_parent on executions (parent_id) where parent_id is not null;
create index executions_labels on executions using gin (labels);

create table task_runs (
    execution_id text collate "C" not null,
    ordinal      integer not null,
    task_id      text not null,
    parent       integer not null,
    iteration    integer not null,
    value        text,
    state        text not null,
    phase        text not null,
    dispatch     integer not null,
    since        timestamptz not null,
    wake_at      timestamptz,
    worker_id    text,
    history      text not null,
    attempts     text,
    cursor       text,
    outputs      text,
    outputs_uri  text,
    error        text,
    rendered     text,
    items        text,
    primary key (execution_id, ordinal)
) partition by range (execution_id);
comment on column task_runs.items is 'JSON: what a loop goes through; written once';

create table logs (
    execution_id text collate "C" not null,
    seq          bigint not null,
    tenant       text not null,
    namespace    text not null,
    flow_id      text not null,
    ordinal      integer,
    task_id      text,
    attempt      smallint not null,
    level        smallint not null,
    at           timestamptz not null,
    thread       text,
    message      text not null,
    primary key (execution_id, seq)
) partition by range (execution_id);
create sequence log_seq;
create index logs_of_tenant on logs (tenant, at);
comment on column logs.level is '0 TRACE, 1 DEBUG, 2 INFO, 3 WARN, 4 ERROR';

create table metrics (
    execution_id text collate "C" not null,
    ordinal      integer not null,
    seq          bigint not null,
    tenant       text not null,
    namespace    text not null,
    flow_id      text not null,
    task_id      text not null,
    name         text not null,
    kind         text not null,
    value        double precision not null,
    tags         text,
    at           timestamptz not null,
    primary key (execution_id, ordinal, seq)
) partition by range (execution_id);
create index metrics_of_flow on metrics (tenant, namespace, flow_id, name, at);

create table executions_rest partition of executions default;
create table task_runs_rest partition of task_runs default;
create table logs_rest partition of logs default;
create table metrics_rest partition of metrics default;

--changeset millrace:lanes
create table instances (
    id         text primary key,
    started_at timestamptz not null,
    lives_until timestamptz not null
);

create table lanes (
    lane        smallint primary key,
    owner       text,
    epoch       bigint not null default 0,
    clean       boolean not null default true,
    announced_until timestamptz not null default '-infinity'
) with (fillfactor = 20);
comment on column lanes.epoch is 'one more with each owner';
comment on column lanes.clean is 'the last owner has published all that it had committed';
comment on column lanes.announced_until is 'ends up to then have been published';

create table slot_grants (
    execution_id text collate "C" primary key,
    tenant       text not null,
    namespace    text not null,
    flow_id      text not null,
    at           timestamptz not null default now()
);
create index slot_grants_of_flow on slot_grants (tenant, namespace, flow_id);

create table claims (
    execution_id text collate "C" not null,
    ordinal      integer not null,
    dispatch     integer not null,
    worker_id    text not null,
    at           timestamptz not null default now(),
    primary key (execution_id, ordinal, dispatch)
);
create index claims_by_age on claims (at);

create table job_queues (
    worker_group text not null,
    tenant       text not null,
    primary key (worker_group, tenant)
);

create table log_batches (
    id text primary key,
    at timestamptz not null default now()
);
create index log_batches_by_age on log_batches (at);

create table idempotency_keys (
    tenant       text not null,
    subject      text not null,
    key          text not null,
    fingerprint  text not null,
    execution_id text collate "C" not null,
    at           timestamptz not null default now(),
    primary key (tenant, subject, key)
);
create index idempotency_keys_by_age on idempotency_keys (at);

--changeset millrace:executions-of-trigger
-- executions that no trigger has started cost nothing here
create index executions_of_trigger on executions (tenant, trigger_id, created_at, id)
  where trigger_id is not null;
