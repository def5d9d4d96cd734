--liquibase formatted sql

--changeset millrace:namespace-rules
-- which types the flows of a namespace may use, and whose flows may use what is in it
alter table namespace_settings add column rules jsonb not null default '{}';
