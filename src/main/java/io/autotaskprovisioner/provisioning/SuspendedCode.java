package io.autotaskprovisioner.provisioning;

import java.time.Instant;

/**
 * An integration code that is the suspect: every login that was tried with it was rejected.
 *
 * @param codeHash names the code without giving it away; hex
 * @param suspendedAt since when verification with it pauses
 * @param rejectedLogins how many different logins were rejected with it and are forgotten when it
 *     is resumed
 */
public record SuspendedCode(String codeHash, Instant suspendedAt, int rejectedLogins) {}
