package io.autotaskprovisioner.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeCellTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=HYPERLINK(\"https://evil.example\")",
        "+49 30 1234",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\uFF1D1+1",
        "\uFF0B1",
        "\uFF0D1",
        "\uFF20x",
        "'=1",
        "''=1",
        "="
      })
  void what_a_spreadsheet_would_run_is_written_as_text_and_read_as_it_was(String value) {
    assertThat(SafeCell.written(value)).isEqualTo("'" + value);
    assertThat(SafeCell.read(SafeCell.written(value))).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Acme", "'Acme'", "''", "a=1", " =1", "O'Neill", "\u2212" + "1"})
  void all_else_stays_as_it_is(String value) {
    assertThat(SafeCell.written(value)).isEqualTo(value);
    assertThat(SafeCell.read(value)).isEqualTo(value);
  }
}
