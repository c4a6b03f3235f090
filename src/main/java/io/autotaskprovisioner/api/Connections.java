package io.autotaskprovisioner.api;

import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections of the API. Where there are too many, the one that has waited longest for a
 * request goes, so that whoever opens many and sends nothing, or a head drop by drop, makes room
 * for those who do; only if every one is being served the new one is refused. And none waits longer
 * for a whole head than a silent one may. Thread-safe.
 */
final class Connections {

  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
  private static final Duration BETWEEN_NOTICES = Duration.ofMinutes(10);

  private final int most;
  private final Duration longestWait;
  private final LongSupplier nanoTime;

  // Guarded by this.
  private final Map<HttpConnection, State> open = new HashMap<>();
  // The waiting ones with the time since when, the longest first; guarded by this.
  private final Map<HttpConnection, Long> waiting = new LinkedHashMap<>();
  private long lastNotice;

  private static final class State {
    private int requests;
    private boolean closing;
  }

  /**
   * @param most connections at once
   * @param longestWait for the whole head of a request, from the opening or from the last answer
   */
  Connections(int most, Duration longestWait) {
    this(most, longestWait, System::nanoTime);
  }

  Connections(int most, Duration longestWait, LongSupplier nanoTime) {
    this.most = most;
    this.longestWait = longestWait;
    this.nanoTime = nanoTime;
    this.lastNotice = nanoTime.getAsLong() - BETWEEN_NOTICES.toNanos();
  }

  /** A new one is there. */
  void opened(HttpConnection connection) {
    connection.closeHandler(closed -> forget(connection));
    HttpConnection surplus;
    synchronized (this) {
      open.put(connection, new State());
      waiting.put(connection, nanoTime.getAsLong());
      surplus = open.size() > most ? waiting.keySet().iterator().next() : null;
      if (surplus != null) {
        remove(surplus);
        notice();
      }
    }
    if (surplus != null) {
      surplus.close();
    }
  }

  /** The head of a request has come. */
  synchronized void requestBegins(HttpConnection connection) {
    State state = open.get(connection);
    if (state != null) {
      state.requests++;
      waiting.remove(connection);
    }
  }

  /** Its answer is out. */
  synchronized void requestEnds(HttpConnection connection) {
    State state = open.get(connection);
    if (state != null && --state.requests == 0) {
      waiting.put(connection, nanoTime.getAsLong());
    }
  }

  /** Nothing that follows on it can be trusted. */
  synchronized void takesNoMore(HttpConnection connection) {
    State state = open.get(connection);
    if (state != null) {
      state.closing = true;
    }
  }

  /** Whether nothing on it may be looked at: it takes no more, or is being closed. */
  synchronized boolean isOver(HttpConnection connection) {
    State state = open.get(connection);
    return state == null || state.closing;
  }

  /** Closes those that waited too long; to be called every second. */
  void closeOverdue() {
    List<HttpConnection> overdue = new ArrayList<>();
    synchronized (this) {
      long now = nanoTime.getAsLong();
      Iterator<Map.Entry<HttpConnection, Long>> eldest = waiting.entrySet().iterator();
      while (eldest.hasNext()) {
        Map.Entry<HttpConnection, Long> next = eldest.next();
        if (now - next.getValue() <= longestWait.toNanos()) {
          break;
        }
        overdue.add(next.getKey());
        eldest.remove();
        open.remove(next.getKey());
      }
    }
    overdue.forEach(HttpConnection::close);
  }

  synchronized int count() {
    return open.size();
  }

  private synchronized void forget(HttpConnection connection) {
    remove(connection);
  }

  private void remove(HttpConnection connection) {
    open.remove(connection);
    waiting.remove(connection);
  }

  private void notice() {
    long now = nanoTime.getAsLong();
    if (now - lastNotice >= BETWEEN_NOTICES.toNanos()) {
      lastNotice = now;
      LOG.warn(
          "There are {} connections: the longest idle ones are closed for new ones; see"
              + " http.max-connections",
          most);
    }
  }
}
