-- Intake alone takes signed requests.
grant select, insert, delete on signature_nonce to bihuan_intake;
