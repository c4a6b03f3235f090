package io.autotaskprovisioner.simulator;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a call before its work is done.
 *
 * @param refusal the answer that is settled already; null where {@code user}'s call goes on
 * @param user who calls
 * @param requestCount the tenant's requests in the window, this one included
 * @param slot gives the call's thread back; null where it took none
 * @param delayMillis how long the answer waits
 */
record Admission(
    @Nullable Answer refusal,
    @Nullable SimulatedUser user,
    int requestCount,
    @Nullable Runnable slot,
    int delayMillis) {

  static Admission done(Answer answer, int delayMillis) {
    return new Admission(answer, null, 0, null, delayMillis);
  }

  Answer answer(EntityRoutes entities, Call call) {
    return refusal != null || user == null ? refusal : entities.answer(call, user, requestCount);
  }
}
