-- Each statement may be there already: H2 commits each by itself, so a start that dies within this
-- file leaves its first ones behind, and the next start runs it again from its beginning.
-- Moving in: instances of the hosted service with their ids and tokens, all of an import or none.
create sequence if not exists import_ids start with 1000 increment by 10;

create table if not exists import_job (
  id bigint primary key,
  account_id bigint not null references account (id), -- who will own the instances
  requested_by bigint not null,         -- the administrator's account
  status varchar(16) not null,          -- PROVING, IMPORTED, FAILED, CANCELLED
  items integer not null,
  next_attempt_at timestamp with time zone not null,
  lease_id bigint,
  lease_until timestamp with time zone,
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone
);
create index if not exists import_job_due on import_job (status, next_attempt_at);

create table if not exists import_item (
  job_id bigint not null,
  place integer not null,               -- in the array that was sent, from 1
  instance_id bigint not null,
  name varchar(1000) not null,
  status varchar(16) not null,          -- WAITING, PROVEN, PRESENT, FAILED
  sealed_instance bytea,                -- the whole instance with its credentials; null once the job has ended
  tenant_json varchar,                  -- PROVEN: what Autotask said
  attempts integer default 0 not null,
  next_attempt_at timestamp with time zone not null,
  failure_class varchar(32),
  failure_message varchar(2000),
  provider_message varchar(2000),
  constraint import_item_pk primary key (job_id, place),
  constraint import_item_job foreign key (job_id) references import_job (id)
);
create index if not exists import_item_due on import_item (job_id, status, next_attempt_at);
