package io.autotaskprovisioner.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.LaunchedApplication;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two packaged programs on one PostgreSQL, one broker and one drop folder. Again and again one of
 * them is killed, or stopped past its leases and then goes on, while all doors are busy. More often
 * than usual: {@code mvn verify -Dit.test=TwoNodesIT -Dkills=100}.
 */
class TwoNodesIT {

  private static final int DROPPED_ROWS = 500;
  private static final int KILLS = Integer.getInteger("kills", 3);

  /** What a failure leaves behind can be looked at. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private final BusyCallers callers = new BusyCallers();

  @Test
  void what_either_acknowledged_is_provisioned_once_and_delivered_whichever_dies_or_stalls()
      throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int killed = 0;
    int stalled = 0;
    try (TwoNodes nodes = new TwoNodes(folder).launch()) {
      BusyDoors doors = nodes.doors();
      doors.drop(1, DROPPED_ROWS);
      callers.start(100_000, Duration.ofMillis(50), atMost(70, doors::provision));
      callers.start(200_000, Duration.ofMillis(50), atMost(70, doors::send));
      callers.start(300_000, Duration.ofMillis(500), atMost(7, doors::upload));
      callers.start(400_000, Duration.ofMillis(300), atMost(12, doors::dropSmall));
      callers.start(500_000, Duration.ofSeconds(1), atMost(5, doors::leaveForTheSchedule));
      for (int kill = 0; kill < KILLS; kill++) {
        // Not a wait for anything: the moment is what is random.
        TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(1_500));
        LaunchedApplication victim = random.nextBoolean() ? nodes.one() : nodes.other();
        if (kill % 2 == 1) {
          victim.pause();
          TimeUnit.MILLISECONDS.sleep(TwoNodes.LEASE.toMillis() + random.nextInt(1_500));
          victim.goOn();
          stalled++;
        } else {
          victim.kill();
          victim.launch();
          killed++;
          if (kill < KILLS - 1) {
            victim.awaitReady();
          }
        }
      }
      nodes.one().awaitReady();
      nodes.other().awaitReady();
      callers.stop();

      Reckoning reckoning =
          new Reckoning(
              doors,
              random.nextBoolean() ? nodes.one() : nodes.other(),
              List.of(nodes.inbox(), nodes.scheduled()),
              "seed " + seed);
      reckoning.awaitTheEndOfEverything();
      Set<Long> instances = reckoning.requireEachOnce();
      reckoning.requireEachPosted(nodes.receiver(), instances);
      int replies = reckoning.requireEachReplied(nodes.broker()::connect);
      int batches = reckoning.requireResultFiles(nodes.results());
      assertThat(doors.acknowledgedByDoor().keySet())
          .containsExactlyInAnyOrder("Row", "Call", "Message", "Upload", "Night");
      System.out.printf(
          "%d kills, %d stalls: %s acknowledged, %d instances and %d visible failures, 0 lost, 0"
              + " double, all delivered, %d replies, %d batches with their result files%n",
          killed,
          stalled,
          doors.acknowledgedByDoor(),
          instances.size(),
          doors.failing().size(),
          replies,
          batches);
    }
  }

  /** So many pieces for each kill: on a slow machine, too, the nodes come to their end. */
  private static BusyCallers.Piece atMost(int pieces, BusyCallers.Piece piece) {
    return number -> {
      if (number % 100_000 < pieces * KILLS) {
        piece.run(number);
      } else {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    };
  }
}
