--liquibase formatted sql

--changeset millrace:1-test-runs
-- what came of runs of test suites; results as the API gives them
create table test_runs (
    tenant     text        not null,
    id         text        not null collate "C",
    namespace  text        not null,
    suite_id   text        not null,
    flow_id    text        not null,
    state      text        not null,
    started_at timestamptz not null,
    ended_at   timestamptz not null,
    results    jsonb       not null,
    primary key (tenant, id)
);
create index test_runs_by_suite on test_runs (tenant, namespace, suite_id, id desc);
create index test_runs_by_flow on test_runs (tenant, flow_id, id desc);
