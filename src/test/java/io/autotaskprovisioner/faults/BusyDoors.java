package io.autotaskprovisioner.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.LaunchedApplication;
import io.autotaskprovisioner.RunningApplication;
import jakarta.jms.JMSContext;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Requests through every door of one or more nodes, each with a name of its own, and what their
 * doors acknowledged. Its methods are pieces of work for {@link BusyCallers}. Thread-safe.
 */
public final class BusyDoors {

  /** Connects to the broker that the nodes use. */
  public interface Broker {
    JMSContext connect() throws Exception;
  }

  /** Rows in a file of the callers; the last of them is one that must fail. */
  public static final int ROWS_OF_A_SMALL_FILE = 10;

  /** What the name of a row begins with that no server URL makes an instance of. */
  public static final String BAD = "Bad ";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Supplier<LaunchedApplication> node;
  private final Broker broker;
  private final Path inbox;
  private final Path scheduled;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> sendings = new ConcurrentHashMap<>();

  /**
   * @param node the one that the next call goes to
   */
  public BusyDoors(Supplier<LaunchedApplication> node, Broker broker, Path inbox, Path scheduled) {
    this.node = node;
    this.broker = broker;
    this.inbox = inbox;
    this.scheduled = scheduled;
  }

  /** Names that a door has acknowledged, each with the id it was answered, or 0 without one. */
  public Map<String, Long> acknowledged() {
    return acknowledged;
  }

  /** Names of rows that were acknowledged and must be visible failures. */
  public Set<String> failing() {
    return failing;
  }

  /** How often each message was sent, by correlation id; more than once after a lost connection. */
  public Map<String, Integer> sendings() {
    return sendings;
  }

  /** How many were acknowledged, by door. */
  public Map<String, Integer> acknowledgedByDoor() {
    Map<String, Integer> doors = new TreeMap<>();
    acknowledged
        .keySet()
        .forEach(name -> doors.merge(name.substring(0, name.indexOf(' ')), 1, Integer::sum));
    return doors;
  }

  /** Drops a file with as many rows; the numbers of their customers begin with the first. */
  public void drop(int first, int count) throws IOException {
    leave(inbox, "Row ", "rows-" + first, first, count);
  }

  /** A small file in the drop folder. */
  public void dropSmall(int number) throws IOException {
    drop(firstRowOf(number), ROWS_OF_A_SMALL_FILE);
  }

  /** A small file in the scheduled folder. */
  public void leaveForTheSchedule(int number) throws IOException {
    leave(scheduled, "Night ", "night-" + number, firstRowOf(number), ROWS_OF_A_SMALL_FILE);
  }

  private void leave(Path folder, String door, String file, int first, int count)
      throws IOException {
    Path part = folder.resolve(file + ".csv.part");
    Files.writeString(part, csv(door, first, count));
    Files.move(part, folder.resolve(file + ".csv"));
    acknowledgeRows(door, first, count);
  }

  /** A small file by HTTP. */
  public void upload(int number) throws Exception {
    int first = firstRowOf(number);
    HttpResponse<String> response =
        send(
            request(node.get(), "/batches?name=upload-" + number + ".csv")
                .header("Content-Type", "text/csv")
                .POST(BodyPublishers.ofString(csv("Upload ", first, ROWS_OF_A_SMALL_FILE))));
    requireAnswer(response, 202);
    acknowledgeRows("Upload ", first, ROWS_OF_A_SMALL_FILE);
  }

  /** Repeats a request with its key until it is answered. */
  public void provision(int number) throws Exception {
    String name = "Call " + number;
    HttpResponse<String> response =
        send(
            request(node.get(), "/elements/api-v2/instances")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "\"call-" + number + "\"")
                .POST(BodyPublishers.ofString(body(name, number).toString())));
    if (response.statusCode() == 409) {
      // Reserved by a killed process: free again after twice the deadline. The next goes on.
      return;
    }
    requireAnswer(response, 200);
    acknowledged.put(name, JSON.readTree(response.body()).get("id").asLong());
  }

  /** Sends a persistent message; the broker confirms it when it is in its journal. */
  public void send(int number) throws Exception {
    String name = "Message " + number;
    try (JMSContext context = broker.connect()) {
      var producer = context.createProducer().setJMSCorrelationID(name);
      sendings.merge(name, 1, Integer::sum);
      producer.send(
          context.createQueue("provisioning.requests"),
          body(name, number).put("requestId", "message-" + number).toString());
    }
    acknowledged.put(name, 0L);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  public static HttpRequest.Builder request(LaunchedApplication node, String path) {
    return HttpRequest.newBuilder(node.uri(path))
        .timeout(java.time.Duration.ofSeconds(20))
        .header("Authorization", RunningApplication.AUTHORIZATION);
  }

  private static void requireAnswer(HttpResponse<String> response, int expected)
      throws IOException {
    if (response.statusCode() >= 500) {
      throw new IOException("Not now: " + response.statusCode());
    }
    assertThat(response.statusCode()).as(response.body()).isEqualTo(expected);
  }

  /** The numbers of different files do not overlap, nor those of callers 100,000 apart. */
  private static int firstRowOf(int number) {
    return number + number % 100_000 * ROWS_OF_A_SMALL_FILE;
  }

  private void acknowledgeRows(String door, int first, int count) {
    int last = first + count - 1;
    for (int row = first; row < last; row++) {
      acknowledged.put(door + row, 0L);
    }
    failing.add(BAD + door + last);
  }

  private static String csv(String door, int first, int count) {
    StringBuilder csv = new StringBuilder("name,username,password,serverUrl\n");
    int last = first + count - 1;
    for (int row = first; row <= last; row++) {
      csv.append(
          "%s%s%d,user-%d@customer-%d.example,secret-%d,%s%n"
              .formatted(
                  row == last ? BAD : "",
                  door,
                  row,
                  row,
                  row,
                  row,
                  row == last ? "" : "https://ww3.autotask.net"));
    }
    return csv.toString();
  }

  private static ObjectNode body(String name, int number) {
    ObjectNode body = JSON.createObjectNode().put("name", name);
    body.putObject("element").put("key", "autotaskfinance");
    body.putObject("configuration")
        .put("finance.autotask.username", "user-%d@customer-%d.example".formatted(number, number))
        .put("finance.autotask.password", "secret-" + number)
        .put("finance.autotask.server.url", "https://ww3.autotask.net");
    return body;
  }
}
