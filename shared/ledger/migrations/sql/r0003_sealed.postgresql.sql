create trigger sealed_append_only before update or delete or truncate on sealed
  for each statement execute function bihuan_append_only();
create trigger sealed_read_append_only before update or delete or truncate on sealed_read
  for each statement execute function bihuan_append_only();

grant select on sealed, sealed_read
  to bihuan_intake, bihuan_rectification, bihuan_enforcement, bihuan_registry, bihuan_oversight;
grant insert on sealed to bihuan_intake, bihuan_rectification, bihuan_enforcement, bihuan_registry;
grant insert on sealed_read
  to bihuan_intake, bihuan_rectification, bihuan_enforcement, bihuan_registry, bihuan_oversight;

alter table sealed enable row level security;
create policy sealed_read_own on sealed for select
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));
create policy sealed_write_own on sealed for insert
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));

alter table sealed_read enable row level security;
create policy sealed_read_read on sealed_read for select
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));
create policy sealed_read_write on sealed_read for insert
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));
