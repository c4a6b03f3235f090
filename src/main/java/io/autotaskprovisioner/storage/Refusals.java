package io.autotaskprovisioner.storage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts those whom the database is too slow for, and says so in the log now and then. */
final class Refusals {

  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  /** Our choice: at overload there are thousands a second. */
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(10);

  private final String what;
  private final Counter counter;
  private final AtomicLong untold = new AtomicLong();
  private final AtomicLong toldAt = new AtomicLong(System.nanoTime() - INTERVAL);

  /**
   * @param what is refused: {@code write} or {@code read}
   */
  Refusals(String what, MeterRegistry registry) {
    this.what = what;
    this.counter =
        Counter.builder("storage.refused")
            .tag("work", what)
            .description("Reads and writes refused since the database would be too slow for them")
            .register(registry);
  }

  /** Something that could not be done in time, of which nothing was done. */
  StorageException tooSlow(int waiting, Duration expected) {
    return busy("The database is too slow at the moment", waiting, expected);
  }

  /** Something for which there is no place. */
  StorageException tooMany(int waiting, Duration expected) {
    return busy("Too many %ss wait for the database".formatted(what), waiting, expected);
  }

  private StorageException busy(String why, int waiting, Duration expected) {
    counter.increment();
    untold.incrementAndGet();
    long last = toldAt.get();
    long now = System.nanoTime();
    if (now - last >= INTERVAL && toldAt.compareAndSet(last, now)) {
      LOG.warn(
          "{}: {} {}s were refused and none of it was done; {} wait, the next would take {} ms",
          why,
          untold.getAndSet(0),
          what,
          waiting,
          expected.toMillis());
    }
    return StorageException.busy(why, expected);
  }
}
