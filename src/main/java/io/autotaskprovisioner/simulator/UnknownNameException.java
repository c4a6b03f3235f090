package io.autotaskprovisioner.simulator;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** A name that the simulator's control does not know; the message names the nearest known one. */
final class UnknownNameException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  UnknownNameException(String what, String name, Collection<String> known) {
    super(
        "Unknown %s '%s'; did you mean '%s'? Known: %s."
            .formatted(what, shortened(name), nearest(name, known), String.join(", ", known)));
  }

  private static String shortened(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64) + "...";
  }

  private static String nearest(String name, Collection<String> known) {
    String wanted = shortened(name).toLowerCase(Locale.ROOT);
    return known.stream()
        .min(Comparator.comparingInt(k -> distance(wanted, k.toLowerCase(Locale.ROOT))))
        .orElse("");
  }

  /** Levenshtein's edit distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
