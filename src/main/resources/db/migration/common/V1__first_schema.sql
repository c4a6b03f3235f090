-- One schema for H2 (MODE=PostgreSQL) and PostgreSQL. Times are UTC. Columns named sealed_* hold
-- AES-256-GCM ciphertext bound to table, column and id; *_hash columns hold keyed hashes.
-- Ids come from the sequences in blocks, before the insert.

create sequence account_ids start with 1000 increment by 100;
create sequence batch_ids start with 1000 increment by 100;
create sequence request_ids start with 1000 increment by 1000;
create sequence instance_ids start with 1000 increment by 1000;
create sequence event_ids start with 1000 increment by 1000;
create sequence delivery_ids start with 1000 increment by 1000;

-- Proof that the key ring fits the data.
create table key_check (
  id integer primary key,
  sealed_canary bytea not null
);

-- Callers.
create table account (
  id bigint primary key,
  email varchar(320) not null,
  first_name varchar(200) not null,
  last_name varchar(200) not null,
  role varchar(16) not null,
  disabled boolean default false not null,
  user_secret_hash bytea not null,
  organization_secret_hash bytea not null,
  sealed_user_secret bytea not null,
  sealed_organization_secret bytea not null,
  created_at timestamp with time zone not null,
  constraint account_user_secret unique (user_secret_hash)
);

-- One per dropped file, upload or schedule run.
create table batch (
  id bigint primary key,
  account_id bigint not null references account (id),
  door varchar(16) not null,            -- FILE, UPLOAD, SCHEDULE
  name varchar(1024) not null,          -- file name as dropped
  result_name varchar(1024) not null,   -- first part of the names of its result files
  checksum varchar(64) not null,        -- SHA-256 of the content, hex
  size_bytes bigint not null,
  format varchar(16) not null,          -- JSON, NDJSON, CSV
  columns_json varchar,                 -- CSV: the header as written, a JSON array
  status varchar(16) not null,          -- READING, RUNNING, FINISHED, CANCELLED
  error_message varchar(2000),          -- why reading stopped early
  records_read bigint default 0 not null,
  waiting_count bigint default 0 not null,   -- WAITING or RUNNING
  succeeded_count bigint default 0 not null,
  failed_count bigint default 0 not null,
  duplicate_count bigint default 0 not null,
  discarded_count bigint default 0 not null,
  created_at timestamp with time zone not null,
  read_at timestamp with time zone,     -- every record is in the journal
  finished_at timestamp with time zone,
  constraint batch_result_name unique (result_name)
);
create index batch_by_account on batch (account_id, id);
create index batch_unfinished on batch (status, id);

-- The journal.
create table provisioning_request (
  id bigint primary key,
  account_id bigint not null references account (id),
  door varchar(16) not null,            -- FILE, QUEUE, UPLOAD, SCHEDULE
  batch_id bigint,
  lane bigint not null,                 -- claims take turns over lanes: a batch id, or negative for a door
  record_number bigint,                 -- 1-based, within its batch
  source_reference varchar(1024) not null, -- file:record or message id
  request_id varchar(200),              -- the caller's own
  idempotency_key varchar(300),
  active_key varchar(300),              -- = idempotency_key while WAITING, RUNNING or SUCCEEDED
  payload_hash bytea,
  sealed_payload bytea,                 -- null once succeeded or discarded
  sealed_record bytea,                  -- the record's original cells, secrets masked; for failed.csv
  name varchar(1000),
  user_name varchar(1000),
  status varchar(16) not null,          -- WAITING, RUNNING, SUCCEEDED, FAILED, DUPLICATE, DISCARDED
  next_attempt_at timestamp with time zone not null,
  attempts integer default 0 not null,
  lease_id bigint,
  lease_until timestamp with time zone,
  failure_class varchar(32),
  failure_message varchar(2000),
  provider_message varchar(2000),
  instance_id bigint,
  created_at timestamp with time zone not null,
  first_attempt_at timestamp with time zone,
  finished_at timestamp with time zone,
  constraint provisioning_request_active_key unique (account_id, active_key)
);
create index provisioning_request_due on provisioning_request (status, next_attempt_at);
create index provisioning_request_turn on provisioning_request (lane, status, next_attempt_at, id);
create index provisioning_request_lease on provisioning_request (lease_until); -- null unless RUNNING
create index provisioning_request_by_batch on provisioning_request (batch_id, status, id);
-- After that index, so that H2 uses it for the key and has no narrower one to choose instead.
alter table provisioning_request add constraint provisioning_request_batch
  foreign key (batch_id) references batch (id);
