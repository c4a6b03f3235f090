package io.autotaskprovisioner.faults;

import io.autotaskprovisioner.simulator.SeenRequest;
import io.autotaskprovisioner.simulator.Simulator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What Autotask saw: how often it accepted and rejected each user. The simulator keeps its last
 * 1,000 calls, which are read five times a second. Thread-safe.
 */
final class AutotaskView implements AutoCloseable {

  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

  private final Simulator simulator;
  private final Map<String, Integer> accepted = new ConcurrentHashMap<>();
  private final Thread thread = new Thread(this::look, "autotask-view");
  private @Nullable SeenRequest newest;
  private volatile boolean incomplete;
  private volatile boolean closed;

  AutotaskView(Simulator simulator) {
    this.simulator = simulator;
    thread.setDaemon(true);
    thread.start();
  }

  /** How often Autotask accepted the login of the user. */
  int accepted(String userName) {
    return accepted.getOrDefault(userName, 0);
  }

  /** Whether calls came so fast that some were not seen. */
  boolean isIncomplete() {
    return incomplete;
  }

  private void look() {
    while (!closed) {
      lookOnce();
      LockSupport.parkNanos(PAUSE);
    }
  }

  /** Takes in what came since the last time. */
  synchronized void lookOnce() {
    List<SeenRequest> calls = simulator.requests();
    boolean met = newest == null;
    for (SeenRequest call : calls) {
      if (call == newest) {
        met = true;
        break;
      }
      if (call.status() == 200
          && call.path().toLowerCase(java.util.Locale.ROOT).contains("threshold")) {
        accepted.merge(call.user(), 1, Integer::sum);
      }
    }
    incomplete |= !met;
    if (!calls.isEmpty()) {
      newest = calls.get(0);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
