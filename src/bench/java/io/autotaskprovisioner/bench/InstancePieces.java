package io.autotaskprovisioner.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.TenantDetails;
import io.autotaskprovisioner.intake.RequestNormalizer;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.support.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What is done for each instance between its request and its row. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class InstancePieces {

  private static final long ACCOUNT = 1;
  private static final String CONTEXT = "instance.sealed_token:1";

  private final ObjectMapper json = new ObjectMapper();
  private final ElementCatalogue catalogue = new ElementCatalogue(json);
  private final RequestNormalizer normalizer = new RequestNormalizer(catalogue);
  private final InstanceJson instanceJson =
      new InstanceJson(catalogue, InstanceJson.ConfigurationEcho.MASKED);
  private final byte[] body = Customers.body(7, 10).getBytes();
  private final byte[] token =
      "o6aWmHVkXlGVu5bWzzZcpPJSw7rYV3lEfTqzj0zSuxk=".getBytes(StandardCharsets.UTF_8);
  private TestDatabase database;
  private KeyRing keyRing;
  private byte[] sealed;
  private Instance instance;

  @Setup
  public void prepare() throws IOException {
    database = TestDatabase.h2();
    keyRing = database.keyRing();
    sealed = keyRing.seal(token, CONTEXT);
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    ProvisioningRequest request = requestParsed();
    instance =
        new Instance(
            4_711,
            ACCOUNT,
            null,
            ElementCatalogue.DEFAULT_ELEMENT,
            "Customer 7",
            new String(token, StandardCharsets.UTF_8),
            List.of("benchmark"),
            request.configuration(),
            "none",
            true,
            false,
            false,
            new TenantDetails(
                "Zone 3",
                "https://webservices3.autotask.net/ATServicesRest/",
                "https://ww3.autotask.net/",
                12L,
                10_000,
                60,
                17,
                null,
                null,
                now),
            now,
            now,
            1);
  }

  @TearDown
  public void close() {
    database.close();
  }

  @Benchmark
  public ProvisioningRequest requestParsed() throws IOException {
    return normalizer.fromBody(json.readTree(body), ACCOUNT);
  }

  @Benchmark
  public byte[] instanceWritten() throws IOException {
    return json.writeValueAsBytes(instanceJson.write(instance));
  }

  @Benchmark
  public byte[] tokenSealed() {
    return keyRing.seal(token, CONTEXT);
  }

  @Benchmark
  public byte[] tokenOpened() {
    return keyRing.open(sealed, CONTEXT);
  }

  @Benchmark
  public byte[] tokenHashed() {
    return keyRing.hash("instance.token", token);
  }
}
