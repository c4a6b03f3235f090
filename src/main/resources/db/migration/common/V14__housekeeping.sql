-- Each statement may be there already: H2 commits each by itself, so a start that dies within this
-- file leaves its first ones behind, and the next start runs it again from its beginning.
-- Housekeeping walks over the rows of one status by rising id, which is about by age; and over
-- events by age, since those that somebody still waits for may be many.
create index if not exists provisioning_request_by_status on provisioning_request (status, id);
create index if not exists delivery_by_status on delivery (status, id);
create index if not exists event_by_age on event (occurred_at);
