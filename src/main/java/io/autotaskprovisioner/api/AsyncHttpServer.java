package io.autotaskprovisioner.api;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of the API. It listens shortly before the routes start, and {@link
 * AsyncHttpEngine} refuses requests until they have. Thread-safe.
 */
final class AsyncHttpServer extends ServiceSupport {

  /**
   * @param port 0 takes a free one
   * @param certificate PEM chain; null serves plain http
   * @param idleTimeout a connection silent for this long is closed, also in the middle of a request
   */
  record Options(
      String host,
      int port,
      @Nullable Path certificate,
      @Nullable Path key,
      Duration idleTimeout) {}

  private static final Logger LOG = LoggerFactory.getLogger(AsyncHttpServer.class);
  private static final int MAX_HEADER_BYTES = 16 * 1024;
  private static final int MAX_REQUEST_LINE_BYTES = 8 * 1024;
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(20);

  private final Vertx vertx;
  private final Options options;
  private final Router router;
  private final ApiErrors errors;
  private final Connections connections;
  private volatile @Nullable HttpServer server;
  private volatile long timer;

  AsyncHttpServer(
      Vertx vertx, Options options, Router router, ApiErrors errors, Connections connections) {
    this.vertx = vertx;
    this.options = options;
    this.router = router;
    this.errors = errors;
    this.connections = connections;
  }

  /** The port it listens on. */
  int port() {
    HttpServer running = server;
    return running == null ? options.port() : running.actualPort();
  }

  String scheme() {
    return options.certificate() == null ? "http" : "https";
  }

  @Override
  protected void doStart() throws Exception {
    HttpServer starting =
        vertx
            .createHttpServer(serverOptions())
            .connectionHandler(connections::opened)
            .requestHandler(router)
            .invalidRequestHandler(errors::answerUnreadableRequest)
            .exceptionHandler(e -> LOG.debug("A connection failed: {}", e.toString()));
    try {
      server =
          starting
              .listen()
              .toCompletionStage()
              .toCompletableFuture()
              .get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw cannotListen(e.getCause());
    } catch (TimeoutException e) {
      throw cannotListen(e);
    }
    timer = vertx.setPeriodic(BETWEEN_LOOKS.toMillis(), look -> connections.closeOverdue());
    LOG.info("The API listens on {}://{}:{}", scheme(), options.host(), port());
  }

  @Override
  protected void doStop() throws Exception {
    HttpServer running = server;
    if (running != null) {
      vertx.cancelTimer(timer);
      running.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private HttpServerOptions serverOptions() {
    HttpServerOptions serverOptions =
        new HttpServerOptions()
            .setHost(options.host())
            .setPort(options.port())
            .setIdleTimeout(Math.toIntExact(options.idleTimeout().toMillis()))
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
            .setAcceptBacklog(1024)
            .setTcpNoDelay(true)
            // One protocol fewer to defend; the callers of this API speak HTTP/1.1.
            .setHttp2ClearTextEnabled(false)
            .setUseAlpn(false);
    if (options.certificate() != null && options.key() != null) {
      requireReadable("http.tls.certificate", options.certificate());
      requireReadable("http.tls.key", options.key());
      serverOptions
          .setSsl(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(options.certificate().toString())
                  .setKeyPath(options.key().toString()));
    }
    return serverOptions;
  }

  private InvalidSettingException cannotListen(Throwable cause) {
    String why =
        cause instanceof BindException
            ? "the address is in use or not of this machine; set http.port or http.host"
            : "check http.host, http.port and the PEM files of http.tls.*: " + cause.getMessage();
    return new InvalidSettingException(
        "The API cannot listen on %s:%d: %s.".formatted(options.host(), options.port(), why),
        cause);
  }

  private static void requireReadable(String key, Path file) {
    if (!Files.isReadable(file)) {
      throw new InvalidSettingException(
          "Setting %s is '%s': no such file can be read.".formatted(key, file));
    }
  }
}
