package io.autotaskprovisioner.autotask;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Rows of one entity by rising id, with the field names of the REST API, the first letter lower
 * case.
 *
 * @param rows each with its {@code id}; treat as read-only
 * @param mayGoOn whether there may be rows behind the last one
 */
public record EntityRows(List<ObjectNode> rows, boolean mayGoOn) {

  static final EntityRows NONE = new EntityRows(List.of(), false);

  public EntityRows {
    rows = List.copyOf(rows);
  }

  /** The id of a row. */
  public static long idOf(ObjectNode row) {
    return row.get("id").longValue();
  }
}
