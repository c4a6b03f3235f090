-- Each statement may be there already: H2 commits each by itself, so a start that dies within this
-- file leaves its first ones behind, and the next start runs it again from its beginning.
-- H2 looks a list of keys up one by one only in the first column of an index; in a later one it
-- reads every row of the account. So the key comes first, and the account, which is one of few, last.
create unique index if not exists provisioning_request_by_active_key
  on provisioning_request (active_key, account_id);
alter table provisioning_request drop constraint if exists provisioning_request_active_key;

create index if not exists provisioning_request_by_own_id
  on provisioning_request (request_id, account_id);
drop index if exists provisioning_request_by_request_id;

create unique index if not exists queue_reply_by_message on queue_reply (message_key, account_id);
alter table queue_reply drop constraint if exists queue_reply_message;
