package io.autotaskprovisioner.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.support.TestDatabase;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class InstanceListsH2Test extends InstanceListsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }

  /** A plan that sorts would read the whole list for each page. */
  @Test
  void a_page_is_read_in_the_order_of_its_index() {
    InstanceFilter all = InstanceFilter.all(1);
    assertThat(plan(all)).contains("index sorted").containsIgnoringCase("instance_by_account");
    assertThat(plan(all.ofElement("autotaskfinance")))
        .contains("index sorted")
        .containsIgnoringCase("instance_by_element");
    assertThat(plan(new InstanceFilter(1, null, List.of("ops"), null)))
        .contains("index sorted", "/* public.PRIMARY_KEY_")
        .containsPattern("instance_tag\" \"d\"\\s+/\\* public.PRIMARY_KEY_[^*]*tag = ");
  }

  private String plan(InstanceFilter filter) {
    return database()
        .database()
        .transaction(
            connection -> {
              ListQuery query = new ListQuery(connection, filter);
              String sql = query.page(InstanceRow.COLUMNS, InstanceRow.TENANT_JOIN);
              try (PreparedStatement explain = connection.prepareStatement("explain " + sql)) {
                List<Object> values = query.pageValues(5, Long.MAX_VALUE, 10);
                for (int i = 0; i < values.size(); i++) {
                  explain.setObject(i + 1, values.get(i));
                }
                try (ResultSet row = explain.executeQuery()) {
                  row.next();
                  return row.getString(1);
                }
              }
            });
  }
}
