-- Each statement may be there already: H2 commits each by itself, so a start that dies within this
-- file leaves its first ones behind, and the next start runs it again from its beginning.
-- Running again, or giving up, all that match a filter: one row a job, worked on piece by piece, each
-- piece in one transaction with its progress.
create sequence if not exists operation_ids start with 1000 increment by 10;

create table if not exists bulk_operation (
  id bigint primary key,
  kind varchar(32) not null,            -- RETRY_REQUESTS, DISCARD_REQUESTS, REDELIVER, …
  account_id bigint,                    -- whose rows; null: those of all accounts
  requested_by bigint not null,         -- the account that asked
  filter_json varchar not null,         -- the words of the filter, as they were given
  rate_per_second integer,              -- null: as fast as it goes
  status varchar(16) not null,          -- RUNNING, FINISHED, CANCELLED, FAILED
  position bigint not null,             -- the id that the next piece begins behind
  last_id bigint not null,              -- the newest row at the start: what came later is left alone
  matched bigint default 0 not null,
  done bigint default 0 not null,
  next_piece_at timestamp with time zone not null,
  next_due_at timestamp with time zone, -- with a rate: when the next row may run
  failure varchar(2000),
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone
);
create index if not exists bulk_operation_due on bulk_operation (status, next_piece_at);

-- Lists of all accounts in one status, by rising id.
create index if not exists provisioning_request_by_status on provisioning_request (status, id);
create index if not exists delivery_by_status on delivery (status, id);

-- For the lists' filters; null in rows of earlier versions.
alter table provisioning_request add column if not exists element_key varchar(64);

-- When a record of the file was last taken, so that a reading that stands still can be told.
alter table batch add column if not exists progress_at timestamp with time zone;

-- A reply that every queue refuses is given up, and waits here for somebody to mend the cause.
alter table queue_reply add column if not exists refused boolean default false not null;
alter table queue_reply add column if not exists refused_at timestamp with time zone;
alter table queue_reply add column if not exists last_error varchar(2000);
create index if not exists queue_reply_refused on queue_reply (refused, request_id);
