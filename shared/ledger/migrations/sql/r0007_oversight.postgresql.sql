-- Oversight keeps the read models; whoever watches or sweeps reads them.
grant select, insert, update, delete on hazard_register, open_obligation, thing_link to bihuan_oversight;
grant select on hazard_register, open_obligation, thing_link
  to bihuan_intake, bihuan_rectification, bihuan_enforcement, bihuan_registry;

alter table hazard_register enable row level security;
create policy hazard_register_own on hazard_register
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)))
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));

alter table open_obligation enable row level security;
create policy open_obligation_own on open_obligation
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)))
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));

alter table thing_link enable row level security;
create policy thing_link_own on thing_link
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)))
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));
