package io.autotaskprovisioner.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpConnection;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConnectionsTest {

  private final Set<Object> closed = new HashSet<>();
  private long nanoTime = Long.MAX_VALUE - 1;
  private final Connections connections =
      new Connections(2, Duration.ofSeconds(30), () -> nanoTime);

  @Test
  void the_one_that_has_waited_longest_makes_room_and_none_that_is_being_served() {
    HttpConnection served = opened();
    connections.requestBegins(served);
    advance(10);
    HttpConnection idle = opened();
    advance(1);

    HttpConnection third = opened();

    assertThat(closed).containsExactly(idle);
    assertThat(connections.isOver(idle)).isTrue();
    assertThat(connections.isOver(served)).isFalse();
    assertThat(connections.isOver(third)).isFalse();
    assertThat(connections.count()).isEqualTo(2);
  }

  @Test
  void where_all_are_being_served_the_new_one_is_refused() {
    connections.requestBegins(opened());
    connections.requestBegins(opened());

    HttpConnection third = opened();

    assertThat(closed).containsExactly(third);
    assertThat(connections.count()).isEqualTo(2);
  }

  @Test
  void none_waits_longer_for_a_head_than_it_may_and_an_answer_begins_the_time_anew() {
    HttpConnection silent = opened();
    HttpConnection busy = opened();
    advance(20);
    connections.requestBegins(busy);
    connections.requestBegins(busy);
    connections.requestEnds(busy);
    advance(20);
    connections.closeOverdue();
    assertThat(closed).containsExactly(silent);

    connections.requestEnds(busy);
    advance(30);
    connections.closeOverdue();
    assertThat(closed).containsExactly(silent);
    advance(1);
    connections.closeOverdue();
    assertThat(closed).containsExactlyInAnyOrder(silent, busy);
    assertThat(connections.count()).isZero();
  }

  private void advance(int seconds) {
    nanoTime += Duration.ofSeconds(seconds).toNanos();
  }

  private HttpConnection opened() {
    HttpConnection connection =
        (HttpConnection)
            Proxy.newProxyInstance(
                HttpConnection.class.getClassLoader(),
                new Class<?>[] {HttpConnection.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "close" -> {
                        closed.add(proxy);
                        yield null;
                      }
                      case "equals" -> proxy == arguments[0];
                      case "hashCode" -> System.identityHashCode(proxy);
                      case "toString" -> "connection";
                      default -> null;
                    });
    connections.opened(connection);
    return connection;
  }
}
