create trigger sealed_no_update before update on sealed
begin select raise(abort, 'update on sealed is refused: it only grows'); end;
create trigger sealed_no_delete before delete on sealed
begin select raise(abort, 'delete on sealed is refused: it only grows'); end;
-- "insert or replace" deletes without firing delete triggers.
create trigger sealed_no_replace before insert on sealed
when exists (select 1 from sealed where ledger = new.ledger and subject = new.subject and name = new.name)
begin select raise(abort, 'what was sealed is not replaced'); end;

create trigger sealed_read_no_update before update on sealed_read
begin select raise(abort, 'update on sealed_read is refused: it only grows'); end;
create trigger sealed_read_no_delete before delete on sealed_read
begin select raise(abort, 'delete on sealed_read is refused: it only grows'); end;
create trigger sealed_read_no_replace before insert on sealed_read
when exists (select 1 from sealed_read where id = new.id)
begin select raise(abort, 'a release is logged once'); end;
