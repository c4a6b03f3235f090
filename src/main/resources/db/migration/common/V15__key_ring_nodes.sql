-- Each statement may be there already: H2 commits each by itself, so a start that dies within this
-- file leaves its first ones behind, and the next start runs it again from its beginning.
-- Which sealing keys each running process has read, so that no key is used before all can open what
-- it seals, and none is removed while somebody seals with it. Ids of keys only, never a key.
create table if not exists key_ring_node (
  node_id varchar(64) primary key,      -- one per start of a process
  name varchar(300) not null,           -- host and process, for people
  key_ids varchar(4000) not null,       -- separated by commas
  primary_id bigint not null,           -- the one it seals with
  primary_since timestamp with time zone not null,
  seen_at timestamp with time zone not null
);
