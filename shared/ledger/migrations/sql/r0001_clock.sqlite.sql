create trigger installation_no_update before update on installation
begin select raise(abort, 'update on installation is refused: it only grows'); end;
create trigger installation_no_delete before delete on installation
begin select raise(abort, 'delete on installation is refused: it only grows'); end;
-- "insert or replace" deletes without firing delete triggers.
create trigger installation_no_replace before insert on installation
when exists (select 1 from installation)
begin select raise(abort, 'a second installation is refused'); end;
