create trigger fact_append_only before update or delete or truncate on fact
  for each statement execute function bihuan_append_only();
create trigger command_append_only before update or delete or truncate on command
  for each statement execute function bihuan_append_only();

grant select, insert on fact, command
  to bihuan_intake, bihuan_rectification, bihuan_enforcement, bihuan_registry, bihuan_oversight;
grant select on ledger_grant
  to bihuan_intake, bihuan_rectification, bihuan_enforcement, bihuan_registry, bihuan_oversight;

alter table ledger_grant enable row level security;
create policy ledger_grant_own on ledger_grant for select using (role = current_user::text);

-- array(select ...) does not depend on the row: it is computed once per query, not once per fact.
alter table fact enable row level security;
create policy fact_read on fact for select
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));
create policy fact_write on fact for insert
  with check (exists (select from ledger_grant g
                      where g.role = current_user::text and g.ledger = fact.ledger and fact.kind = any (g.kinds)));

alter table command enable row level security;
create policy command_read on command for select
  using (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));
create policy command_write on command for insert
  with check (ledger = any (array(select g.ledger from ledger_grant g where g.role = current_user::text)));

-- The functions are plpgsql throughout: it keeps their plans, where functions in plain SQL are planned per call.

-- What shared.ledger.leaf.leaf computes.
create function bihuan_leaf(ledger text, "position" bigint, stream text, version integer, recorded bigint, body bytea)
returns bytea language plpgsql immutable as $$
begin
  return sha256('\x00'::bytea
    || substring(int4send(octet_length(ledger)) from 3) || convert_to(ledger, 'UTF8') || int8send("position")
    || substring(int4send(octet_length(stream)) from 3) || convert_to(stream, 'UTF8') || int4send(version)
    || int8send(recorded) || body);
end $$;

-- One writer at a time per ledger, until its transaction ends and its facts are visible: commit order is
-- position order, so that a reader by position can never skip a fact. Ledgers do not wait for each other.
create function bihuan_lock(ledger text) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(ledger, 7100001));
end $$;

create function bihuan_version(p_ledger text, p_stream text) returns integer language plpgsql as $$
begin
  return coalesce((select max(version) from fact where ledger = p_ledger and stream = p_stream), 0);
end $$;

create function bihuan_conflict(p_stream text, p_expected integer, p_found integer) returns void language plpgsql as $$
begin
  raise exception '% is at version %, not %', p_stream, p_found, p_expected
    using errcode = 'BH001', detail = jsonb_build_array(p_stream, p_expected, p_found);
end $$;

-- Whoever inserts a fact, and however: the database gives it its position, kind, recorded time and leaf.
create function bihuan_number() returns trigger language plpgsql as $$
declare
  last record;
  latest integer;
begin
  perform bihuan_lock(new.ledger);
  select f.position, f.recorded_at, f.xmin = pg_current_xact_id()::xid as ours into last
    from fact f where f.ledger = new.ledger order by f.position desc limit 1;
  latest := bihuan_version(new.ledger, new.stream);
  if new.version <> latest + 1 then
    perform bihuan_conflict(new.stream, new.version - 1, latest);
  end if;
  new.position := coalesce(last.position, 0) + 1;
  new.kind := split_part(new.stream, '/', 1);
  -- The facts of one append share their recorded time; it never goes back within a ledger.
  new.recorded_at := case when last.ours then last.recorded_at else greatest(clock_now(), last.recorded_at) end;
  new.leaf := bihuan_leaf(new.ledger, new.position, new.stream, new.version, new.recorded_at, new.body);
  return new;
end $$;
create trigger fact_number before insert on fact for each row execute function bihuan_number();

-- One append. Call it in autocommit: in READ COMMITTED each statement sees what was committed before the lock
-- was granted, and a client that stalls cannot hold the lock.
create function bihuan_append(
  p_ledger text, p_command text, p_body_hash bytea,
  p_streams text[], p_expected integer[],
  p_fact_streams text[], p_fact_types text[], p_fact_bodies bytea[],
  p_guards text[], p_guard_versions integer[]
) returns table (o_first bigint, o_last bigint, o_versions jsonb, o_repeated boolean) language plpgsql as $$
declare
  answered record;
  asked record;
  latest integer;
begin
  perform bihuan_lock(p_ledger);

  select c.body_hash, c.first, c.last, c.versions into answered
    from command c where c.ledger = p_ledger and c.id = p_command;
  if found then
    if answered.body_hash <> p_body_hash then
      raise exception 'command % was already used with another body', p_command
        using errcode = 'BH002', detail = jsonb_build_array(p_command);
    end if;
    return query select answered.first, answered.last, answered.versions, true;
    return;
  end if;

  if row_security_active('fact') then
    for asked in
      select w.stream from unnest(p_streams) as w (stream)
      where not exists (select from ledger_grant g where g.role = current_user::text and g.ledger = p_ledger
                        and split_part(w.stream, '/', 1) = any (g.kinds))
      order by w.stream collate "C"
    loop
      raise exception 'no grant to write % in this ledger', asked.stream
        using errcode = 'BH003', detail = jsonb_build_array(asked.stream);
    end loop;
  end if;

  for asked in
    select w.stream, w.expected from unnest(p_streams || p_guards, p_expected || p_guard_versions)
      as w (stream, expected) order by w.stream collate "C"
  loop
    latest := bihuan_version(p_ledger, asked.stream);
    if latest <> asked.expected then
      perform bihuan_conflict(asked.stream, asked.expected, latest);
    end if;
  end loop;

  with inserted as (
    insert into fact (ledger, stream, version, type, body)
    select p_ledger, f.stream, e.expected + row_number() over (partition by f.stream order by f.n), f.type, f.body
      from unnest(p_fact_streams, p_fact_types, p_fact_bodies) with ordinality as f (stream, type, body, n)
      join unnest(p_streams, p_expected) as e (stream, expected) using (stream)
      order by f.n
    returning position, stream, version
  ), reached as (
    select i.stream, max(i.version) as version, min(i.position) as first, max(i.position) as last
      from inserted i group by i.stream
  )
  select min(r.first), max(r.last), jsonb_object_agg(r.stream, r.version)
    into o_first, o_last, o_versions from reached r;
  insert into command (ledger, id, body_hash, first, last, versions)
    values (p_ledger, p_command, p_body_hash, o_first, o_last, o_versions);
  o_repeated := false;
  return next;
end $$;
