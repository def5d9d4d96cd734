--liquibase formatted sql

--changeset millrace:log-time
create index logs_of_execution on logs (execution_id, at);
comment on index logs_of_execution is 'a log is read in the order of time from any place in it';
