package io.autotaskprovisioner.autotask;

/**
 * What {@link GuardedCalls} asks a zone, a GET that may be asked again. Immutable.
 *
 * @param endpoint what Autotask counts threads by: the entity, or the name of the call
 * @param target path and query below the zone's base, beginning with a slash
 * @param bodyLimit bytes of the answer that are read at most
 */
record Question<T>(String endpoint, String target, int bodyLimit, Reading<T> reading) {

  /** Pinned: the highest version that VersionInformation lists lacks calls that we need. */
  static final String VERSION = "/V1.0/";

  /** Reads an answer. */
  @FunctionalInterface
  interface Reading<T> {

    /**
     * @throws AutotaskException for what is no success
     */
    T read(Answer answer, Zone zone, Redaction redaction);
  }
}
