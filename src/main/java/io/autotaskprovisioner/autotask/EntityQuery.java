package io.autotaskprovisioner.autotask;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks for rows of one entity, all of them, by rising id. {@link #toString} shows no secret.
 *
 * @param entity as Autotask's paths spell it, such as {@code Companies}
 * @param afterId the id behind which the rows begin; null: with the first
 * @param skip rows to pass over, which costs a call of its own for every {@value #MAX_SIZE}
 * @param size rows wanted at most, 1 to {@value #MAX_SIZE}
 */
public record EntityQuery(
    LoginCredentials login, String entity, @Nullable Long afterId, int skip, int size) {

  /** Autotask's own limit of a page (vendor page "Basic Query Calls"). */
  public static final int MAX_SIZE = 500;

  private static final Pattern ENTITY = Pattern.compile("[A-Za-z]+");

  public EntityQuery {
    if (!ENTITY.matcher(entity).matches()) {
      throw new IllegalArgumentException("An entity is a word, such as Companies.");
    }
    if (size < 1 || size > MAX_SIZE || skip < 0) {
      throw new IllegalArgumentException("A query asks for 1 to %d rows.".formatted(MAX_SIZE));
    }
  }

  EntityQuery behind(long id, int stillToSkip) {
    return new EntityQuery(login, entity, id, stillToSkip, size);
  }

  @Override
  public String toString() {
    return "EntityQuery[entity=%s, afterId=%s, skip=%d, size=%d]"
        .formatted(entity, afterId, skip, size);
  }
}
