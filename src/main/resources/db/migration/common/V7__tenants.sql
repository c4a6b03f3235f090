-- What Autotask says of a tenant beyond the verification of a login, and the work of asking for it:
-- the row is written in the transaction that stores the tenant's first instance.
create table tenant (
  database_id bigint primary key,       -- Autotask's ci
  status varchar(16) not null,          -- WAITING, RUNNING, FINISHED, FAILED
  attempts integer default 0 not null,
  next_attempt_at timestamp with time zone not null,
  lease_id bigint,
  lease_until timestamp with time zone,
  version_answer varchar(16),           -- GIVEN, NOT_PERMITTED, REFUSED; null until it was asked
  product_version varchar(100),
  company_answer varchar(16),
  company_name varchar(400),
  failure varchar(2000),                -- why the last attempt did not finish
  noted_at timestamp with time zone not null, -- giving up is counted from here
  finished_at timestamp with time zone
);
create index tenant_due on tenant (status, next_attempt_at);

insert into tenant (database_id, status, next_attempt_at, noted_at)
select database_id, 'WAITING', current_timestamp, current_timestamp
from instance where database_id is not null group by database_id;
