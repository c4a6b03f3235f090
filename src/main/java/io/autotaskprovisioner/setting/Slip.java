package io.autotaskprovisioner.setting;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the word that somebody probably meant. */
public final class Slip {

  /** So many letters may differ for a word to count as a slip of another. */
  public static final int LETTERS = 2;

  private static final int MAX_COMPARED = 100;

  private Slip() {}

  /** The candidate with the smallest distance; there must be one. */
  public static String nearest(String word, Collection<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
        .orElseThrow();
  }

  /** Letters to insert, remove or change (Levenshtein), without regard to case. */
  public static int distance(String word, String other) {
    String a = compared(word);
    String b = compared(other);
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  private static String compared(String word) {
    String folded = word.toLowerCase(Locale.ROOT);
    return folded.substring(0, Math.min(MAX_COMPARED, folded.length()));
  }
}
