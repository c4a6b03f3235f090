package io.autotaskprovisioner.storage;

import io.autotaskprovisioner.support.TestDatabase;
import java.sql.PreparedStatement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Writers that each wait for the commit of one row, alone and with 31 others. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class GroupCommitPieces {

  @Param({"h2", "postgresql"})
  public String product;

  private final AtomicLong ids = new AtomicLong();
  private TestDatabase database;

  @Setup
  public void open() {
    database = product.equals("h2") ? TestDatabase.h2() : TestDatabase.postgres();
    database.execute("create table piece (id bigint primary key, text varchar(100) not null)");
  }

  @TearDown
  public void close() {
    database.close();
  }

  @Benchmark
  @Threads(1)
  public int alone() {
    return insert();
  }

  @Benchmark
  @Threads(32)
  public int together() {
    return insert();
  }

  private int insert() {
    long id = ids.incrementAndGet();
    return database
        .database()
        .<Integer>write(
            connection -> {
              try (PreparedStatement insert =
                  connection.prepareStatement("insert into piece (id, text) values (?, ?)")) {
                insert.setLong(1, id);
                insert.setString(2, "what is stored");
                return insert.executeUpdate();
              }
            })
        .join();
  }
}
