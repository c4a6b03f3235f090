package io.autotaskprovisioner.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.LaunchedApplication;
import io.autotaskprovisioner.support.WebhookReceiver;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Holds what became of requests against what {@link BusyDoors} acknowledged, as an outsider sees
 * it: by the API of a node, the receiver, the broker and the result files.
 */
public final class Reckoning {

  /** For everything to come to its end once nothing is killed any more. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final String SUMMARY = ".summary.json";
  private static final String FAILED = ".failed.csv";
  private static final String SUCCEEDED = ".succeeded.ndjson";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final BusyDoors doors;
  private final LaunchedApplication node;
  private final List<Path> dropFolders;
  private final String run;
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * @param node a living one, to be asked
   * @param dropFolders folders that must be empty of files at the end
   * @param run what failures tell of it, such as its seed
   */
  public Reckoning(BusyDoors doors, LaunchedApplication node, List<Path> dropFolders, String run) {
    this.doors = doors;
    this.node = node;
    this.dropFolders = dropFolders;
    this.run = run;
  }

  /** Waits until no request waits or runs, every batch is over and every file was taken. */
  public void awaitTheEndOfEverything() {
    await().atMost(PATIENCE).until(this::nothingWaits);
  }

  /**
   * Every acknowledged name is one instance, with the id that was answered, nothing else is there
   * twice, and every bad row is a visible failure.
   *
   * @return the ids of all instances
   */
  public Set<Long> requireEachOnce() throws Exception {
    Map<String, List<Long>> instances = instancesByName();
    doors
        .acknowledged()
        .forEach(
            (name, id) -> {
              List<Long> ids = instances.get(name);
              assertThat(ids).as("%s, %s", name, run).hasSize(1);
              assertThat(id == 0 ? ids.get(0) : id).as("%s, %s", name, run).isEqualTo(ids.get(0));
            });
    instances.forEach((name, ids) -> assertThat(ids).as("%s, %s", name, run).hasSize(1));
    assertThat(failedNames()).as("visible failures, %s", run).containsAll(doors.failing());
    Set<Long> all = new HashSet<>();
    instances.values().forEach(all::addAll);
    assertThat(keptCount()).as("kept count, %s", run).isEqualTo(all.size());
    return all;
  }

