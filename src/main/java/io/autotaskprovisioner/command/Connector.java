package io.autotaskprovisioner.command;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.StorageSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds what answers a command: the server at the address, or, where none listens there and none
 * was named, the database itself.
 */
final class Connector {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final CommandSettings settings;
  private final CallerSource caller;
  private final @Nullable URI given;
  private final URI url;

  Connector(CommandSettings settings, ServerOptions options) {
    this.settings = settings;
    this.given = options.url();
    this.url = given == null ? ofSettings(settings.settings()) : checked(given);
    this.caller = CallerSource.find(options.secretFile(), settings);
  }

  CallerSource caller() {
    return caller;
  }

  /**
   * The running server.
   *
   * @throws CommandException if none listens
   */
  RemoteServer running() {
    if (!listens()) {
      throw RemoteServer.unreachable(url);
    }
    return remote();
  }

  /**
   * The running server or the database.
   *
   * @param notes is told where the database is opened
   * @throws CommandException if there is neither
   */
  Server runningOrDatabase(PrintWriter notes) {
    if (listens()) {
      return remote();
    }
    StorageSettings storage = StorageSettings.of(settings.settings());
    if (given != null || !LocalServer.isThere(storage)) {
      throw RemoteServer.unreachable(url);
    }
    LocalServer local = open(storage);
    notes.println("No server answers at %s; opened %s itself.".formatted(url, local.place()));
    notes.flush();
    return local;
  }

  private LocalServer open(StorageSettings storage) {
    try {
      return LocalServer.open(storage, settings.context(), caller.secrets());
    } catch (InvalidSettingException e) {
      throw CommandException.unreachable(
          "No server answers at %s, and the database cannot be opened either. %s If a server runs, give its address by --url."
              .formatted(url, e.getMessage()));
    }
  }

  private RemoteServer remote() {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER);
    Optional<Path> certificate =
        settings.settings().text("http.tls.certificate").map(text -> Path.of(text));
    if (url.getScheme().equals("https") && certificate.isPresent()) {
      client.sslContext(TrustedCertificate.besideThePublicOnes(certificate.get()));
    }
    return new RemoteServer(url, client.build(), caller.secrets());
  }

  private boolean listens() {
    int port = url.getPort() != -1 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
    String host = url.getHost().replaceAll("[\\[\\]]", "");
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), (int) CONNECT_TIMEOUT.toMillis());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static URI ofSettings(Settings settings) {
    String host =
        switch (settings.text("http.host", "127.0.0.1")) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::", "[::]" -> "::1";
          default -> settings.text("http.host", "127.0.0.1");
        };
    return URI.create(
        "%s://%s:%d"
            .formatted(
                settings.text("http.tls.certificate").isPresent() ? "https" : "http",
                host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host,
                settings.integer("http.port", 8080, 0, 65_535)));
  }

  private static URI checked(URI url) {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    boolean plain =
        (url.getRawPath() == null || url.getRawPath().matches("/*"))
            && url.getRawQuery() == null
            && url.getRawUserInfo() == null;
    if (url.getHost() == null || !plain || !(scheme.equals("http") || scheme.equals("https"))) {
      throw CommandException.usage(
          "--url is not the address of a server: give scheme, host and port, such as http://127.0.0.1:8080.");
    }
    return URI.create(scheme + "://" + url.getRawAuthority());
  }
}
