package io.autotaskprovisioner.autotask;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Lets every login pass and writes down how its attempts ended. */
final class RecordingGuard implements LoginGuard {

  final List<String> ends = new CopyOnWriteArrayList<>();
  volatile AutotaskException refusal;
  volatile CompletableFuture<Void> remembered = CompletableFuture.completedFuture(null);

  @Override
  public CompletableFuture<Attempt> enter(LoginCredentials credentials) {
    if (refusal != null) {
      return CompletableFuture.failedFuture(refusal);
    }
    return CompletableFuture.completedFuture(
        new Attempt() {
          @Override
          public void accepted() {
            ends.add("accepted");
          }

          @Override
          public CompletableFuture<Void> rejected() {
            ends.add("rejected");
            return remembered;
          }

          @Override
          public void undecided() {
            ends.add("undecided");
          }
        });
  }
}
