--liquibase formatted sql

--changeset millrace:1-trees
-- which commit of which repository a namespace and those below it are
create table tree_state (
    tenant    text        not null collate "C",
    namespace text        not null collate "C",
    url       text        not null,
    branch    text        not null,
    commit_id text        not null,
    pinned    boolean     not null,
    managed   boolean     not null,
    at        timestamptz not null,
    execution text        not null,
    flow      text        not null,
    primary key (tenant, namespace)
);
comment on column tree_state.pinned is 'rolled back to this commit: the newest isn''t applied until it is released';
comment on column tree_state.flow is 'namespace/id of the flow whose task did it';

-- what was applied, to say what is different now
create table tree_item (
    tenant    text not null collate "C",
    root      text not null collate "C",
    kind      text not null,
    namespace text not null collate "C",
    id        text not null collate "C",
    mark      text not null,
    primary key (tenant, root, kind, namespace, id)
);
comment on column tree_item.mark is 'SHA-256 of a source, revision of a file';

create table tree_sync (
    tenant    text        not null collate "C",
    namespace text        not null collate "C",
    number    bigint      not null generated always as identity,
    at        timestamptz not null,
    commit_id text        not null,
    execution text        not null,
    outcome   text        not null,
    report    jsonb       not null,
    primary key (tenant, namespace, number)
);
comment on column tree_sync.outcome is 'APPLIED or REFUSED';
