--liquibase formatted sql

--changeset millrace:log-usage
-- bytes of log lines of a day (UTC); added to every few seconds by each instance
create table log_usage (
    tenant    text   not null,
    namespace text   not null collate "C",
    day       date   not null,
    bytes     bigint not null,
    primary key (tenant, day, namespace)
);
create index log_usage_by_day on log_usage (day);
alter table log_usage enable row level security;
create policy tenant_wall on log_usage using (tenant = current_setting('millrace.tenant', true));
