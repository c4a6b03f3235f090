package io.autotaskprovisioner.faults;

import io.autotaskprovisioner.LaunchedApplication;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.h2.mvstore.MVStoreTool;

/** Watches, minute by minute, what a node under load takes of memory and disk. */
final class Soak {

  /**
   * What was seen after so many minutes.
   *
   * @param heap bytes in use after a collection
   * @param file bytes of the database's file
   * @param live bytes of the same file without what is dead in it
   */
  record Minute(int minute, long heap, long file, long live, int acknowledged, int turnedAway) {}

  private final LaunchedApplication node;
  private final Path database;
  private final History history;
  private final List<Minute> minutes = new ArrayList<>();

  /**
   * @param database H2's file
   * @param history of the load
   */
  Soak(LaunchedApplication node, Path database, History history) {
    this.node = node;
    this.database = database;
    this.history = history;
  }

  void watch(int count) throws Exception {
    try (JMXConnector connector = connect()) {
      MemoryMXBean memory =
          ManagementFactory.newPlatformMXBeanProxy(
              connector.getMBeanServerConnection(),
              ManagementFactory.MEMORY_MXBEAN_NAME,
              MemoryMXBean.class);
      long next = System.nanoTime();
      for (int minute = 1; minute <= count; minute++) {
        next += Duration.ofMinutes(1).toNanos();
        // The time is what is measured over.
        TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
        memory.gc();
        long heap = memory.getHeapMemoryUsage().getUsed();
        Path copy = copy();
        long file = Files.size(copy);
        MVStoreTool.compact(copy.toString(), false);
        long live = Files.size(copy);
        Files.delete(copy);
        minutes.add(
            new Minute(minute, heap, file, live, history.size(), history.timesTurnedAway()));
      }
    }
  }

  private JMXConnector connect() throws IOException, InterruptedException {
    return JMXConnectorFactory.connect(new JMXServiceURL(node.managementAddress()));
  }

  /** As a kill would leave it: it does not change while the process is stopped. */
  private Path copy() throws Exception {
    Path copy = database.resolveSibling("copy.mv.db");
    node.pause();
    try {
      return Files.copy(database, copy);
    } finally {
      node.goOn();
    }
  }

  List<Minute> minutes() {
    return minutes;
  }

  /** In Markdown. */
  String table() {
    StringBuilder table =
        new StringBuilder(
            """
            | Minute | Heap after a collection | File | Live in it | Acknowledged | Told to come again |
            |---|---|---|---|---|---|
            """);
    for (Minute minute : minutes) {
      table.append(
          "| %d | %d MB | %d MB | %d MB | %d | %d |%n"
              .formatted(
                  minute.minute,
                  minute.heap >> 20,
                  minute.file >> 20,
                  minute.live >> 20,
                  minute.acknowledged,
                  minute.turnedAway));
    }
    return table.toString();
  }
}
