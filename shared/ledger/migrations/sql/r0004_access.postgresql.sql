-- Services look tokens up; only the owner of the database issues and revokes them.
grant select on token
  to bihuan_intake, bihuan_rectification, bihuan_enforcement, bihuan_registry, bihuan_oversight;

alter table token enable row level security;
create policy token_read on token for select
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));
