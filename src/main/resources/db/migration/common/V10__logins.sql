-- Each statement may be there already: H2 commits each by itself, so a start that dies within this
-- file leaves its first ones behind, and the next start runs it again from its beginning.
-- The login of an account: what opens its two secrets to whoever knows e-mail address and password.
alter table account add column if not exists login_hash bytea;      -- keyed hash of the e-mail address in lower case; null without a password
alter table account add column if not exists sealed_password bytea; -- the slow hash with its parameters and salt, sealed
alter table account add column if not exists login_revision bigint default 0 not null; -- rises with everything that ends sessions
alter table account drop constraint if exists account_login;
alter table account add constraint account_login unique (login_hash);
