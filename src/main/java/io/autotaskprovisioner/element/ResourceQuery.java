package io.autotaskprovisioner.element;

import java.util.Map;

/**
 * How one resource is read at the provider. Immutable.
 *
 * @param entity as the provider's paths spell it, such as {@code Companies}
 * @param fields the provider's field names that a resource's items call by another name, with that
 *     name; all others keep theirs
 */
public record ResourceQuery(String entity, Map<String, String> fields) {

  public ResourceQuery {
    if (entity == null || !entity.matches("[A-Za-z]+")) {
      throw new IllegalArgumentException("entity must be a word, such as Companies.");
    }
    fields = Map.copyOf(fields);
  }
}
