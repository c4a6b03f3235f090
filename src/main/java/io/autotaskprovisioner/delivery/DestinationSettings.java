package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.setting.Slip;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Reads the destinations from the settings {@code delivery.<name>.*} and checks them. */
final class DestinationSettings {

  private static final String PREFIX = "delivery.";
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,100}");

  /** Keys under the prefix that speak of delivery as a whole. */
  private static final Set<String> GENERAL =
      Set.of("retry.schedule", "poll-interval", "lease", "source", "retention", "failed-retention");

  /** Keys of every destination. */
  private static final List<String> COMMON =
      List.of("events", "include-token", "concurrency", "timeout");

  /**
   * The kinds, each with its own key first, then the further keys that it alone knows.
   *
   * <p>Our choice: fewer attempts at once where each takes a thread or a connection.
   */
  private enum Kind {
    WEBHOOK(32, 1000, "webhook", "secret", "allow-http"),
    ENDPOINT(8, 64, "uri", "allow-http"),
    TABLE(4, 64, "table", "url", "user", "password");

    private final int concurrency;
    private final int mostAtOnce;
    private final List<String> keys;

    Kind(int concurrency, int mostAtOnce, String... keys) {
      this.concurrency = concurrency;
      this.mostAtOnce = mostAtOnce;
      this.keys = List.of(keys);
    }

    private String key() {
      return keys.get(0);
    }
  }

  private final Settings settings;
  private final UnaryOperator<String> generatedSecret;

  DestinationSettings(Settings settings) {
    this(
        settings,
        name -> new SecretFile(settings.path("data.directory", "data"), name).readOrCreate());
  }

  /**
   * @param generatedSecret the secret of the destination whose settings hold none
   */
  DestinationSettings(Settings settings, UnaryOperator<String> generatedSecret) {
    this.generatedSecret = generatedSecret;
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
        "Setting %s is not known: did you mean %s? A destination has one of delivery.<name>.webhook, .uri and .table, and under the same name %s."
            .formatted(key, nearest(rest), String.join(", ", COMMON)));
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
    Kind kind = kind(name, prefix);
    int concurrency =
        settings.integer(prefix + "concurrency", kind.concurrency, 1, kind.mostAtOnce);
    Duration timeout = timeout(prefix + "timeout");
    Target target =
        switch (kind) {
          case WEBHOOK -> new WebhookSettings(settings, generatedSecret).read(name, prefix);
          case ENDPOINT -> new EndpointSettings(settings).read(prefix, concurrency, timeout);
          case TABLE -> new TableSettings(settings).read(prefix);
        };
    return new Destination(
        name,
        target,
        Set.copyOf(new TreeSet<>(settings.list(prefix + "events"))),
        settings.flag(prefix + "include-token", false),
        concurrency,
        timeout);
  }

  private Kind kind(String name, String prefix) {
    List<Kind> given =
        Arrays.stream(Kind.values())
            .filter(kind -> settings.text(prefix + kind.key()).isPresent())
            .toList();
    if (given.isEmpty()) {
      throw new InvalidSettingException(
          "Setting %1$swebhook is missing: give destination %2$s one of %1$swebhook, %1$suri or %1$stable, or remove its other settings."
              .formatted(prefix, name));
    }
    if (given.size() > 1) {
      throw new InvalidSettingException(
          "Settings %1$s%2$s and %1$s%3$s cannot both be given: make two destinations of them."
              .formatted(prefix, given.get(0).key(), given.get(1).key()));
    }
    Kind kind = given.get(0);
    for (Kind other : Kind.values()) {
      for (String key : other.keys) {
        if (!kind.keys.contains(key) && settings.text(prefix + key).isPresent()) {
          throw new InvalidSettingException(
              "Setting %s%s belongs to a %s, but %s%s is given: remove one of them."
                  .formatted(prefix, key, other.key(), prefix, kind.key()));
        }
      }
    }
    return kind;
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
    Set<String> all = new TreeSet<>(COMMON);
    Arrays.stream(Kind.values()).forEach(kind -> all.addAll(kind.keys));
    return List.copyOf(all);
  }

  private static boolean sameKey(String known, String given) {
    return known.equals(given) || known.replace('-', '.').equals(given);
  }
}
