# Temporal's tables, made and brought up to this release before its server starts; again changes nothing.
set -eu
SQL_PASSWORD="$(cat /run/secrets/temporal/password)"
export SQL_PASSWORD
for database in temporal temporal_visibility; do
  schema="${database#temporal_}"
  tool="temporal-sql-tool --plugin postgres12 --endpoint postgres --port 5432 --user temporal --database $database"
  $tool setup-schema --version 0.0
  $tool update-schema --schema-name "postgresql/v12/$schema"
done
