-- The login of an account: what opens its two secrets to whoever knows e-mail address and password.
alter table account add column login_hash bytea;      -- keyed hash of the e-mail address in lower case; null without a password
alter table account add column sealed_password bytea; -- the slow hash with its parameters and salt, sealed
alter table account add column login_revision bigint default 0 not null; -- rises with everything that ends sessions
alter table account add constraint account_login unique (login_hash);
