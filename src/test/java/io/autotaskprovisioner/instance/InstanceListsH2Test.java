package io.autotaskprovisioner.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.support.H2Plan;
import io.autotaskprovisioner.support.TestDatabase;
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
    assertThat(plan(all)).contains("INDEX SORTED", "INSTANCE_BY_ACCOUNT");
    assertThat(plan(all.ofElement("autotaskfinance")))
        .contains("INDEX SORTED", "INSTANCE_BY_ELEMENT");
    assertThat(plan(new InstanceFilter(1, null, List.of("ops"), null)))
        .contains("INDEX SORTED", "/* PUBLIC.PRIMARY_KEY_")
        .containsPattern("INSTANCE_TAG\" \"D\"\\s+/\\* PUBLIC.PRIMARY_KEY_[^*]*TAG = ");
  }

  private String plan(InstanceFilter filter) {
    ListQuery query = database().database().query(connection -> new ListQuery(connection, filter));
    return H2Plan.of(
        database(),
        query.page(InstanceRow.COLUMNS, InstanceRow.TENANT_JOIN),
        query.pageValues(5, Long.MAX_VALUE, 10).toArray());
  }
}
