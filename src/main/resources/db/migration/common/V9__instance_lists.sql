-- Each statement may be there already: H2 commits each by itself, so a start that dies within this
-- file leaves its first ones behind, and the next start runs it again from its beginning.
-- How many instances each account has of each element, kept in the transaction that inserts or
-- removes one, so that the first page of a list counts nothing. Every process writes rows of a shard
-- of its own, and the number is their sum: processes never wait for each other's commit.
create sequence if not exists instance_count_shards start with 0 minvalue 0 increment by 1;

create table if not exists instance_count (
  account_id bigint not null,
  element_key varchar(64) not null,
  shard integer not null,               -- a process's number at its start, modulo 64
  instances bigint not null,            -- may be negative: removed here, inserted elsewhere
  constraint instance_count_pk primary key (account_id, element_key, shard)
);

insert into instance_count (account_id, element_key, shard, instances)
select account_id, element_key, 0, count(*) from instance group by account_id, element_key
on conflict do nothing;

-- The tags of each instance, each once, so that a list filtered by tags is read off an index. Those
-- of instances that are there already are filled in by the migration 9.1, which is Java.
create table if not exists instance_tag (
  account_id bigint not null,
  tag varchar(1000) not null,
  instance_id bigint not null,
  constraint instance_tag_pk primary key (account_id, tag, instance_id)
);

-- The list of one element, and that of the account, with the columns that a search looks at, so that
-- it reads no whole rows, which are many times as wide.
create index if not exists instance_by_element on instance (account_id, element_key, id, name);
drop index if exists instance_by_account;
create index instance_by_account on instance (account_id, id, element_key, name);
