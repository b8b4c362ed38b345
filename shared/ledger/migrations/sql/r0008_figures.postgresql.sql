grant select, insert, update, delete on figure_fact, campaign to bihuan_oversight;

alter table figure_fact enable row level security;
create policy figure_fact_own on figure_fact
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)))
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));

alter table campaign enable row level security;
create policy campaign_own on campaign
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)))
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));
