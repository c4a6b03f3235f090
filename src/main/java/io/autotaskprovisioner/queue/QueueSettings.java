package io.autotaskprovisioner.queue;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The settings {@code queue.*}.
 *
 * @param brokerUrl of an external broker; null for the embedded one
 * @param user of the broker; null where the setting is absent
 * @param port of the embedded broker; 0 takes a free one
 * @param transacted whether messages are taken in transactions of the broker
 * @param messageLimit longest message that is read, in bytes
 */
record QueueSettings(
    boolean enabled,
    @Nullable URI brokerUrl,
    @Nullable String user,
    @Nullable String password,
    int port,
    String requests,
    String results,
    String invalid,
    boolean transacted,
    int messageLimit) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._/-]{1,200}");
  private static final Set<String> AMQP = Set.of("amqp", "amqps");
  private static final int MAX_MESSAGE_LIMIT = 64 * 1_048_576;

  static QueueSettings of(Settings settings) {
    QueueSettings read =
        new QueueSettings(
            settings.flag("queue.enabled", true),
            settings.text("queue.broker-url").map(QueueSettings::brokerUrl).orElse(null),
            settings.text("queue.user").orElse(null),
            settings.text("queue.password").orElse(null),
            settings.integer("queue.port", 61_616, 0, 65_535),
            name("queue.requests", settings.text("queue.requests", "provisioning.requests")),
            name("queue.results", settings.text("queue.results", "provisioning.results")),
            name("queue.invalid", settings.text("queue.invalid", "provisioning.invalid")),
            settings.flag("queue.transacted", true),
            settings.integer("queue.message-limit", 4_194_304, 1_024, MAX_MESSAGE_LIMIT));
    // read by the route; here its bounds are kept
    settings.integer("queue.consumers", 4, 1, 64);
    if ((read.user == null) != (read.password == null)) {
      throw new InvalidSettingException(
          "Settings queue.user and queue.password belong together: give both or none.");
    }
    if (Stream.of(read.requests, read.results, read.invalid).distinct().count() < 3) {
      throw new InvalidSettingException(
          "Settings queue.requests, queue.results and queue.invalid must name three queues.");
    }
    return read;
  }

  boolean isEmbedded() {
    return brokerUrl == null;
  }

  /** Whether the external broker is spoken to by AMQP 1.0 rather than by Artemis' own protocol. */
  boolean isAmqp() {
    return brokerUrl != null && AMQP.contains(scheme(brokerUrl));
  }

  private static URI brokerUrl(String text) {
    try {
      URI url = new URI(text);
      if (url.getHost() != null
          && url.getUserInfo() == null
          && (AMQP.contains(scheme(url)) || scheme(url).equals("tcp"))) {
        return url;
      }
    } catch (URISyntaxException ignored) {
      // told below, without the value: it may hold a password
    }
    throw new InvalidSettingException(
        "Setting queue.broker-url cannot be used: give tcp://host:61616 (core protocol of Artemis), amqp://host:5672 or amqps://host:5671; user and password belong into queue.user and queue.password.");
  }

  private static String scheme(URI url) {
    return String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
  }

  private static String name(String key, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidSettingException(
          "Setting %s is '%s': give a queue's name of letters, digits, dots, hyphens, underscores and slashes."
              .formatted(key, name));
    }
    return name;
  }

  @Override
  public String toString() {
    return "QueueSettings[enabled=%s, embedded=%s, requests=%s]"
        .formatted(enabled, isEmbedded(), requests);
  }
}
