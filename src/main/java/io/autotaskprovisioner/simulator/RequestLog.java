package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The calls seen: the last 1,000 of them, and counts of all by what was called and by status. Holds
 * no header but the user's name, and no query or body. Thread-safe.
 */
final class RequestLog {

  private static final int KEPT = 1000;

  private final Deque<SeenRequest> last = new ArrayDeque<>();
  private final Map<String, Long> byTarget = new TreeMap<>();
  private final Map<String, Long> byStatus = new TreeMap<>();
  private long total;

  synchronized void add(
      Instant at, String method, String path, String user, String target, int status) {
    if (last.size() == KEPT) {
      last.removeFirst();
    }
    last.addLast(new SeenRequest(at, method, shortened(path), shortened(user), status));
    total++;
    byTarget.merge(target, 1L, Long::sum);
    byStatus.merge(status == 0 ? "none" : String.valueOf(status), 1L, Long::sum);
  }

  synchronized List<SeenRequest> newestFirst(int limit) {
    Iterator<SeenRequest> newest = last.descendingIterator();
    List<SeenRequest> result = new java.util.ArrayList<>();
    while (newest.hasNext() && result.size() < limit) {
      result.add(newest.next());
    }
    return result;
  }

  synchronized void reset() {
    last.clear();
    byTarget.clear();
    byStatus.clear();
    total = 0;
  }

  synchronized ObjectNode counters() {
    ObjectNode json = Answer.object().put("total", total);
    byTarget.forEach(json.putObject("byTarget")::put);
    byStatus.forEach(json.putObject("byStatus")::put);
    return json;
  }

  ArrayNode toJson(int limit) {
    ArrayNode json = Answer.object().arrayNode();
    for (SeenRequest request : newestFirst(limit)) {
      json.addObject()
          .put("at", request.at().toString())
          .put("method", request.method())
          .put("path", request.path())
          .put("user", request.user())
          .put("status", request.status());
    }
    return json;
  }

  private static String shortened(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300) + "...";
  }
}
