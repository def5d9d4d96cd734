--liquibase formatted sql

--changeset millrace:1-test-suites
create table test_suite (
    tenant      text        not null collate "C",
    namespace   text        not null collate "C",
    id          text        not null collate "C",
    flow_id     text        not null collate "C",
    disabled    boolean     not null,
    source      text        not null,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    updated_by  text        not null,
    row_version int         not null,
    primary key (tenant, namespace, id)
);
create index test_suite_flow on test_suite (tenant, flow_id, namespace, id);
