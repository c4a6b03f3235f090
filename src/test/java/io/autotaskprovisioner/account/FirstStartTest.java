package io.autotaskprovisioner.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.secret.SecretBeans;
import io.autotaskprovisioner.storage.StorageBeans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstStartTest {

  @TempDir Path folder;

  @Test
  void two_starts_on_an_empty_folder_end_with_one_account_and_owner_only_files() throws Exception {
    Account first = start();
    assertThat(start()).isEqualTo(first);
    Path data = folder.resolve("data");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
        .isEqualTo("rwx------");
    try (var files = Files.list(data)) {
      assertThat(files.toList())
          .hasSizeGreaterThanOrEqualTo(3)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }

  private Account start() throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      Properties properties = new Properties();
      properties.put("data.directory", folder.resolve("data").toString());
      context.getPropertiesComponent().setInitialProperties(properties);
      context.getRegistry().bind("meterRegistry", new SimpleMeterRegistry());
      new StorageBeans().configure(context);
      new SecretBeans().configure(context);
      new AccountBeans().configure(context);
      context.start();
      HealthCheck check = context.getRegistry().findSingleByType(HealthCheck.class);
      assertThat(check.call().getState()).isEqualTo(HealthCheck.State.UP);
      return context.getRegistry().findSingleByType(Accounts.class).first().orElseThrow();
    }
  }
}
