package io.autotaskprovisioner.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ItemPageTest {

  @Test
  void nothing_given_is_the_first_page_of_200() {
    assertThat(ItemPage.of(null, null, null)).isEqualTo(new ItemPage(null, 0, 200));
    assertThat(ItemPage.of("", " ", "")).isEqualTo(new ItemPage(null, 0, 200));
  }

  @Test
  void a_numbered_page_passes_over_the_pages_before() {
    assertThat(ItemPage.of("1", "2", null)).isEqualTo(new ItemPage(null, 0, 2));
    assertThat(ItemPage.of("3", "500", "")).isEqualTo(new ItemPage(null, 1_000, 500));
    assertThat(ItemPage.of("21", "500", null).skip()).isEqualTo(10_000);
  }

  @ParameterizedTest
  @CsvSource({"0", "174", "9223372036854775807"})
  void a_token_leads_behind_its_id_and_wins_over_the_number(long id) {
    String token = ItemPage.tokenBehind(id);

    assertThat(token).matches("[A-Za-z0-9_-]+");
    assertThat(ItemPage.of("7", "2", token)).isEqualTo(new ItemPage(id, 0, 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "0|-|-|page must be a number from 1.",
        "x|-|-|page must be a number from 1.",
        "99999999999|-|-|page must be a number from 1.",
        "-1|-|-|page must be a number from 1.",
        "-|0|-|pageSize must be a number from 1 to 500.",
        "-|501|-|pageSize must be a number from 1 to 500.",
        "-|1.5|-|pageSize must be a number from 1 to 500.",
        "-|-|???|nextPage must be the Elements-Next-Page-Token of an earlier answer.",
        "-|-|eHh4|nextPage must be the Elements-Next-Page-Token of an earlier answer.",
        "22|500|-|page leads beyond item 10000: go on with nextPage",
        "2147483647|500|-|page leads beyond item 10000: go on with nextPage"
      })
  void anything_else_is_told_with_what_it_must_be(
      String page, String pageSize, String nextPage, String sentence) {
    assertThatThrownBy(() -> ItemPage.of(page, pageSize, nextPage))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(sentence);
  }
}
