-- Each statement may be there already: H2 commits each by itself, so a start that dies within this
-- file leaves its first ones behind, and the next start runs it again from its beginning.
-- Names of configuration keys, each with an id that is the same for every instance: a configuration
-- row is addressed by it. Keys that no catalogue describes stand here, too.
create sequence if not exists configuration_key_ids start with 1000 increment by 100;
create table if not exists configuration_key (
  id bigint primary key,
  config_key varchar(200) not null,
  constraint configuration_key_name unique (config_key)
);
