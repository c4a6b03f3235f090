package io.autotaskprovisioner.storage;

import org.jspecify.annotations.Nullable;

/** The database refused, failed or was not reachable. The message holds no values of ours. */
public final class StorageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean outcomeUnknown;

  public StorageException(String message, @Nullable Throwable cause, boolean outcomeUnknown) {
    super(message, cause);
    this.outcomeUnknown = outcomeUnknown;
  }

  /** Whether the commit may have taken place: look up by id before trying again. */
  public boolean outcomeUnknown() {
    return outcomeUnknown;
  }
}
