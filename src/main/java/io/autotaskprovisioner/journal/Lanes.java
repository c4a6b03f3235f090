package io.autotaskprovisioner.journal;

import org.jspecify.annotations.Nullable;

/** The lanes that claims take turns over: one per batch, one per door for what has no batch. */
final class Lanes {

  /** Lanes of the doors, for a {@code values} list in SQL. Stored: never renumber. */
  static final String OF_DOORS = "(-1), (-2), (-3), (-4), (-5)";

  private Lanes() {}

  static long of(Door door, @Nullable Long batchId) {
    if (batchId != null) {
      return batchId;
    }
    return switch (door) {
      case HTTP -> -1;
      case QUEUE -> -2;
      case FILE -> -3;
      case UPLOAD -> -4;
      case SCHEDULE -> -5;
    };
  }
}
