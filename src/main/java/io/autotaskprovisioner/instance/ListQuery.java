package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.storage.IndexRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The SQL of a filtered list. An index leads through the <em>candidates</em> by rising id: the rows
 * of the first tag, else of the element, else of the account. What else the filter asks for are
 * <em>conditions</em> that each candidate, as {@code i}, must meet.
 */
final class ListQuery {

  /** Before and behind every id. */
  private static final long START = -1;

  static final long END = Long.MAX_VALUE;

  private final boolean byTag;
  private final String candidates;
  private final String range;
  private final String order;
  private final List<Object> prefix = new ArrayList<>();
  private final StringBuilder conditions = new StringBuilder();
  private final List<Object> conditionValues = new ArrayList<>();

  ListQuery(Connection connection, InstanceFilter filter) throws SQLException {
    byTag = !filter.tags().isEmpty();
    prefix.add(filter.accountId());
    // The constant columns stand in each order, too: H2 sees only then that the index sorts.
    if (byTag) {
      candidates = "instance_tag d";
      range =
          "d.account_id = ? and d.tag = ? and d.instance_id > ?"
              + " and d.account_id = ? and d.tag = ? and d.instance_id <= ?";
      order = "d.account_id, d.tag, d.instance_id";
      prefix.add(filter.tags().get(0));
    } else if (filter.elementKey() != null) {
      IndexRange index =
          IndexRange.of(connection, "instance_by_element", "i.id", "i.account_id", "i.element_key");
      candidates = "instance i" + index.hint();
      range = index.condition();
      order = "i.account_id, i.element_key, i.id";
      prefix.add(filter.elementKey());
    } else {
      IndexRange index = IndexRange.of(connection, "instance_by_account", "i.id", "i.account_id");
      candidates = "instance i" + index.hint();
      range = index.condition();
      order = "i.account_id, i.id";
    }
    addConditions(filter);
  }

  private void addConditions(InstanceFilter filter) {
    for (String tag : filter.tags().subList(byTag ? 1 : 0, filter.tags().size())) {
      conditions.append(
          " and exists (select 1 from instance_tag x"
              + " where x.account_id = ? and x.tag = ? and x.instance_id = i.id)");
      conditionValues.add(filter.accountId());
      conditionValues.add(tag);
    }
    if (byTag && filter.elementKey() != null) {
      conditions.append(" and i.element_key = ?");
      conditionValues.add(filter.elementKey());
    }
    if (filter.searchText() != null) {
      String pattern = "%" + filter.searchText().replaceAll("([!%_])", "!$1") + "%";
      conditions.append(
          " and (lower(i.name) like lower(?) escape '!'"
              + " or lower(i.element_key) like lower(?) escape '!')");
      conditionValues.add(pattern);
      conditionValues.add(pattern);
    }
  }

  private String key() {
    return byTag ? "d.instance_id" : "i.id";
  }

  private String joined() {
    return byTag ? candidates + " join instance i on i.id = d.instance_id" : candidates;
  }

  private List<Object> rangeValues(long afterId, long upToId) {
    List<Object> values = new ArrayList<>(prefix);
    values.add(afterId);
    values.addAll(prefix);
    values.add(upToId);
    return values;
  }

  /** The next matches behind an id, up to another one. */
  String page(String columns, String joins) {
    return "select %s from %s %s where %s%s order by %s limit ?"
        .formatted(columns, joined(), joins, range, conditions, order);
  }

  /** Their ids alone, for which the indexes are enough. */
  String ids() {
    return page(key(), "");
  }

  /** The rows of so many ids. */
  static String rows(String columns, String joins, int count) {
    return "select %s from instance i %s where i.id in (%s) order by i.id"
        .formatted(columns, joins, String.join(", ", Collections.nCopies(count, "?")));
  }

  List<Object> pageValues(long afterId, long upToId, int limit) {
    List<Object> values = rangeValues(afterId, upToId);
    values.addAll(conditionValues);
    values.add(limit);
    return values;
  }

  /** The id of the candidate that comes so many places behind an id, if there are so many. */
  String boundary() {
    return "select %s from %s where %s order by %s limit 1 offset ?"
        .formatted(key(), candidates, range, order);
  }

  List<Object> boundaryValues(long afterId, int places) {
    List<Object> values = rangeValues(afterId, END);
    values.add(places - 1);
    return values;
  }

  /** How many candidates there are, up to a limit, and how many of them meet the conditions. */
  String counts() {
    if (conditions.isEmpty()) {
      return "select count(*), count(*) from (select 1 as one from %s where %s limit ?) c"
          .formatted(candidates, range);
    }
    return """
        select count(*), coalesce(sum(case when true%s then 1 else 0 end), 0)
        from (select %s as id from %s where %s limit ?) c join instance i on i.id = c.id
        """
        .formatted(conditions, key(), candidates, range);
  }

  List<Object> countsValues(int limit) {
    List<Object> values = new ArrayList<>(conditionValues);
    values.addAll(rangeValues(START, END));
    values.add(limit);
    return values;
  }
}
