package io.autotaskprovisioner.provisioning;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An integration code that is the suspect: every login that was tried with it was rejected.
 *
 * @param codeHash names the code without giving it away; hex
 * @param suspendedAt since when verification with it pauses
 * @param suspectedSince rejections since then told against it, and what failed of them is taken
 *     back; null where an earlier version suspended it
 * @param rejectedLogins how many different logins were rejected with it and are forgotten when it
 *     is resumed
 */
public record SuspendedCode(
    String codeHash, Instant suspendedAt, @Nullable Instant suspectedSince, int rejectedLogins) {}
