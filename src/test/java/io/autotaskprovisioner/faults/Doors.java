package io.autotaskprovisioner.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.jms.JMSContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Callers at all doors at once: HTTP with an {@code Idempotency-Key}, the queue, uploads, the drop
 * folder and the scheduled one. Whatever is not answered is done again until it is.
 */
public final class Doors {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HTTP_CALLERS = 4;
  private static final int SENDERS = 2;
  private static final Duration TIMEOUT = Duration.ofSeconds(12);

  private final Path folder;
  private final Function<String, URI> http;
  private final Supplier<JMSContext> broker;
  private final String authorization;
  private final IntSupplier customers;
  private final int rows;
  private final History history;
  private final BusyCallers callers = new BusyCallers();
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  /**
   * @param folder that the program runs in
   * @param http the address of a path, of any of the nodes
   * @param broker a new connection to the broker; throws where there is none at the moment
   * @param customers numbers, each given out once
   * @param rows of a file
   */
  public Doors(
      Path folder,
      Function<String, URI> http,
      Supplier<JMSContext> broker,
      String authorization,
      IntSupplier customers,
      int rows,
      History history) {
    this.folder = folder;
    this.http = http;
    this.broker = broker;
    this.authorization = authorization;
    this.customers = customers;
    this.rows = rows;
    this.history = history;
  }

  /** Callers of HTTP besides, who never rest, and come again at once when they are turned away. */
  void crowd(int size) {
    for (int caller = 0; caller < size; caller++) {
      busy(Duration.ZERO, this::call);
    }
  }

  /** Lets everybody in. */
  public void open() {
    for (int caller = 0; caller < HTTP_CALLERS; caller++) {
      busy(Duration.ofMillis(25), this::call);
    }
    for (int sender = 0; sender < SENDERS; sender++) {
      busy(Duration.ofMillis(25), this::message);
    }
    busy(Duration.ofMillis(600), () -> file("inbox", "Row"));
    busy(Duration.ofMillis(600), this::upload);
    busy(Duration.ofSeconds(2), () -> file("scheduled", "Night"));
  }

  /** Waits until each has done what it began. */
  public void close() throws InterruptedException {
    callers.stop();
  }

  /** One piece of work that stays the same until it is done. */
  private interface Work {
    void once() throws Exception;
  }

  private void busy(Duration pace, Supplier<Work> next) {
    int[] at = {-1};
    Work[] work = new Work[1];
    callers.start(
        0,
        pace,
        number -> {
          if (at[0] != number) {
            work[0] = next.get();
            at[0] = number;
          }
          history.tried();
          work[0].once();
        });
  }

  private Work call() {
    int number = customers.getAsInt();
    String name = "Call " + number;
    HttpRequest request =
        request("/elements/api-v2/instances")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "\"call-" + number + "\"")
            .POST(BodyPublishers.ofString(new Customer(number).json(name).toString()))
            .build();
    return () -> {
      HttpResponse<String> response = client.send(at(request), BodyHandlers.ofString());
      int status = response.statusCode();
      if (status == 200) {
        history.answered(name, JSON.readTree(response.body()).path("id").asLong());
      } else if (status == 401 && Customer.isRejected(number)) {
        history.refused(name, status);
      } else {
        requireNotNow(response, 409);
      }
    };
  }

  private Work message() {
    int number = customers.getAsInt();
    String name = "Message " + number;
    String body = new Customer(number).json(name).put("requestId", "message-" + number).toString();
    return () -> {
      try (JMSContext context = broker.get()) {
        history.sending(name);
        // Persistent: the broker confirms it when it is on its disk.
        context
            .createProducer()
            .setJMSCorrelationID(name)
            .send(context.createQueue("provisioning.requests"), body);
      }
      history.accepted(name);
    };
  }

  private Work upload() {
    List<Integer> numbers = numbers();
    String file = "upload-" + numbers.get(0) + ".csv";
    HttpRequest request =
        request("/batches?name=" + file)
            .header("Content-Type", "text/csv")
            .header("Idempotency-Key", "\"" + file + "\"")
            .POST(BodyPublishers.ofString(csv("Upload", numbers)))
            .build();
    return () -> {
      HttpResponse<String> response = client.send(at(request), BodyHandlers.ofString());
      if (response.statusCode() != 202) {
        requireNotNow(response, 409);
      }
      acknowledge("Upload", file, numbers);
    };
  }

  private Work file(String directory, String door) {
    List<Integer> numbers = numbers();
    String file = "%s-%d.csv".formatted(directory, numbers.get(0));
    return () -> {
      Path part = folder.resolve(directory).resolve(file + ".part");
      Files.writeString(part, csv(door, numbers));
      Files.move(part, folder.resolve(directory).resolve(file));
      acknowledge(door, file, numbers);
    };
  }

  private List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      numbers.add(customers.getAsInt());
    }
    return numbers;
  }

  private static String csv(String door, List<Integer> numbers) {
    StringBuilder csv = new StringBuilder(Customer.CSV_HEADER);
    numbers.forEach(number -> csv.append(new Customer(number).csvRow(door + " " + number)));
    return csv.toString();
  }

  private void acknowledge(String door, String file, List<Integer> numbers) {
    history.file(file, numbers.size());
    numbers.forEach(number -> history.accepted(door + " " + number));
  }

  /** 5xx, and the key that a killed process still holds, are answers for now. */
  private void requireNotNow(HttpResponse<String> response, int alsoNotNow) throws IOException {
    int status = response.statusCode();
    if (status == 503 && response.headers().firstValue("Retry-After").isPresent()) {
      history.turnedAway();
    }
    if (status >= 500 || status == alsoNotNow) {
      throw new IOException("Not now: " + status);
    }
    throw new AssertionError(
        "%s was answered %d: %s".formatted(response.uri(), status, response.body()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(http.apply(path))
        .timeout(TIMEOUT)
        .header("Authorization", authorization);
  }

  /** The same request at whichever node is asked this time. */
  private HttpRequest at(HttpRequest request) {
    URI uri = request.uri();
    String path =
        uri.getRawQuery() == null ? uri.getPath() : uri.getPath() + "?" + uri.getRawQuery();
    return HttpRequest.newBuilder(request, (name, value) -> true).uri(http.apply(path)).build();
  }
}
