-- Oversight alone keeps and reads them.
grant select, insert, update, delete on hazard_likeness, duplicate_proposal to bihuan_oversight;

alter table hazard_likeness enable row level security;
create policy hazard_likeness_own on hazard_likeness
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)))
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));

alter table duplicate_proposal enable row level security;
create policy duplicate_proposal_own on duplicate_proposal
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)))
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));
