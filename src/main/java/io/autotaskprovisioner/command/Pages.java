package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;

/** Reads a list of the API page by page. */
final class Pages {

  private static final int SIZE = 500;

  private Pages() {}

  static ArrayNode all(Server server, Query query) {
    return first(server, query, Integer.MAX_VALUE);
  }

  /** The first rows; a page may be short, or empty, and still have others behind it. */
  static ArrayNode first(Server server, Query query, int limit) {
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    String list = query.with("pageSize", Math.min(limit, SIZE)).toString();
    Optional<String> page = Optional.of("");
    while (page.isPresent() && rows.size() < limit) {
      Server.Reply reply = server.call("GET", list + "&nextPage=" + page.get(), null);
      for (JsonNode row : reply.orFail()) {
        if (rows.size() < limit) {
          rows.add(row);
        }
      }
      page = reply.nextPage();
    }
    return rows;
  }
}