  /** The receiver has heard of every instance. */
  public void requireEachPosted(WebhookReceiver receiver, Set<Long> instances) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(posted(receiver)).as("posted, %s", run).isEqualTo(instances));
  }

  /** Every message has its reply, and none more replies than it was sent. */
  public int requireEachReplied(BusyDoors.Broker broker) throws Exception {
    Map<String, Integer> sendings = doors.sendings();
    Map<String, Integer> replies = replies(broker, sendings.keySet());
    assertThat(replies.keySet()).as("replied to, %s", run).isEqualTo(sendings.keySet());
    // Of a sending that was cut off only the broker knows whether it took place.
    replies.forEach(
        (message, count) ->
            assertThat(count)
                .as("replies to %s, %s", message, run)
                .isBetween(1, sendings.get(message)));
    return replies.size();
  }

  /**
   * The three files of every batch lie in the folder, say what the journal says and nothing else
   * lies there; answers the number of batches.
   */
  public int requireResultFiles(Path results) throws Exception {
    await().atMost(PATIENCE).untilAsserted(() -> requireResultFilesNow(results));
    return batches().size();
  }

  private void requireResultFilesNow(Path results) throws Exception {
    Map<Long, String> names = namesOfResults(results);
    Set<String> expected = new HashSet<>();
    for (JsonNode batch : batches()) {
      String name = names.get(batch.path("id").asLong());
      assertThat(name).as("results of batch %s, %s", batch.path("id"), run).isNotNull();
      JsonNode summary = JSON.readTree(results.resolve(name + SUMMARY).toFile());
      for (String field : List.of("status", "records", "succeeded", "failed", "duplicate")) {
        assertThat(summary.path(field)).as("%s, %s", name, run).isEqualTo(batch.path(field));
      }
      assertThat(lines(results.resolve(name + FAILED)))
          .as("%s, %s", name, run)
          .isEqualTo(1 + batch.path("failed").asLong());
      assertThat(lines(results.resolve(name + SUCCEEDED)))
          .as("%s, %s", name, run)
          .isEqualTo(batch.path("succeeded").asLong());
      expected.addAll(List.of(name + SUMMARY, name + FAILED, name + SUCCEEDED));
    }
    try (Stream<Path> files = Files.list(results)) {
      assertThat(files.map(Reckoning::name).filter(name -> !name.startsWith(".")))
          .as("in the folder, %s", run)
          .allMatch(expected::contains);
    }
  }

  private static Map<Long, String> namesOfResults(Path results) throws IOException {
    Map<Long, String> names = new HashMap<>();
    try (Stream<Path> files = Files.list(results)) {
      for (Path file : files.filter(each -> name(each).endsWith(SUMMARY)).toList()) {
        long id = JSON.readTree(file.toFile()).path("id").asLong();
        names.put(id, name(file).substring(0, name(file).length() - SUMMARY.length()));
      }
    }
    return names;
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static long lines(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    }
  }

  private boolean nothingWaits() throws Exception {
    for (String status : List.of("WAITING", "RUNNING")) {
      if (get("/requests?status=" + status).size() > 0) {
        return false;
      }
    }
    for (JsonNode batch : batches()) {
      if (!batch.get("status").asText().equals("FINISHED")) {
        return false;
      }
    }
    for (Path folder : dropFolders) {
      try (Stream<Path> files = Files.list(folder)) {
        if (files.anyMatch(file -> file.toString().endsWith(".csv"))) {
          return false;
        }
      }
    }
    return true;
  }

  private List<JsonNode> batches() throws Exception {
    return all("/batches");
  }

  private Map<String, List<Long>> instancesByName() throws Exception {
    Map<String, List<Long>> instances = new HashMap<>();
    for (JsonNode instance : all("/elements/api-v2/instances")) {
      instances
          .computeIfAbsent(instance.get("name").asText(), name -> new ArrayList<>())
          .add(instance.get("id").asLong());
    }
    return instances;
  }

  private Set<String> failedNames() throws Exception {
    Set<String> names = new HashSet<>();
    for (JsonNode request : all("/requests?status=FAILED")) {
      names.add(request.path("name").asText());
    }
    return names;
  }

  private int keptCount() throws Exception {
    return get("/elements/api-v2/instances/count").path("totalInstances").asInt();
  }

  /** All pages of a list. */
  private List<JsonNode> all(String list) throws Exception {
    List<JsonNode> items = new ArrayList<>();
    String next = "";
    do {
      String separator = list.contains("?") ? "&" : "?";
      HttpResponse<String> page =
          answer(list + separator + "pageSize=500" + (next.isEmpty() ? "" : "&nextPage=" + next));
      JSON.readTree(page.body()).forEach(items::add);
      next = page.headers().firstValue("Elements-Next-Page-Token").orElse(null);
    } while (next != null);
    return items;
  }

  private JsonNode get(String path) throws Exception {
    return JSON.readTree(answer(path).body());
  }

  private HttpResponse<String> answer(String path) throws Exception {
    HttpResponse<String> response =
        http.send(BusyDoors.request(node, path).build(), BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response;
  }

  private static Set<Long> posted(WebhookReceiver receiver) throws IOException {
    Set<Long> ids = new HashSet<>();
    for (WebhookReceiver.Received received : receiver.received()) {
      ids.add(instanceOf(received.body()));
    }
    return ids;
  }

  /** The instance that an event tells of. */
  public static long instanceOf(String event) throws IOException {
    return JSON.readTree(event).at("/data/instance/id").asLong();
  }

  private Map<String, Integer> replies(BusyDoors.Broker broker, Set<String> expected)
      throws Exception {
    Map<String, Integer> replies = new HashMap<>();
    try (JMSContext context = broker.connect();
        JMSConsumer consumer =
            context.createConsumer(context.createQueue("provisioning.results"))) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                for (Message reply = consumer.receive(2_000);
                    reply != null;
                    reply = consumer.receive(2_000)) {
                  replies.merge(reply.getJMSCorrelationID(), 1, Integer::sum);
                }
                return replies.keySet().containsAll(expected);
              });
    }
    return replies;
  }
}
