--liquibase formatted sql

--changeset millrace:links
-- which flows the source starts and follows: who asks for dependencies doesn't read YAML. Absent in
-- what versions before have stored, and still store while they run beside this one
alter table flow_revision add column links json;
