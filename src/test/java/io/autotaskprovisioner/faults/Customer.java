package io.autotaskprovisioner.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The customer of one request, with a login that the simulator knows by its number.
 *
 * @param number 1 to 1,000,000, each used once
 */
record Customer(int number) {

  static final String CSV_HEADER = "name,username,password,serverUrl\n";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SERVER_URL = "https://ww3.autotask.net";

  /** Every fiftieth has a wrong password: what fails must be seen to fail, under every fault. */
  static boolean isRejected(int number) {
    return number % 50 == 49;
  }

  /** The number at the end of a request's name. */
  static int numberOf(String name) {
    return Integer.parseInt(name.substring(name.lastIndexOf(' ') + 1));
  }

  static String userName(int number) {
    return "user-%d@customer-%d.example".formatted(number, number);
  }

  private String password() {
    return isRejected(number) ? "not-the-secret" : "secret-" + number;
  }

  /** The body of {@code POST /instances}, which the queue takes, too. */
  ObjectNode json(String name) {
    ObjectNode body = JSON.createObjectNode().put("name", name);
    body.putObject("element").put("key", "autotaskfinance");
    body.putObject("configuration")
        .put("finance.autotask.username", userName(number))
        .put("finance.autotask.password", password())
        .put("finance.autotask.server.url", SERVER_URL);
    return body;
  }

  String csvRow(String name) {
    return "%s,%s,%s,%s%n".formatted(name, userName(number), password(), SERVER_URL);
  }
}
