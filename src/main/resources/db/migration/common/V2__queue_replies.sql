-- The replies that requests of the message queue are owed: one each time a request comes to its end.
create table queue_reply (
  request_id bigint primary key,
  account_id bigint not null,
  message_key varchar(64),              -- keyed hash of message, place in it and content; null without a message id
  destination varchar(255),             -- null: the queue for results
  topic boolean default false not null,
  correlation_id varchar(1000),
  due_at timestamp with time zone,      -- null while the request is not at its end, and once sent
  rounds integer default 0 not null,    -- how often the request has come to its end
  attempts integer default 0 not null,  -- sendings of this round that failed
  lease_id bigint,
  lease_until timestamp with time zone,
  sent_at timestamp with time zone,
  constraint queue_reply_message unique (account_id, message_key),
  constraint queue_reply_request foreign key (request_id)
    references provisioning_request (id) on delete cascade
);
create index queue_reply_due on queue_reply (due_at);
