package io.autotaskprovisioner.command;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that asks the server. */
final class ServerOptions {

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "Address of the server, such as https://provisioner.example.com:8080. Default: from"
              + " http.host and http.port of ./application.properties.")
  private @Nullable URI url;

  @Option(
      names = "--secret-file",
      paramLabel = "FILE",
      description =
          "File with user-secret=... and organization-secret=... Default: first-account.properties"
              + " in data.directory.")
  private @Nullable Path secretFile;

  @Nullable URI url() {
    return url;
  }

  @Nullable Path secretFile() {
    return secretFile;
  }
}
