#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A schema for each service, and a role that owns it and sees no other.
set -euo pipefail
for service in flow execution scheduler secrets gateway; do
  psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" \
    -v role="millrace_$service" -v schema="$service" -v password="$MILLRACE_DATABASE_PASSWORD" <<'SQL'
create role :"role" login password :'password';
create schema :"schema" authorization :"role";
alter role :"role" set search_path = :"schema", public;
SQL
done
