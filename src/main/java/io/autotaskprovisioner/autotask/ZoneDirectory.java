package io.autotaskprovisioner.autotask;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the zone of a login by zoneInformation, which takes no credentials and proves only that the
 * login exists. Answers are kept per login; an unknown login never is, since a new API user becomes
 * known within minutes. Callers that ask for one login at once share one call. Thread-safe.
 */
final class ZoneDirectory {

  private static final int MAX_LOGINS = 50_000;
  private static final int MAX_NAME = 200;
  private static final int MAX_URL = 2000;
  private static final Pattern WEB_HOST = Pattern.compile("ww(\\d*)\\.autotask\\.net");
  private static final String LOOK_UP = "/V1.0/zoneInformation?user=";

  private final ServiceAddress discovery;
  private final HostRules hosts;
  private final AutotaskCalls calls;
  private final AnswerReader reader;
  private final Duration connectTimeout;
  private final Duration callTimeout;
  private final Cache<String, Zone> zones;
  private final Map<String, CompletableFuture<Zone>> underWay = new ConcurrentHashMap<>();

  /** A zone, and whether it was remembered rather than asked for. */
  record Found(Zone zone, boolean remembered) {}

  ZoneDirectory(
      ServiceAddress discovery,
      HostRules hosts,
      AutotaskCalls calls,
      AnswerReader reader,
      Duration connectTimeout,
      Duration callTimeout,
      Duration keepFor) {
    this.discovery = discovery;
    this.hosts = hosts;
    this.calls = calls;
    this.reader = reader;
    this.connectTimeout = connectTimeout;
    this.callTimeout = callTimeout;
    this.zones = Caffeine.newBuilder().maximumSize(MAX_LOGINS).expireAfterWrite(keepFor).build();
  }

  /** The zone of the login, remembered or asked for. */
  CompletableFuture<Found> find(String login, ServiceAddress server) {
    Zone remembered = zones.getIfPresent(key(login));
    return remembered != null
        ? CompletableFuture.completedFuture(new Found(remembered, true))
        : findAgain(login, server);
  }

  /**
   * Asks, whatever is remembered. An unknown login is asked for once more, at the zone that the
   * caller named: a look-up at the wrong region gives the same answer for a login that exists
   * (issue 17 of KelvinTegelaar/AutotaskAPI). Our choice: the first answer stands if the second try
   * fails otherwise.
   */
  CompletableFuture<Found> findAgain(String login, ServiceAddress server) {
    return ask(discovery, login)
        .handle(
            (zone, failure) -> {
              if (failure == null) {
                return CompletableFuture.completedFuture(zone);
              }
              Throwable cause = AutotaskCalls.unwrapped(failure);
              if (!isUnknownLogin(cause)) {
                return CompletableFuture.<Zone>failedFuture(cause);
              }
              return ask(discoveryAt(server), login)
                  .exceptionallyCompose(unused -> CompletableFuture.failedFuture(cause));
            })
        .thenCompose(zone -> zone)
        .thenApply(zone -> new Found(zone, false));
  }

  private CompletableFuture<Zone> ask(ServiceAddress at, String login) {
    CompletableFuture<Zone> mine = new CompletableFuture<>();
    String question = at.uri() + " " + key(login);
    CompletableFuture<Zone> running = underWay.putIfAbsent(question, mine);
    if (running != null) {
      return running.copy();
    }
    calls
        .get(
            at,
            LOOK_UP + urlEncoded(login),
            Map.of(),
            connectTimeout,
            callTimeout,
            AutotaskCalls.BODY_LIMIT)
        .thenApply(answer -> zone(answer, at))
        .whenComplete(
            (zone, failure) -> {
              if (zone != null) {
                zones.put(key(login), zone);
              } else if (isUnknownLogin(AutotaskCalls.unwrapped(failure))) {
                zones.invalidate(key(login));
              }
              underWay.remove(question);
              if (failure == null) {
                mine.complete(zone);
              } else {
                mine.completeExceptionally(AutotaskCalls.unwrapped(failure));
              }
            });
    return mine.copy();
  }

  private Zone zone(Answer answer, ServiceAddress askedAt) {
    ZoneInformation information =
        reader.read(answer, ZoneInformation.class, askedAt.host(), Redaction.none());
    if (information == null || information.url() == null || information.url().isBlank()) {
      throw new CompletionException(
          new AutotaskException(
              Kind.PROVIDER_ERROR, askedAt.host() + " gave a zone without its URL.", null, null));
    }
    return new Zone(
        shortened(Redaction.none().shown(information.zoneName())),
        hosts.zoneAddress(information.url()),
        webUrl(information.webUrl()),
        information.ci());
  }

  /** The REST host of the zone whose web address the caller gave: ww3 belongs to webservices3. */
  private ServiceAddress discoveryAt(ServiceAddress server) {
    Matcher matcher = WEB_HOST.matcher(server.host());
    ServiceAddress rest =
        matcher.matches()
            ? server.withHost("webservices" + matcher.group(1) + ".autotask.net")
            : server;
    return rest.withPath(discovery.path());
  }

  private static boolean isUnknownLogin(Throwable failure) {
    return failure instanceof AutotaskException e && e.kind() == Kind.UNKNOWN_LOGIN;
  }

  private static @Nullable String shortened(@Nullable String name) {
    return name == null || name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
  }

  /** Shown to people and never called; what is no web address is left out. */
  private static @Nullable String webUrl(@Nullable String text) {
    if (text == null || text.length() > MAX_URL) {
      return null;
    }
    try {
      URI uri = new URI(text.strip());
      boolean web = "https".equalsIgnoreCase(uri.getScheme()) || "http".equals(uri.getScheme());
      return web && uri.getHost() != null ? uri.toString() : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static String key(String login) {
    return login.toLowerCase(Locale.ROOT);
  }

  private static String urlEncoded(String login) {
    return URLEncoder.encode(login, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
