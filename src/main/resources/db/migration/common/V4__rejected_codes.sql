-- Requests that were rejected under an integration code that nothing was accepted with: when the
-- code becomes the suspect they wait again.
alter table provisioning_request add column rejected_code bytea; -- keyed hash; null unless so
create index provisioning_request_by_rejected_code on provisioning_request (rejected_code, id);

-- CODE, suspended: rejections since then told against it.
alter table login_guard add column suspected_since timestamp with time zone;
