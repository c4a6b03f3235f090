package io.autotaskprovisioner.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Holds what can be seen, once everything is healed, against the history: each acknowledged request
 * is one instance or one visible failure, told once under one event id to every destination,
 * replied to, and listed in whole result files.
 */
final class Verdict {

  /** How many problems are told one by one. */
  private static final int TOLD = 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Evidence evidence;
  private final History history;
  private final List<String> problems = new ArrayList<>();
  private int found;

  Verdict(Evidence evidence, History history) {
    this.evidence = evidence;
    this.history = history;
  }

  Figures on(String fault, int times, Settling settling) throws IOException {
    Map<String, List<Long>> instances = evidence.instances();
    Map<String, String> failures = evidence.failures();
    Map<String, SeenEvents> arrived = evidence.arrived();
    Map<String, Integer> ownReplies = ownReplies();
    int made = 0;
    int failed = 0;
    int lost = 0;
    int doubled = 0;
    long logins = 0;
    long arrivals = 0;
    long missing = 0;
    for (var entry : history.acknowledged().entrySet()) {
      String name = entry.getKey();
      List<Long> ids = instances.getOrDefault(name, List.of());
      boolean rejected = Customer.isRejected(Customer.numberOf(name));
      if (ids.size() > 1) {
        doubled++;
        problem("%s has the instances %s", name, ids);
      } else if (ids.size() == 1) {
        made++;
        if (rejected) {
          problem("%s has an instance that Autotask never accepted", name);
        }
        if (entry.getValue() instanceof History.Acknowledgement.Answered answer
            && answer.instanceId() != ids.get(0)) {
          doubled++;
          problem("%s was answered %d and is %s", name, answer.instanceId(), ids);
        }
      } else if (entry.getValue() instanceof History.Acknowledgement.Refused
          || failures.containsKey(name)) {
        failed++;
        if (!rejected) {
          problem("%s failed as %s though its login is right", name, failures.get(name));
        }
      } else {
        lost++;
        problem("%s is lost", name);
      }
      for (long id : ids) {
        int accepted = evidence.logins().applyAsInt(Customer.userName(Customer.numberOf(name)));
        logins += accepted;
        if (accepted == 0 && !evidence.loginsIncomplete()) {
          problem("%s has an instance that Autotask never accepted", name);
        }
        for (var destination : arrived.entrySet()) {
          int eventIds = destination.getValue().of(id).size();
          arrivals += eventIds;
          if (eventIds == 0) {
            missing++;
          }
          if (eventIds > 1) {
            doubled++;
            problem(
                "%s was told %s as %s", destination.getKey(), name, destination.getValue().of(id));
          }
        }
      }
    }
    long undelivered = evidence.undelivered();
    long events = (long) made * arrived.size();
    if (missing > undelivered) {
      problem("%d of %d events are missing, %d are to be seen", missing, events, undelivered);
    }
    checkReplies(ownReplies);
    int batches = batches();
    int all = instances.values().stream().mapToInt(List::size).sum();
    if (evidence.countOfInstances() != all) {
      problem("%d instances are counted, %d listed", evidence.countOfInstances(), all);
    }
    for (var instance : instances.entrySet()) {
      if (instance.getValue().size() > 1
          && !history.acknowledged().containsKey(instance.getKey())) {
        doubled++;
        problem(
            "%s, never acknowledged, has the instances %s", instance.getKey(), instance.getValue());
      }
    }
    return new Figures(
        fault,
        times,
        history.size(),
        history.tries(),
        made,
        failed,
        lost,
        doubled,
        made == 0 ? 0 : (double) logins / made,
        events,
        arrivals,
        undelivered,
        history.sendings().size(),
        ownReplies.values().stream().mapToInt(Integer::intValue).sum(),
        batches,
        seconds(settling.longestPause()),
        seconds(settling.total()),
        List.copyOf(problems));
  }

  private Map<String, Integer> ownReplies() {
    Map<String, Integer> own = new HashMap<>();
    for (String message : history.sendings().keySet()) {
      own.put(message, evidence.replies().getOrDefault(message, 0));
    }
    return own;
  }

  /** Of a sending that was cut off only the broker knows whether it took place. */
  private void checkReplies(Map<String, Integer> own) {
    own.forEach(
        (message, count) -> {
          int sent = history.sendings().get(message);
          if (count < 1 || count > sent) {
            problem("%s was sent %d times and replied to %d times", message, sent, count);
          }
        });
  }

  /** Files whose batch is finished, with as many lines in the result files as the counts say. */
  private int batches() throws IOException {
    Map<String, JsonNode> summaries = new HashMap<>();
    Path results = evidence.results();
    try (Stream<Path> files = Files.list(results)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".summary.json")).toList()) {
        JsonNode summary = JSON.readTree(file.toFile());
        if (history.files().containsKey(summary.path("name").asText())
            && summaries.put(summary.path("name").asText(), summary) != null) {
          problem("%s became two batches", summary.path("name").asText());
        }
      }
    }
    int whole = 0;
    for (var file : history.files().entrySet()) {
      JsonNode summary = summaries.get(file.getKey());
      if (summary == null) {
        problem("%s has no summary", file.getKey());
        continue;
      }
      int succeeded = summary.path("succeeded").asInt();
      int failed = summary.path("failed").asInt();
      if (summary.path("status").asText().equals("FINISHED")
          && succeeded + failed == file.getValue()
          && lines(results, summary, ".succeeded.ndjson") == succeeded
          && lines(results, summary, ".failed.csv") == failed + 1) {
        whole++;
      } else {
        problem("%s of %d rows ended as %s", file.getKey(), file.getValue(), summary);
      }
    }
    return whole;
  }

  private static long lines(Path results, JsonNode summary, String ending) throws IOException {
    for (JsonNode file : summary.path("resultFiles")) {
      if (file.asText().endsWith(ending)) {
        try (Stream<String> lines = Files.lines(results.resolve(file.asText()))) {
          return lines.count();
        }
      }
    }
    return -1;
  }

  private void problem(String sentence, Object... values) {
    found++;
    if (found <= TOLD) {
      problems.add(sentence.formatted(values));
    } else if (found == TOLD + 1) {
      problems.add("and more");
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