create index provisioning_request_by_account on provisioning_request (account_id, status, id);
create index provisioning_request_by_request_id on provisioning_request (account_id, request_id);

create table instance (
  id bigint primary key,
  account_id bigint not null references account (id),
  request_key varchar(300),             -- the idempotency key that made it
  element_key varchar(64) not null,
  name varchar(1000) not null,
  token_hash bytea not null,
  sealed_token bytea not null,
  user_name varchar(1000) not null,
  server_url varchar(2000) not null,
  sealed_secrets bytea not null,        -- JSON object: the secret configuration values
  tags_json varchar not null,
  configuration_json varchar not null,  -- secret values masked
  external_authentication varchar(32) not null,
  valid boolean not null,
  disabled boolean not null,
  trace_logging_enabled boolean not null,
  zone_name varchar(200),
  zone_url varchar(2000),
  web_url varchar(2000),
  database_id bigint,
  request_threshold integer,
  threshold_timeframe_minutes integer,
  timeframe_request_count integer,
  product_version varchar(100),
  company_name varchar(400),
  verified_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null,
  constraint instance_token unique (token_hash),
  constraint instance_request_key unique (account_id, request_key)
);
create index instance_by_account on instance (account_id, id);
create index instance_by_tenant on instance (database_id);

-- What happened to an instance; the payload is made once, without any secret.
create table event (
  id bigint primary key,
  type varchar(100) not null,
  account_id bigint not null,
  instance_id bigint not null,
  occurred_at timestamp with time zone not null,
  data_json varchar not null
);

-- The outbox.
create table delivery (
  id bigint primary key,
  event_id bigint not null references event (id),
  account_id bigint not null,
  instance_id bigint not null,
  destination varchar(100) not null,
  status varchar(16) not null,          -- PENDING, SENDING, DELIVERED, EXHAUSTED, DISCARDED
  attempts integer default 0 not null,
  next_attempt_at timestamp with time zone not null,
  lease_id bigint,
  lease_until timestamp with time zone,
  last_status_code integer,
  last_error varchar(2000),
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  constraint delivery_once unique (event_id, destination)
);
create index delivery_due on delivery (destination, status, next_attempt_at);
create index delivery_by_account on delivery (account_id, status, id);

create table destination_state (
  destination varchar(100) primary key,
  disabled_at timestamp with time zone not null,
  reason varchar(2000) not null
);

-- Rejected logins, shared by all nodes, so that nobody is locked out at Autotask through us.
create table login_guard (
  subject_hash bytea primary key,       -- of a user, a user and secret pair, or an integration code
  kind varchar(16) not null,            -- USER, PAIR, CODE
  code_hash bytea,                      -- USER, PAIR: the code of the last rejection
  previous_rejection_at timestamp with time zone, -- USER, PAIR: the last but one, and the last
  last_rejection_at timestamp with time zone,
  closures integer default 0 not null,
  closed_until timestamp with time zone,
  proven_at timestamp with time zone,    -- CODE: a login was accepted with it
  suspended_at timestamp with time zone, -- CODE: verification with it pauses
  updated_at timestamp with time zone not null
);
create index login_guard_by_code on login_guard (code_hash, kind);

-- HTTP answers kept for repeats of the same Idempotency-Key.
create table idempotency_key (
  account_id bigint not null,
  idempotency_key varchar(300) not null,
  fingerprint bytea not null,           -- keyed hash of method, path and body
  reservation_id bigint not null,
  reserved_until timestamp with time zone not null,
  status_code integer,                  -- null while running
  sealed_answer bytea,
  created_at timestamp with time zone not null,
  constraint idempotency_key_pk primary key (account_id, idempotency_key)
);
create index idempotency_key_by_age on idempotency_key (created_at);
