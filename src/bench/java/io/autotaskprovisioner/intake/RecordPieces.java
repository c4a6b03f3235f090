package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import java.io.IOException;
import java.io.StringReader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What is done for each record of a file until it can go into the journal. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(RecordPieces.RECORDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RecordPieces {

  static final int RECORDS = 1_000;

  private static final int RECORD_LIMIT = 1_048_576;
  private static final long ACCOUNT = 1;

  private final ElementCatalogue catalogue = new ElementCatalogue(new ObjectMapper());
  private final RecordReaders readers =
      new RecordReaders(catalogue, new SecretMask(catalogue), RECORD_LIMIT);
  private final RequestNormalizer normalizer = new RequestNormalizer(catalogue);
  private final String csv = text("name,username,password,serverUrl,tags\n", "%s,%s,%s,%s,new\n");
  private final String ndjson =
      text(
          "",
          """
          {"name":"%s","username":"%s","password":"%s","serverUrl":"%s","tags":["new"]}
          """);

  private static String text(String header, String record) {
    StringBuilder text = new StringBuilder(header);
    for (int i = 0; i < RECORDS; i++) {
      text.append(
          record.formatted(
              "Customer " + i,
              "user@customer-%d.example".formatted(i),
              "secret-" + i,
              "https://ww3.autotask.net"));
    }
    return text.toString();
  }

  @Benchmark
  public void csvRead(Blackhole hole) throws IOException {
    read(FileFormat.CSV, csv, hole);
  }

  @Benchmark
  public void ndjsonRead(Blackhole hole) throws IOException {
    read(FileFormat.NDJSON, ndjson, hole);
  }

  private void read(FileFormat format, String text, Blackhole hole) throws IOException {
    RecordReader reader = readers.open(format, new StringReader(text));
    for (RawRecord record = reader.next(); record != null; record = reader.next()) {
      hole.consume(normalizer.fromRecord(record.content(), ACCOUNT));
    }
  }
}
