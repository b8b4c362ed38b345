# Run once by PostgreSQL's image, when its volume is empty: the two owners and their databases.
# The services' own logins are made by the migrations job.
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set bihuan `cat /run/secrets/postgres/bihuan`
\set temporal `cat /run/secrets/postgres/temporal`
create role bihuan login createrole password :'bihuan';
create role temporal login password :'temporal';
create database bihuan owner bihuan;
create database temporal owner temporal;
create database temporal_visibility owner temporal;
SQL
