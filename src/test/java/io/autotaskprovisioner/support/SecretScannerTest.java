package io.autotaskprovisioner.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What finds nothing proves nothing: each way of leaking is put in and found. */
class SecretScannerTest {

  private static final String SECRET = "p\"w/9+x&\u00e4 <\\>%Q?~";

  private final SecretScanner scanner = new SecretScanner().add("the password", SECRET);

  @TempDir Path folder;

  @Test
  void a_secret_is_found_in_every_form() throws Exception {
    ObjectMapper json = new ObjectMapper();
    String inJson = json.writeValueAsString(Map.of("a", SECRET));
    for (String leak :
        new String[] {
          SECRET,
          inJson,
          json.writeValueAsString(Map.of("text", inJson)),
          "https://example.com/?p=" + URLEncoder.encode(SECRET, StandardCharsets.UTF_8) + "&q=1",
          HexFormat.of().formatHex(SECRET.getBytes(StandardCharsets.UTF_8)),
          "X'" + HexFormat.of().withUpperCase().formatHex(SECRET.getBytes(StandardCharsets.UTF_8)),
          "a,\"" + SECRET.replace("\"", "\"\"") + "\",b",
        }) {
      assertThat(scanner.inText("log", "before " + leak + " behind")).as(leak).isNotEmpty();
    }
    for (String before : new String[] {"", "u", "us", "use", "user:"}) {
      byte[] pair = (before + SECRET + "/end").getBytes(StandardCharsets.UTF_8);
      String basic = Base64.getEncoder().encodeToString(pair);
      assertThat(scanner.inText("log", "Basic " + basic)).as(before).isNotEmpty();
      String url = Base64.getUrlEncoder().withoutPadding().encodeToString(pair);
      assertThat(scanner.inText("log", url)).as(before).isNotEmpty();
    }
    assertThat(scanner.inText("log", "p\"w/9+x& and nothing else")).isEmpty();
  }

  @Test
  void files_and_archives_are_looked_into_but_where_it_may_be() throws Exception {
    Files.writeString(folder.resolve("clean.txt"), "nothing");
    Files.writeString(folder.resolve("allowed.txt"), SECRET);
    Files.write(folder.resolve("wide.bin"), SECRET.getBytes(StandardCharsets.UTF_16LE));
    try (OutputStream out = Files.newOutputStream(folder.resolve("copy.zip"));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("inner.txt"));
      zip.write(SECRET.repeat(50).getBytes(StandardCharsets.UTF_8));
    }
    assertThat(scanner.inFiles(folder, (place, name) -> place.equals("allowed.txt")))
        .containsExactlyInAnyOrder(
            "wide.bin holds the password (UTF-16)",
            "copy.zip!inner.txt holds the password (plain)");
  }
}
