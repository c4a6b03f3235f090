package io.autotaskprovisioner.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.support.TestDatabase;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HousekeepingPostgreSqlTest extends HousekeepingSuite {

  @Override
  TestDatabase fresh() {
    return TestDatabase.postgres();
  }

  @Test
  void two_nodes_forget_the_same_rows_at_once() throws Exception {
    requests(1, 5_000, "SUCCEEDED", OLD, null);

    // One that meets the other's deadlock gives way until its next turn.
    List<CompletableFuture<Void>> nodes =
        Stream.generate(() -> CompletableFuture.runAsync(() -> forget("journal-succeeded")))
            .limit(2)
            .toList();
    nodes.forEach(CompletableFuture::join);
    forget("journal-succeeded");

    assertThat(database.number("select count(*) from provisioning_request")).isZero();
  }
}
