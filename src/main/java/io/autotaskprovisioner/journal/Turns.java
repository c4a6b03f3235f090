package io.autotaskprovisioner.journal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Whose turn it is: lanes come round in the order of their numbers, beginning behind the one that
 * was served last, so that each is served even where a claim takes a single row. Thread-safe.
 */
final class Turns {

  private volatile long lastServed = Long.MAX_VALUE;

  List<Long> order(Collection<Long> lanes) {
    long last = lastServed;
    List<Long> ordered = new ArrayList<>(lanes.size());
    lanes.stream().filter(lane -> lane > last).sorted().forEach(ordered::add);
    lanes.stream().filter(lane -> lane <= last).sorted().forEach(ordered::add);
    return ordered;
  }

  void served(long lane) {
    lastServed = lane;
  }
}
