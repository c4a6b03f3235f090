-- Each statement may be there already: H2 commits each by itself, so a start that dies within this
-- file leaves its first ones behind, and the next start runs it again from its beginning.
-- Administrative acts: who, when, what, to what, with what outcome; never a secret or a value.
-- Rows are added, get their outcome once, and are pruned by age: delete ... where occurred_at < ?.
create sequence if not exists audit_ids start with 1 increment by 1;

create table if not exists audit (
  id bigint primary key,                -- rises with time over all nodes
  occurred_at timestamp with time zone not null, -- when it was begun, by the database's clock
  ended_at timestamp with time zone,    -- null while its end is not told
  account_id bigint,                    -- null: a command that worked on the database itself
  place varchar(200) not null,          -- IP address; of a command the user of the operating system
  request_id varchar(24),               -- of the HTTP request
  act varchar(40) not null,             -- ACCOUNT_CREATE, REQUESTS_RETRY, ...
  target_kind varchar(20) not null,     -- account, request, batch, ...
  target varchar(500),                  -- an id, a name or a filter
  outcome varchar(16) not null,         -- BEGUN, DONE, REFUSED, FAILED
  status_code integer,                  -- of the HTTP answer
  affected bigint                       -- how many things it changed
);
create index if not exists audit_occurred on audit (occurred_at);
create index if not exists audit_account on audit (account_id, id);
create index if not exists audit_target on audit (target_kind, target, id);
