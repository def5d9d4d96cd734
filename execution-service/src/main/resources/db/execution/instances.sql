--liquibase formatted sql

--changeset millrace:instances
alter table instances
  add column host    text,
  add column version text,
  add column waiting integer not null default 0,
  add column lag_ms  bigint not null default 0;
comment on column instances.waiting is 'events that had arrived and waited for their turn at the last sign of life';
comment on column instances.lag_ms is 'how long the slowest event waited for its commit between the last two signs of life';
