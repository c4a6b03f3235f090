package io.autotaskprovisioner.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.support.MutableClock;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class RevivalTest {

  private final MutableClock clock = MutableClock.standing();
  private final AtomicInteger reopened = new AtomicInteger();
  private final List<String> fatal = new ArrayList<>();
  private final Revival revival = new Revival(reopened::incrementAndGet, fatal::add, clock);

  @Test
  void the_third_closure_within_ten_minutes_is_fatal_and_told_once() {
    for (int i = 0; i < 5; i++) {
      revival.databaseIsGone(revival.generation());
      clock.advance(Duration.ofMinutes(4));
    }
    assertThat(reopened).hasValue(2);
    assertThat(fatal)
        .singleElement()
        .isEqualTo("The database has closed itself 3 times within 10 minutes");
  }

  @Test
  void closures_far_apart_are_mended_each_time() {
    for (int i = 0; i < 5; i++) {
      revival.databaseIsGone(revival.generation());
      clock.advance(Duration.ofMinutes(6));
    }
    assertThat(reopened).hasValue(5);
    assertThat(fatal).isEmpty();
  }

  @Test
  void many_that_meet_one_closure_open_it_once() {
    long seen = revival.generation();
    revival.databaseIsGone(seen);
    revival.databaseIsGone(seen);
    assertThat(reopened).hasValue(1);
  }

  @Test
  void a_database_that_does_not_open_again_is_fatal() {
    Revival hopeless =
        new Revival(
            () -> {
              throw new SQLException("no space");
            },
            fatal::add,
            clock);
    hopeless.databaseIsGone(hopeless.generation());
    hopeless.databaseIsGone(hopeless.generation());
    assertThat(fatal)
        .singleElement()
        .isEqualTo("The database has closed itself and does not open again");
  }

  /** Seen on a full disk: H2 closes, keeps its own lock, and never opens again in this process. */
  @Test
  void an_h2_that_has_locked_itself_out_ends_the_process_rather_than_limp() {
    List<String> ends = new ArrayList<>();
    DataSource lockedOut =
        (DataSource)
            Proxy.newProxyInstance(
                DataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                  throw new SQLTransientConnectionException("timed out", "90020", 90020);
                });
    Revival own = new Revival(lockedOut::getConnection, ends::add, MutableClock.standing());

    assertThatThrownBy(
            () ->
                new Transactions(lockedOut, Product.H2, new WriteTurns(Product.H2), own)
                    .once(connection -> null))
        .isInstanceOf(StorageException.class);

    assertThat(ends).containsExactly("The database has closed itself and does not open again");
  }
}
