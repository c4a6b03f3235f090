package io.autotaskprovisioner.instance;

import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which instances a list shows: those that meet every condition given. Immutable.
 *
 * @param elementKey of this element only; null for all
 * @param tags bearing each of these tags, exactly as written (Our choice: AND, where no source says
 *     what several mean)
 * @param searchText whose name or element key contains it, whatever the case (Our choice; case
 *     beyond ASCII as the database's locale has it); null for all
 */
public record InstanceFilter(
    long accountId, @Nullable String elementKey, List<String> tags, @Nullable String searchText) {

  public InstanceFilter {
    tags = List.copyOf(new LinkedHashSet<>(tags));
  }

  /** Every instance of the account. */
  public static InstanceFilter all(long accountId) {
    return new InstanceFilter(accountId, null, List.of(), null);
  }

  /** The same for one element. */
  public InstanceFilter ofElement(String key) {
    return new InstanceFilter(accountId, key, tags, searchText);
  }

  /**
   * Whether one index leads from match to match, so that a page costs what it shows. Otherwise rows
   * that do not match have to be looked at on the way.
   */
  public boolean isIndexed() {
    return searchText == null && (tags.isEmpty() || tags.size() == 1 && elementKey == null);
  }
}
