-- It may be there already: H2 commits each statement by itself, so a start that dies within this file
-- runs it again from its beginning.
-- Housekeeping walks over events by age, since those that somebody still waits for may be many; over
-- requests and deliveries by status and id, for which V16 has the indexes.
create index if not exists event_by_age on event (occurred_at);
