-- The services log in as these roles. Roles belong to the whole server: another database may have made them.
do $$
declare
  name text;
begin
  foreach name in array array['bihuan_intake', 'bihuan_rectification', 'bihuan_enforcement', 'bihuan_registry',
                              'bihuan_oversight'] loop
    if not exists (select from pg_roles where rolname = name) then
      begin
        execute format('create role %I login', name);
      exception when duplicate_object or unique_violation then null;  -- made meanwhile by another migration
      end;
    end if;
  end loop;
end $$;

create function bihuan_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% on % is refused: it only grows', tg_op, tg_table_name using errcode = 'BH009';
end $$;

create function real_now() returns bigint language plpgsql as $$
begin
  return extract(epoch from clock_timestamp()) * 1000000;
end $$;

-- What shared.ledger.clockface.ClockFace.at computes.
create function clock_now() returns bigint language plpgsql as $$
declare
  face record;
begin
  select mode, base, since, rate_ppm into strict face from clock;
  return case face.mode
    when 'real' then real_now()
    when 'frozen' then face.base
    else face.base + floor(greatest(real_now() - face.since, 0)::numeric * face.rate_ppm / 1000000)
  end;
end $$;

create trigger installation_append_only before update or delete or truncate on installation
  for each statement execute function bihuan_append_only();

grant select on installation, clock
  to bihuan_intake, bihuan_rectification, bihuan_enforcement, bihuan_registry, bihuan_oversight;
