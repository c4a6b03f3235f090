package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.schedule.ScheduleRun;
import io.autotaskprovisioner.schedule.Schedules;

/** Schedules and their runs as the API shows them. */
final class ScheduleJson {

  private ScheduleJson() {}

  static ObjectNode schedule(Schedules.Entry entry) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", entry.name());
    json.put("cron", entry.cron() == null ? "off" : entry.cron());
    json.put("timeZone", entry.timeZone());
    json.put("nextRun", entry.nextRun() == null ? null : entry.nextRun().toString());
    json.put("running", entry.running());
    ArrayNode runs = json.putArray("runs");
    entry.runs().forEach(run -> runs.add(run(run)));
    return json;
  }

  private static ObjectNode run(ScheduleRun run) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", run.id());
    json.put("cause", run.cause().name());
    json.put("outcome", run.outcome().name());
    json.put("message", run.message());
    json.put("startedAt", run.startedAt().toString());
    json.put("endedAt", run.endedAt() == null ? null : run.endedAt().toString());
    if (run.schedule().equals(Schedules.VERIFY)) {
      ScheduleRun.CheckCounts checks = run.checks();
      json.put("instances", checks.total());
      json.put("checked", checks.checked());
      json.put("invalidated", checks.invalidated());
      json.put("validated", checks.validated());
      json.put("rejected", checks.invalid());
      json.put("undecided", checks.undecided());
    } else {
      ScheduleRun.FileCounts files = run.files();
      json.put("files", files.taken());
      json.put("filesRefused", files.refused());
      json.put("filesLeft", files.left());
      json.put("records", files.rows());
      json.put("waiting", files.waiting());
      json.put("succeeded", files.succeeded());
      json.put("failed", files.failed());
      json.put("duplicate", files.duplicate());
    }
    return json;
  }
}
