package io.autotaskprovisioner.autotask;

/** Says what an answer means where it is no success. Thread-safe. */
@FunctionalInterface
interface AnswerJudge {

  /**
   * Returns for a success.
   *
   * @throws AutotaskException for anything else
   */
  void judge(Answer answer, String host, Redaction redaction);
}
