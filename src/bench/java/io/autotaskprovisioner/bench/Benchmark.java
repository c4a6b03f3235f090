package io.autotaskprovisioner.bench;

import io.autotaskprovisioner.faults.PostgresMachine;
import io.autotaskprovisioner.storage.JdbcDatabase;
import io.autotaskprovisioner.storage.StorageSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Drives the packaged program and the floor in turns, and prints what each did and the ratios. The
 * load generator, the receivers and the Autotask stand-in run in this process, PostgreSQL in its
 * own, all on one machine: what counts are the ratios of one run.
 */
public final class Benchmark {

  private static final Duration DELIVERY_LIMIT = Duration.ofMinutes(5);

  /** For the outcome of the last posts to be written where nobody can look. */
  private static final Duration LAST_OUTCOMES = Duration.ofSeconds(5);

  private final Options options;
  private final Vertx vertx = Vertx.vertx();
  private final Map<Side, List<Round>> rounds = new LinkedHashMap<>();
  private final Map<Side, Load> loads = new LinkedHashMap<>();
  private final Map<Side, Duration> starts = new LinkedHashMap<>();
  private final Map<Side, Long> answered = new LinkedHashMap<>();

  private Benchmark(Options options) {
    this.options = options;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("benchmark");
    System.out.println("What a failure leaves behind lies in " + folder);
    new Benchmark(Options.ofSystemProperties()).run(folder);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private void run(Path folder) throws Exception {
    AutotaskStandIn autotask = new AutotaskStandIn(vertx, options.latencyMillis());
    try (PostgresMachine postgres =
            options.h2() ? null : new PostgresMachine(folder.resolve("postgres"));
        Side floor =
            Side.floor(
                options, folder.resolve("floor"), floorStore(folder, postgres), vertx, autotask);
        Side program =
            Side.product(
                options,
                folder.resolve("program"),
                programStore(folder, postgres),
                vertx,
                autotask)) {
      List<Side> sides = List.of(floor, program);
      for (Side side : sides) {
        starts.put(side, side.start());
        loads.put(side, new Load(vertx, side.port(), options));
        rounds.put(side, new ArrayList<>());
        answered.put(side, 1L);
      }
      for (Side side : sides) {
        round(side, Duration.ofSeconds(options.warmUpSeconds()));
      }
      for (int round = 0; round < options.rounds(); round++) {
        for (Side side : round % 2 == 0 ? sides : List.of(program, floor)) {
          rounds.get(side).add(round(side, Duration.ofSeconds(options.seconds())));
        }
      }
      Report report = new Report(options, starts.get(floor), starts.get(program));
      String text =
          report.text(
              rounds.get(floor),
              rounds.get(program),
              Machine.peakMemory(floor.process()),
              Machine.peakMemory(program.process()));
      if (options.h2()) {
        TimeUnit.MILLISECONDS.sleep(LAST_OUTCOMES.toMillis());
      }
      for (Side side : sides) {
        side.kill();
        requireAll(side, side.rows());
      }
      System.out.println(text);
      System.out.println(
          "After kill -9 each had all it had answered, delivered: %s"
              .formatted(
                  String.join(
                      ", ",
                      answered.entrySet().stream()
                          .map(side -> side.getKey().name() + " " + side.getValue())
                          .toList())));
      Files.writeString(Path.of("target", "benchmark.md"), text);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private Round round(Side side, Duration duration) throws Exception {
    Round.Clocks before = Round.Clocks.now(side.process());
    Load.Result load = loads.get(side).run(duration);
    Round.Clocks end = Round.Clocks.now(side.process());
    long all = answered.merge(side, load.answered(), Long::sum);
    awaitDelivered(side, all);
    Round.Clocks delivered = Round.Clocks.now(side.process());
    if (side.canBeLookedInto()) {
      awaitRows(side);
    }
    if (load.failed() > 0) {
      System.out.printf("%s: %d requests failed%n", side.name(), load.failed());
    }
    return Round.of(load, before, end, delivered);
  }

  private static void awaitDelivered(Side side, long all) throws InterruptedException {
    long end = System.nanoTime() + DELIVERY_LIMIT.toNanos();
    while (side.receiver().count() < all) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "%s delivered %d of %d".formatted(side.name(), side.receiver().count(), all));
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private void awaitRows(Side side) throws SQLException, InterruptedException {
    long end = System.nanoTime() + LAST_OUTCOMES.toNanos();
    Side.Rows rows = side.rows();
    while (rows.delivered() < answered.get(side) && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(50);
      rows = side.rows();
    }
    requireAll(side, rows);
  }

  private void requireAll(Side side, Side.Rows rows) {
    long expected = answered.get(side);
    if (rows.instances() != expected || rows.delivered() != expected) {
      throw new IllegalStateException(
          "%s answered %d and has %s".formatted(side.name(), expected, rows));
    }
  }

  private Side.Store programStore(Path folder, @Nullable PostgresMachine postgres) {
    if (postgres != null) {
      return new Side.Store(
          postgres.create("program"), PostgresMachine.USER, PostgresMachine.USER, true);
    }
    StorageSettings h2 = StorageSettings.h2(folder.resolve("program").resolve("data"), "sa", "", 4);
    return new Side.Store(h2.url(), "sa", "", false);
  }

  /** With the program's own tables and the one account. */
  private Side.Store floorStore(Path folder, @Nullable PostgresMachine postgres)
      throws SQLException, IOException {
    StorageSettings settings =
        postgres == null
            ? StorageSettings.h2(
                Files.createDirectories(folder.resolve("floor").resolve("data")), "sa", "", 4)
            : new StorageSettings(
                Files.createDirectories(folder.resolve("floor")),
                Objects.requireNonNull(postgres).create("floor"),
                PostgresMachine.USER,
                PostgresMachine.USER,
                4);
    JdbcDatabase database =
        JdbcDatabase.open(
            settings,
            new SimpleMeterRegistry(),
            why -> {
              throw new IllegalStateException(why);
            });
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          insert into account (id, email, first_name, last_name, role, user_secret_hash,
            organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at)
          values (%d, 'a@b', 'A', 'B', 'admin', '\\x01', '\\x02', '\\x03', '\\x04',
            current_timestamp)
          """
              .formatted(FloorStore.ACCOUNT));
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
    } finally {
      database.stop();
    }
    return new Side.Store(settings.url(), settings.user(), settings.password(), postgres != null);
  }
}
