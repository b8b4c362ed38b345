create trigger fact_no_update before update on fact
begin select raise(abort, 'update on fact is refused: it only grows'); end;
create trigger fact_no_delete before delete on fact
begin select raise(abort, 'delete on fact is refused: it only grows'); end;
-- "insert or replace" deletes without firing delete triggers; a fact that is next replaces none.
create trigger fact_next before insert on fact
when new.position <> 1 + (select coalesce(max(position), 0) from fact where ledger = new.ledger)
  or new.version <> 1 + (select coalesce(max(version), 0) from fact where ledger = new.ledger and stream = new.stream)
begin select raise(abort, 'a fact takes the next position and the next version'); end;

create trigger command_no_update before update on command
begin select raise(abort, 'update on command is refused: it only grows'); end;
create trigger command_no_delete before delete on command
begin select raise(abort, 'delete on command is refused: it only grows'); end;
create trigger command_no_replace before insert on command
when exists (select 1 from command where ledger = new.ledger and id = new.id)
begin select raise(abort, 'a command is answered once'); end;
