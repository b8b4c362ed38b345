-- Each statement and each expression of plpgsql is set up once per transaction, and an append is a transaction: few of
-- them cost less than quick ones. Plain SQL of a single expression is taken into the statement that calls it.

create or replace function bihuan_leaf(
  ledger text, "position" bigint, stream text, version integer, recorded bigint, body bytea
) returns bytea language sql immutable as $$
  select sha256('\x00'::bytea
    || substring(int4send(octet_length(ledger)) from 3) || convert_to(ledger, 'UTF8') || int8send("position")
    || substring(int4send(octet_length(stream)) from 3) || convert_to(stream, 'UTF8') || int4send(version)
    || int8send(recorded) || body)
$$;

create or replace function bihuan_lock(ledger text) returns void language sql as $$
  select pg_advisory_xact_lock(hashtextextended(ledger, 7100001))
$$;

create or replace function clock_now() returns bigint language plpgsql as $$
declare
  at bigint;
begin
  select case c.mode
      when 'real' then real.now
      when 'frozen' then c.base
      else c.base + floor(greatest(real.now - c.since, 0)::numeric * c.rate_ppm / 1000000)
    end into strict at
    from clock c, (select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now) as real;
  return at;
end $$;

create or replace function bihuan_number() returns trigger language plpgsql as $$
declare
  latest integer;
begin
  perform bihuan_lock(new.ledger);
  select n.position, n.kind, n.recorded_at, n.latest,
      bihuan_leaf(new.ledger, n.position, new.stream, new.version, n.recorded_at, new.body)
    into strict new.position, new.kind, new.recorded_at, latest, new.leaf
    from (
      select coalesce(l.position, 0) + 1 as position, split_part(new.stream, '/', 1) as kind,
        -- The facts of one append share their recorded time; it never goes back within a ledger.
        case when l.ours then l.recorded_at else greatest(clock_now(), l.recorded_at) end as recorded_at,
        coalesce((select max(f.version) from fact f where f.ledger = new.ledger and f.stream = new.stream), 0) as latest
      from (select) as one left join lateral (
        select f.position, f.recorded_at, f.xmin = pg_current_xact_id()::xid as ours
          from fact f where f.ledger = new.ledger order by f.position desc limit 1
      ) as l on true
      offset 0  -- computed once, however often it is named above
    ) as n;
  if new.version <> latest + 1 then
    perform bihuan_conflict(new.stream, new.version - 1, latest);
  end if;
  return new;
end $$;

drop function bihuan_append;
drop function bihuan_version;

-- One append. Call it in autocommit: in READ COMMITTED each statement sees what was committed before the lock
-- was granted, and a client that stalls cannot hold the lock.
create function bihuan_append(
  p_ledger text, p_command text, p_body_hash bytea,
  p_streams text[], p_expected integer[],
  p_fact_streams text[], p_fact_types text[], p_fact_bodies bytea[],
  p_guards text[], p_guard_versions integer[],
  out o_first bigint, out o_last bigint, out o_versions jsonb, out o_repeated boolean
) language plpgsql as $$
declare
  answered record;
  refused record;
  reached integer[] := p_expected;
  s integer;
begin
  perform bihuan_lock(p_ledger);

  select c.body_hash, c.first, c.last, c.versions into answered
    from command c where c.ledger = p_ledger and c.id = p_command;
  if found then
    if answered.body_hash <> p_body_hash then
      raise exception 'command % was already used with another body', p_command
        using errcode = 'BH002', detail = jsonb_build_array(p_command);
    end if;
    o_first := answered.first;
    o_last := answered.last;
    o_versions := answered.versions;
    o_repeated := true;
    return;
  end if;

  if row_security_active('fact') then
    select w.stream into refused from unnest(p_streams) as w (stream)
      where not exists (select from ledger_grant g where g.role = current_user::text and g.ledger = p_ledger
                        and split_part(w.stream, '/', 1) = any (g.kinds))
      order by w.stream collate "C" limit 1;
    if found then
      raise exception 'no grant to write % in this ledger', refused.stream
        using errcode = 'BH003', detail = jsonb_build_array(refused.stream);
    end if;
  end if;

  -- A single stream is compared where its first fact is numbered.
  if cardinality(p_streams) + cardinality(p_guards) > 1 then
    select w.stream, w.expected, v.latest into refused
      from unnest(p_streams || p_guards, p_expected || p_guard_versions) as w (stream, expected),
        lateral (select coalesce(max(f.version), 0) as latest from fact f
                 where f.ledger = p_ledger and f.stream = w.stream) as v
      where v.latest <> w.expected order by w.stream collate "C" limit 1;
    if found then
      perform bihuan_conflict(refused.stream, refused.expected, refused.latest);
    end if;
  end if;

  o_versions := '{}';
  for n in 1 .. cardinality(p_fact_streams) loop
    s := array_position(p_streams, p_fact_streams[n]);
    reached[s] := reached[s] + 1;
    insert into fact (ledger, stream, version, type, body)
      values (p_ledger, p_fact_streams[n], reached[s], p_fact_types[n], p_fact_bodies[n])
      returning position into o_last;
    o_first := coalesce(o_first, o_last);
    o_versions := o_versions || jsonb_build_object(p_fact_streams[n], reached[s]);
  end loop;
  insert into command (ledger, id, body_hash, first, last, versions)
    values (p_ledger, p_command, p_body_hash, o_first, o_last, o_versions);
  o_repeated := false;
end $$;
