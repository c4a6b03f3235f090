package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.journal.Journal.JournalFilter;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A filter as conditions to append to a {@code where}, with the values to bind. */
record FilterClause(String sql, List<Object> parameters) {

  static FilterClause of(JournalFilter filter) {
    StringBuilder sql = new StringBuilder();
    List<Object> parameters = new ArrayList<>();
    add(sql, parameters, "account_id", filter.accountId());
    add(sql, parameters, "batch_id", filter.batchId());
    add(sql, parameters, "id", filter.id());
    add(sql, parameters, "status", filter.status());
    add(sql, parameters, "failure_class", filter.failureClass());
    return new FilterClause(sql.toString(), parameters);
  }

  /** Binds the values from the index on; answers the next free index. */
  int set(PreparedStatement statement, int index) throws SQLException {
    int next = index;
    for (Object parameter : parameters) {
      statement.setObject(next++, parameter);
    }
    return next;
  }

  private static void add(
      StringBuilder sql, List<Object> parameters, String column, @Nullable Object value) {
    if (value != null) {
      sql.append(" and ").append(column).append(" = ?");
      parameters.add(value instanceof Enum<?> constant ? constant.name() : value);
    }
  }
}
