-- Oversight keeps the names as it keeps its other read models, and the sessions of its console.
grant select, insert, update, delete on thing_name, console_session to bihuan_oversight;

alter table thing_name enable row level security;
create policy thing_name_own on thing_name
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)))
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));
