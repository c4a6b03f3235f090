package io.autotaskprovisioner.storage;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Conditions to append to a {@code where}, each beginning with {@code " and "}, with the values to
 * bind. Immutable.
 */
public record SqlCondition(String sql, List<Object> values) {

  public static final SqlCondition NONE = new SqlCondition("", List.of());

  public SqlCondition {
    values = List.copyOf(values);
  }

  /**
   * With one condition more; the same where the value is null. An enum constant is bound by name.
   *
   * @param condition with as many parameters as values are to be bound, all the same
   */
  public SqlCondition and(String condition, @Nullable Object value) {
    if (value == null) {
      return this;
    }
    Object bound = value instanceof Enum<?> constant ? constant.name() : value;
    List<Object> all = new ArrayList<>(values);
    condition.chars().filter(letter -> letter == '?').forEach(unused -> all.add(bound));
    return new SqlCondition(sql + " and " + condition, all);
  }

  public SqlCondition and(SqlCondition further) {
    List<Object> all = new ArrayList<>(values);
    all.addAll(further.values);
    return new SqlCondition(sql + further.sql, all);
  }

  public boolean isEmpty() {
    return sql.isEmpty();
  }

  /** Binds the values from the index on; answers the next free index. */
  public int bind(PreparedStatement statement, int index) throws SQLException {
    int next = index;
    for (Object value : values) {
      statement.setObject(next++, value);
    }
    return next;
  }
}
