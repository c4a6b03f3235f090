-- Each statement may be there already: H2 commits each by itself, so a start that dies within this
-- file leaves its first ones behind, and the next start runs it again from its beginning.

-- Who reads a file: of the processes that see one folder exactly one, for as long as it lives.
create table if not exists file_lease (
  folder varchar(64) not null,          -- what the folder itself says it is, whatever its path
  name varchar(1024) not null,          -- of the file
  lease_id bigint not null,             -- fences whatever is done for the file
  node varchar(64) not null,            -- whose next start gives it up at once
  lease_until timestamp with time zone not null,
  constraint file_lease_pk primary key (folder, name)
);

alter table batch add column if not exists folder varchar(64); -- where its file lies
alter table batch add column if not exists reader bigint;      -- lease of whoever reads it

-- Who writes the result files of a batch, and whether their last state is written.
create table if not exists result_files (
  batch_id bigint primary key,
  folder varchar(64),                   -- of results; null: whoever comes first
  lease_id bigint,
  node varchar(64),
  lease_until timestamp with time zone not null,
  written boolean default false not null,
  constraint result_files_batch foreign key (batch_id) references batch (id) on delete cascade
);
create index if not exists result_files_open on result_files (written, folder);

insert into result_files (batch_id, lease_until, written)
select id, created_at, finished_at is not null from batch
on conflict do nothing;
