package io.autotaskprovisioner.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeFileIT {

  private static final int ROWS = 1_000_000;

  @TempDir private Path folder;

  @Test
  void a_million_rows_are_read_masked_and_copied_in_a_heap_of_64_mb() throws Exception {
    Path file = folder.resolve("million.csv");
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      writer.write("name,username,password,serverUrl\n");
      for (int i = 0; i < ROWS; i++) {
        writer.write("Customer " + i + ",u" + i + ",pw" + i + ",https://ww3.autotask.net\n");
      }
    }
    Path output = folder.resolve("output.txt");

    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Reading.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();

    assertThat(ended).isTrue();
    assertThat(Files.readString(output)).contains("requests " + ROWS);
  }

  /** Reads the file in a process of its own. */
  static final class Reading {

    private Reading() {}

    public static void main(String[] arguments) throws IOException {
      Path file = Path.of(arguments[0]);
      ElementCatalogue catalogue = new ElementCatalogue(new ObjectMapper());
      SecretMask mask = new SecretMask(catalogue);
      RequestNormalizer normalizer = new RequestNormalizer(catalogue);
      TextInspection inspection = TextInspection.of(file, StandardCharsets.UTF_8);
      int requests = 0;
      try (OpenedFile opened =
              OpenedFile.open(
                  file, FileFormat.CSV, inspection, new RecordReaders(catalogue, mask, 10_000));
          MaskedArchive archive =
              MaskedArchive.create(
                  file.resolveSibling("copy.csv"), "node", FileFormat.CSV, opened.header(), ',')) {
        for (RawRecord record = opened.reader().next();
            record != null;
            record = opened.reader().next()) {
          archive.add(MaskedRecord.of(record, opened.header(), mask));
          requests += normalizer.fromRecord(record.content(), 1).name() == null ? 0 : 1;
        }
        archive.commit();
      }
      System.out.println("requests " + requests);
    }
  }
}
