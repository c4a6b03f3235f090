package io.autotaskprovisioner.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.support.LogLines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Secrets out of files, as the machinery around containers hands them out. */
class FileContentTest {

  @TempDir Path folder;
  private DefaultCamelContext context;

  @BeforeEach
  void makeContext() {
    context = new DefaultCamelContext();
  }

  @AfterEach
  void stopContext() {
    context.stop();
  }

  @Test
  void the_content_of_a_file_is_a_setting_without_its_last_line_break() throws Exception {
    set("storage.password", file("p\u00e4ss word=#%\n"));
    assertThat(text("storage.password")).isEqualTo("p\u00e4ss word=#%");
    set("storage.password", file("windows\r\n"));
    assertThat(text("storage.password")).isEqualTo("windows");
    set("storage.password", file("none"));
    assertThat(text("storage.password")).isEqualTo("none");
  }

  @Test
  void it_stands_within_a_text_as_well() throws Exception {
    set(
        "delivery.partner.uri",
        "https://example.com?authPassword=RAW(%s)".formatted(file("a&b\n")));
    assertThat(text("delivery.partner.uri")).isEqualTo("https://example.com?authPassword=RAW(a&b)");
  }

  @ParameterizedTest
  @CsvSource({
    "'', is empty",
    "'\n', is empty",
    "'two\nlines\n', more than one line",
    "'a{{b', choose another secret",
  })
  void what_is_no_secret_stops_the_start_with_a_sentence(String content, String sentence)
      throws Exception {
    set("storage.password", file(content));
    assertThatThrownBy(() -> text("storage.password"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("{{file:" + folder)
        .hasMessageContaining(sentence)
        .hasMessageNotContaining("lines\n");
  }

  @Test
  void a_file_that_is_not_there_or_no_text_stops_the_start_with_a_sentence() throws Exception {
    set("storage.password", "{{file:" + folder.resolve("nowhere") + "}}");
    assertThatThrownBy(() -> text("storage.password"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("cannot be read (NoSuchFileException)");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 1});
    set("storage.password", "{{file:" + binary + "}}");
    assertThatThrownBy(() -> text("storage.password")).hasMessageContaining("no text in UTF-8");
    Path large = Files.write(folder.resolve("large"), new byte[70_000]);
    set("storage.password", "{{file:" + large + "}}");
    assertThatThrownBy(() -> text("storage.password")).hasMessageContaining("longer than 65536");
  }

  @Test
  void a_file_that_everybody_can_read_is_told_once() throws Exception {
    String placeholder = file("s3cret");
    Path file = folder.resolve("secret");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    set("storage.password", placeholder);
    try (LogLines lines = LogLines.of(FileContent.class)) {
      text("storage.password");
      text("storage.password");
      assertThat(lines.warnings())
          .singleElement()
          .asString()
          .contains("Every user of this machine can read " + file)
          .doesNotContain("s3cret");
    }
  }

  private String file(String content) throws Exception {
    Path file = folder.resolve("secret");
    Files.write(file, content.getBytes(StandardCharsets.UTF_8));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return "{{file:" + file + "}}";
  }

  private void set(String key, String value) {
    context.getPropertiesComponent().addOverrideProperty(key, value);
  }

  private String text(String key) {
    return new Settings(context).text(key).orElseThrow();
  }
}
