package io.autotaskprovisioner.faults;

import io.autotaskprovisioner.LaunchedApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Starts a process again a second after it has ended, as a service manager does. */
final class Supervisor implements AutoCloseable {

  private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

  private final LaunchedApplication application;
  private final Thread thread = new Thread(this::superviseUntilClosed, "supervisor");
  private volatile boolean closed;

  /**
   * @param application that runs already
   */
  Supervisor(LaunchedApplication application) {
    this.application = application;
    thread.setDaemon(true);
    thread.start();
  }

  private void superviseUntilClosed() {
    while (!closed) {
      LockSupport.parkNanos(PAUSE);
      if (!closed && !application.isAlive()) {
        try {
          application.launch();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
