--liquibase formatted sql

--changeset millrace:documents
-- the source as a tree: lists of thousands of flows don't read YAML. Absent in what versions before
-- have stored, and still store while they run beside this one
alter table flow_revision add column document json;
