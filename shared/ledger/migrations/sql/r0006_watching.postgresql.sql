grant select, insert, update, delete on armed
  to bihuan_intake, bihuan_rectification, bihuan_enforcement, bihuan_registry, bihuan_oversight;

alter table armed enable row level security;
create policy armed_own on armed
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)))
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));
