package io.autotaskprovisioner.movein;

import java.util.List;

/**
 * What the look at an import found, before anything was changed.
 *
 * @param fit what would be imported
 * @param present what is here already, with the same id, token and owner
 * @param skipped instances of elements that are not known here, left out as was asked
 */
public record ImportCheck(
    long accountId,
    List<ImportedInstance> fit,
    List<ImportedInstance> present,
    List<Skipped> skipped,
    List<ImportProblem> problems) {

  /** An instance that was left out. */
  public record Skipped(int place, String id, String name, String element) {}

  public int fitCount() {
    return fit.size();
  }

  public int presentCount() {
    return present.size();
  }
}
