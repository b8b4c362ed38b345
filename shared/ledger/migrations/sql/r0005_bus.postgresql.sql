-- These tables change, and every row of them can be derived from the ledger again.
grant select, insert, update, delete on cursor, parked, read_model, delivery
  to bihuan_intake, bihuan_rectification, bihuan_enforcement, bihuan_registry, bihuan_oversight;

alter table cursor enable row level security;
create policy cursor_own on cursor
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)))
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));

alter table parked enable row level security;
create policy parked_own on parked
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)))
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));

alter table read_model enable row level security;
create policy read_model_own on read_model
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)))
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));

alter table delivery enable row level security;
create policy delivery_own on delivery
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)))
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));
