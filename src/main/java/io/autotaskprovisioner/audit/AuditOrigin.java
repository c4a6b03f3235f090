package io.autotaskprovisioner.audit;

import org.jspecify.annotations.Nullable;

/**
 * Who does an act, and from where.
 *
 * @param accountId the calling account; null for a command that works on the database itself
 * @param place IP address of the caller; of a command the user of the operating system
 * @param requestId of the HTTP request; null for a command
 */
public record AuditOrigin(@Nullable Long accountId, String place, @Nullable String requestId) {

  /** A command on the machine, whoever's secrets it was given: it needs none. */
  public static AuditOrigin commandLine() {
    return new AuditOrigin(null, System.getProperty("user.name", "unknown"), null);
  }
}
