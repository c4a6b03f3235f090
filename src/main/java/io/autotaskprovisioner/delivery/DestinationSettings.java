package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.setting.Slip;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the destinations from the settings {@code delivery.<name>.*} and checks them. */
final class DestinationSettings {

  private static final String PREFIX = "delivery.";
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,100}");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

  /** Keys under the prefix that speak of delivery as a whole. */
  private static final Set<String> GENERAL =
      Set.of("retry.schedule", "poll-interval", "lease", "source");

  private static final List<String> KINDS = List.of("webhook", "uri", "table");
  private static final List<String> DETAILS =
      List.of("secret", "events", "include-token", "allow-http", "concurrency", "timeout");

  private final Settings settings;

  DestinationSettings(Settings settings) {
    this.settings = settings;
  }

  /**
   * The destinations, sorted by name.
   *
   * @throws InvalidSettingException if one cannot be used; names the key and what would do
   */
  List<Destination> read() {
    Set<String> names = new TreeSet<>();
    for (String key : settings.keysUnder(PREFIX)) {
      String rest = key.substring(PREFIX.length());
      if (GENERAL.stream().noneMatch(general -> sameKey(general, rest))) {
        names.add(nameIn(key, rest));
      }
    }
    List<Destination> destinations = new ArrayList<>();
    names.forEach(name -> destinations.add(destination(name)));
    return List.copyOf(destinations);
  }

  private String nameIn(String key, String rest) {
    for (String suffix : suffixes()) {
      String dotted = suffix.replace('-', '.');
      for (String end : List.of("." + suffix, "." + dotted)) {
        if (rest.length() > end.length() && rest.endsWith(end)) {
          return checkedName(key, rest.substring(0, rest.length() - end.length()), suffix);
        }
      }
    }
    throw new InvalidSettingException(
        "Setting %s is not known: did you mean %s? A destination has delivery.<name>.webhook, and under the same name %s."
            .formatted(key, nearest(rest), String.join(", ", DETAILS)));
  }

  /** A known key, under the name given as far as the first dot. */
  private static String nearest(String rest) {
    List<String> known = new ArrayList<>(GENERAL);
    int dot = rest.indexOf('.');
    String name = dot < 0 ? rest : rest.substring(0, dot);
    suffixes().forEach(suffix -> known.add(name + "." + suffix));
    return PREFIX + Slip.nearest(rest, known);
  }

  private String checkedName(String key, String name, String suffix) {
    // An environment variable cannot say whether its underscores were dots or hyphens.
    String hyphenated = name.replace('.', '-');
    boolean known =
        name.equals(hyphenated) || settings.text(PREFIX + hyphenated + "." + suffix).isPresent();
    if (!known || !NAME.matcher(hyphenated).matches()) {
      throw new InvalidSettingException(
          "Setting %s: a destination's name has only the letters a to z, digits and hyphens."
              .formatted(key));
    }
    return hyphenated;
  }

  private Destination destination(String name) {
    String prefix = PREFIX + name + ".";
    for (String kind : List.of("uri", "table")) {
      if (settings.text(prefix + kind).isPresent()) {
        throw new InvalidSettingException(
            "Setting %s is not supported by this version: set %swebhook to an https URL instead."
                .formatted(prefix + kind, prefix));
      }
    }
    URI webhook =
        settings
            .url(prefix + "webhook")
            .orElseThrow(
                () ->
                    new InvalidSettingException(
                        "Setting %swebhook is missing: give the URL of destination %s, or remove its other settings."
                            .formatted(prefix, name)));
    checkUrl(prefix, webhook);
    return new Destination(
        name,
        webhook,
        secrets(name, prefix),
        Set.copyOf(new TreeSet<>(settings.list(prefix + "events"))),
        settings.flag(prefix + "include-token", false),
        settings.integer(prefix + "concurrency", 32, 1, 1000),
        timeout(prefix + "timeout"));
  }

  private void checkUrl(String prefix, URI webhook) {
    if (webhook.getRawUserInfo() != null) {
      throw new InvalidSettingException(
          "Setting %swebhook holds a user name: posts are authenticated by their signature, remove it."
              .formatted(prefix));
    }
    boolean plain = webhook.getScheme().equalsIgnoreCase("http");
    boolean loopback = LOOPBACK.matcher(webhook.getHost().toLowerCase(Locale.ROOT)).matches();
    if (plain && !loopback && !settings.flag(prefix + "allow-http", false)) {
      throw new InvalidSettingException(
          "Setting %1$swebhook is not https: give an https URL, or set %1$sallow-http=true if the network between is trusted."
              .formatted(prefix));
    }
  }

  private List<SigningSecret> secrets(String name, String prefix) {
    List<String> written = settings.list(prefix + "secret");
    if (written.isEmpty()) {
      written =
          List.of(new SecretFile(settings.path("data.directory", "data"), name).readOrCreate());
    }
    try {
      return written.stream().map(SigningSecret::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(
          "Setting %ssecret cannot be used: %s.".formatted(prefix, e.getMessage()));
    }
  }

  private Duration timeout(String key) {
    Duration timeout = settings.duration(key, Duration.ofSeconds(20));
    // Design bound: an attempt takes at most half the shortest sensible lease.
    if (timeout.isZero() || timeout.compareTo(Duration.ofSeconds(60)) > 0) {
      throw new InvalidSettingException(
          "Setting %s is out of bounds: give more than 0 and at most 60s.".formatted(key));
    }
    return timeout;
  }

  private static List<String> suffixes() {
    List<String> all = new ArrayList<>(KINDS);
    all.addAll(DETAILS);
    return all;
  }

  private static boolean sameKey(String known, String given) {
    return known.equals(given) || known.replace('-', '.').equals(given);
  }
}
