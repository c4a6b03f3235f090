package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every setting stands in application.properties with a sentence, and in the README's table. */
class SettingsTableTest {

  private static final Pattern LISTED = Pattern.compile("^(?:# )?([a-z][a-z0-9.<>-]*)=(.*)$");

  @Test
  void every_setting_has_a_comment_and_a_row_in_the_readme_with_its_default() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    List<String> lines = Files.readAllLines(Path.of("application.properties"));
    int count = 0;
    for (int i = 0; i < lines.size(); i++) {
      Matcher setting = LISTED.matcher(lines.get(i));
      if (!setting.matches() || setting.group(1).startsWith("camel.")) {
        continue;
      }
      assertThat(lines.get(i - 1)).as("comment of %s", setting.group(1)).startsWith("# ");
      String cell = setting.group(2).isEmpty() ? "" : "`" + setting.group(2) + "`";
      assertThat(readme).contains("| `" + setting.group(1) + "` | " + cell + " | ");
      count++;
    }
    assertThat(count).isGreaterThan(50);
  }

  /** A key that the code reads and the file does not list would be refused as unknown. */
  @Test
  void every_key_that_the_code_reads_is_listed() throws IOException {
    String listed = Files.readString(Path.of("application.properties"));
    Pattern read =
        Pattern.compile(
            "settings\\s*\\.(?:text|duration|number|integer|flag|path|choice|url|list)\\(\\s*\"([a-z0-9.-]+)\"");
    try (var files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        Matcher key = read.matcher(Files.readString(file));
        while (key.find()) {
          assertThat(listed).as("%s, read by %s", key.group(1), file).contains(key.group(1) + "=");
        }
      }
    }
  }
}
