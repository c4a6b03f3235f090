-- Counts the changes of accounts: what a node remembers of them holds only while this stands still,
-- so that a disabled caller is refused at once everywhere.
create table account_revision (
  id integer primary key,
  revision bigint not null
);
insert into account_revision (id, revision) values (1, 0);
