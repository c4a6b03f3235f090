package io.autotaskprovisioner.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordReadersTest {

  private static final int LIMIT = 10_000;

  private final ElementCatalogue catalogue = new ElementCatalogue(new ObjectMapper());
  private final SecretMask mask = new SecretMask(catalogue);
  private final RecordReaders readers = new RecordReaders(catalogue, mask, LIMIT);
  private final RequestNormalizer normalizer = new RequestNormalizer(catalogue);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "three.csv",
        "three-bom-crlf-semicolons.csv",
        "three-tabs.csv",
        "three.ndjson",
        "three.json"
      })
  void every_format_gives_the_same_three_requests(String file) throws IOException {
    List<ProvisioningRequest> requests =
        read(file, StandardCharsets.UTF_8).stream()
            .map(record -> normalizer.fromRecord(record.content(), 7))
            .toList();

    assertThat(requests)
        .extracting(ProvisioningRequest::name)
        .containsExactly("Acme Ltd", "Bolt, Inc", "Cöln GmbH");
    assertThat(requests)
        .extracting(r -> r.configuration().get("finance.autotask.username"))
        .containsExactly("api1@example.com", "api2@example.com", "api3@example.com");
    assertThat(requests)
        .extracting(r -> r.configuration().get("finance.autotask.password"))
        .containsExactly("pw-one", "pw \"two\"", "pw-three");
    assertThat(requests)
        .extracting(ProvisioningRequest::tags)
        .containsExactly(List.of("north", "gold"), null, List.of("west"));
    assertThat(requests).extracting(ProvisioningRequest::element).containsOnly("autotaskfinance");
  }

  @Test
  void a_single_object_is_one_record() throws IOException {
    assertThat(read("one.json", StandardCharsets.UTF_8))
        .singleElement()
        .satisfies(
            record -> assertThat(record.content().get("name").asText()).isEqualTo("Acme Ltd"));
  }

  @Test
  void bad_csv_rows_fail_alone_and_are_named_by_line_without_their_content() throws IOException {
    List<RawRecord> records = read("bad-among-good.csv", StandardCharsets.UTF_8);

    assertThat(records)
        .extracting(RawRecord::number)
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    assertThat(records).extracting(RawRecord::line).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    assertThat(records)
        .extracting(RawRecord::problem)
        .containsExactly(
            null,
            "The row has 3 cells, the header has 4.",
            "A quote that opens in this line is not closed.",
            null,
            "A quote is not closed, or text follows a closing quote.",
            "Cell 5 has no column in the header, which has 4.",
            null,
            null);
    assertThat(records.get(6).content().get("password").asText()).isEqualTo("pw\"7");
    assertThat(records.get(7).content().get("name").asText()).isEqualTo("good\nfour");
    assertThat(records).noneMatch(r -> String.valueOf(r.problem()).contains("hush"));
  }

  @Test
  void bad_lines_of_ndjson_fail_alone_and_are_named_by_line_without_their_content()
      throws IOException {
    List<RawRecord> records = read("bad-among-good.ndjson", StandardCharsets.UTF_8);

    assertThat(records).extracting(RawRecord::line).containsExactly(1L, 2L, 4L, 5L, 6L, 7L);
    assertThat(records)
        .extracting(RawRecord::problem)
        .satisfies(
            problems -> {
              assertThat(problems.get(0)).isNull();
              assertThat(problems.get(1)).startsWith("Not valid JSON at line 2, column ");
              assertThat(problems.get(2)).isEqualTo("A record must be a JSON object.");
              assertThat(problems.get(3)).isEqualTo("A field stands twice in the same object.");
              assertThat(problems.get(4)).startsWith("Not valid JSON at line 6, column ");
              assertThat(problems.get(5)).isNull();
            });
    assertThat(records).noneMatch(r -> String.valueOf(r.problem()).contains("hush"));
  }

  @Test
  void bad_elements_of_an_array_fail_alone_while_its_brackets_match() throws IOException {
    List<RawRecord> records = read("bad-among-good.json", StandardCharsets.UTF_8);

    assertThat(records)
        .extracting(RawRecord::problem)
        .satisfiesExactly(
            problem -> assertThat(problem).isNull(),
            problem -> assertThat(problem).startsWith("Not valid JSON at line 3, column "),
            problem -> assertThat(problem).isEqualTo("A record must be a JSON object."),
            problem -> assertThat(problem).isNull());
  }

  @Test
  void an_array_that_breaks_gives_what_stands_before_the_break_and_the_place() throws IOException {
    List<RawRecord> records = new ArrayList<>();
    UnreadableFileException thrown =
        catchThrowableOfType(
            UnreadableFileException.class,
            () -> readInto(records, "broken-array.json", StandardCharsets.UTF_8));

    assertThat(records)
        .extracting(record -> record.content().get("name").asText())
        .containsExactly("good one", "good two");
    assertThat(thrown)
        .hasMessage(
            "The JSON breaks at line 4, column 3: ',' or ']' is expected here. The 2 records before"
                + " it were taken.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"a\":1}|the array is not closed",
        "[{\"a\":1|the record that begins in line 1 is not closed",
        "[{\"a\":\"x}]|a string in the record that begins in line 1 is not closed",
        "[{\"a\":[1}]|a bracket closes that was not opened",
        "[{\"a\":1},]|a record is expected here",
        "[{\"a\":1}] x|something follows the end of the array",
        "hello|a JSON object or an array of objects must begin here"
      })
  void the_place_and_kind_of_a_break_are_told(String json, String what) {
    assertThatThrownBy(() -> records(FileFormat.JSON, json))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining(what);
  }

  @Test
  void an_empty_array_has_no_records() throws IOException {
    assertThat(records(FileFormat.JSON, " [ \n ] ")).isEmpty();
  }

  @Test
  void objects_behind_one_another_are_records_too() throws IOException {
    assertThat(records(FileFormat.JSON, "{\"a\":1}\n{\"a\":2} {\"a\":3}")).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"JSON", "NDJSON", "CSV"})
  void a_record_above_the_limit_fails_alone(FileFormat format) throws IOException {
    String longText = "x".repeat(LIMIT * 30);
    String text =
        switch (format) {
          case JSON -> "[{\"name\":\"a\"},{\"name\":\"%s\"},{\"name\":\"b\"}]".formatted(longText);
          case NDJSON ->
              "{\"name\":\"a\"}\n{\"name\":\"%s\"}\n{\"name\":\"b\"}".formatted(longText);
          case CSV -> "name\na\n%s\nb".formatted(longText);
        };

    List<RawRecord> records = records(format, text);

    assertThat(records)
        .extracting(RawRecord::problem)
        .containsExactly(
            null, "Longer than 10,000 characters (setting intake.record-limit).", null);
    assertThat(records.get(2).content().get("name").asText()).isEqualTo("b");
  }

  @Test
  void a_quote_that_is_never_closed_does_not_take_the_rest_of_a_long_file_with_it()
      throws IOException {
    String text = "name,username\n\"open,u\n" + "good,u\n".repeat(5_000);

    List<RawRecord> records = records(FileFormat.CSV, text);

    assertThat(records).hasSize(5_001);
    assertThat(records.get(0).problem())
        .isEqualTo("A quote that opens in this line is not closed.");
    assertThat(records.subList(1, 5_001)).allMatch(record -> record.problem() == null);
    assertThat(records.get(5_000).line()).isEqualTo(5_002);
  }

  @ParameterizedTest
  @ValueSource(strings = {"JSON", "NDJSON"})
  void a_record_that_is_nested_too_deep_fails_alone(FileFormat format) throws IOException {
    String deep = "{\"a\":" + "[".repeat(3_000) + "]".repeat(3_000) + "}";
    String separator = format == FileFormat.JSON ? "," : "\n";
    String text = "{\"a\":1}" + separator + deep + separator + "{\"a\":2}";

    List<RawRecord> records = records(format, format == FileFormat.JSON ? "[" + text + "]" : text);

    assertThat(records)
        .extracting(RawRecord::problem)
        .containsExactly(
            null, "Nested deeper than 32 levels, or a number of more than 100 digits.", null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"JSON", "NDJSON"})
  void a_number_beyond_all_bounds_fails_alone(FileFormat format) throws IOException {
    String separator = format == FileFormat.JSON ? "," : "\n";
    String text = "{\"a\":1}" + separator + "{\"a\":1e99999999999}" + separator + "{\"a\":2}";

    List<RawRecord> records = records(format, format == FileFormat.JSON ? "[" + text + "]" : text);

    assertThat(records)
        .extracting(RawRecord::problem)
        .containsExactly(null, "A number is beyond all bounds.", null);
  }

  @Test
  void lines_may_end_in_any_of_the_three_ways() throws IOException {
    assertThat(records(FileFormat.CSV, "name\ra\r\nb\nc\r\r\n\nd"))
        .extracting(record -> record.content().get("name").asText())
        .containsExactly("a", "b", "c", "d");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name,usrname|column 2, 'usrname', is unknown; did you mean 'username'?",
        "name,pasword,sever url|did you mean 'serverUrl'?",
        "name,finance.autotask.usrname|did you mean 'finance.autotask.username'?",
        "username,User,name|columns 1 and 2 are both username",
        "alice,hush-1|The first line has no known column: it must be the header"
      })
  void a_header_that_cannot_be_used_is_refused_with_the_way_out(String header, String message) {
    assertThatThrownBy(() -> records(FileFormat.CSV, header + "\n"))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("hush");
  }

  @Test
  void dotted_columns_are_configuration_keys_known_ones_in_any_case() throws IOException {
    RawRecord record =
        records(FileFormat.CSV, "name,Finance.Autotask.Username,my.own.key,\na,u,v,\n").get(0);

    assertThat(normalizer.fromRecord(record.content(), 7).configuration())
        .containsOnlyKeys("finance.autotask.username", "my.own.key");
  }

  @Test
  void blanks_around_a_cell_are_dropped_but_those_of_a_password_stay() throws IOException {
    RawRecord record = records(FileFormat.CSV, "name,username,password\n a , u ,\" p \"\n").get(0);

    assertThat(record.content().get("username").asText()).isEqualTo("u");
    assertThat(record.content().get("password").asText()).isEqualTo(" p ");
  }

  @Test
  void a_header_without_rows_is_an_empty_batch() throws IOException {
    assertThat(read("header-only.csv", StandardCharsets.UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "three-utf-16.csv|The file is UTF-16, not UTF-8: save it as UTF-8",
        "three-utf-16-without-mark.csv|The file is UTF-16, not UTF-8: save it as UTF-8",
        "three-latin-1.csv|Line 4 is not valid UTF-8: save the file as UTF-8, or name its character"
            + " set in intake.file.charset.",
        "binary.csv|Line 2 holds binary data",
        "empty.csv|The file is empty."
      })
  void what_is_no_text_in_the_expected_character_set_is_refused_with_the_way_out(
      String file, String message) throws IOException {
    TextInspection inspection = TextInspection.of(fixture(file), StandardCharsets.UTF_8);

    assertThat(inspection.problem()).contains(message);
    assertThat(inspection.checksum()).hasSize(64);
    assertThat(inspection.sizeBytes()).isEqualTo(Files.size(fixture(file)));
  }

  @ParameterizedTest
  @CsvSource({"three-utf-16.csv,UTF-16", "three-latin-1.csv,ISO-8859-1"})
  void another_character_set_is_read_when_the_setting_names_it(String file, String charset)
      throws IOException {
    assertThat(read(file, Charset.forName(charset)))
        .extracting(record -> record.content().get("name").asText())
        .containsExactly("Acme Ltd", "Bolt, Inc", "Cöln GmbH");
  }

  @Test
  void the_checksum_is_the_sha_256_of_the_bytes() throws IOException {
    Path file = Files.createTempFile("checksum", ".csv");
    Files.writeString(file, "abc");

    TextInspection inspection = TextInspection.of(file, StandardCharsets.UTF_8);

    // the first example of FIPS 180-2, appendix B.1
    assertThat(inspection.checksum())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(inspection.sizeBytes()).isEqualTo(3);
    Files.delete(file);
  }

  private List<RawRecord> read(String file, Charset charset) throws IOException {
    List<RawRecord> records = new ArrayList<>();
    readInto(records, file, charset);
    return records;
  }

  private void readInto(List<RawRecord> records, String file, Charset charset) throws IOException {
    Path path = fixture(file);
    TextInspection inspection = TextInspection.of(path, charset);
    try (InputStream in = Files.newInputStream(path);
        Reader reader = inspection.open(in)) {
      RecordReader source = readers.open(FileFormat.ofName(file).orElseThrow(), reader);
      for (RawRecord record = source.next(); record != null; record = source.next()) {
        records.add(record);
      }
    }
  }

  private List<RawRecord> records(FileFormat format, String text) throws IOException {
    List<RawRecord> records = new ArrayList<>();
    RecordReader source = readers.open(format, new StringReader(text));
    for (RawRecord record = source.next(); record != null; record = source.next()) {
      records.add(record);
    }
    return records;
  }

  private static Path fixture(String name) {
    return Path.of("src/test/resources/intake", name);
  }
}
