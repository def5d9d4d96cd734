--liquibase formatted sql

--changeset millrace:batches
alter table task_runs add column batches text;
comment on column task_runs.batches is 'child executions of the batches of a file, in the compact form of the engine';
