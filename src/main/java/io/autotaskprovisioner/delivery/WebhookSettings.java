package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Reads what a webhook has of its own. */
final class WebhookSettings {

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

  private final Settings settings;
  private final UnaryOperator<String> generatedSecret;

  /**
   * @param generatedSecret the secret of the destination whose settings hold none
   */
  WebhookSettings(Settings settings, UnaryOperator<String> generatedSecret) {
    this.settings = settings;
    this.generatedSecret = generatedSecret;
  }

  Target.Webhook read(String name, String prefix) {
    URI url = settings.url(prefix + "webhook").orElseThrow();
    if (url.getRawUserInfo() != null) {
      throw new InvalidSettingException(
          "Setting %swebhook holds a user name: posts are authenticated by their signature, remove it."
              .formatted(prefix));
    }
    requireEncrypted(settings, prefix, "webhook", url);
    return new Target.Webhook(url, secrets(name, prefix));
  }

  /** Plain http only on the loopback, or where the setting says so. */
  static void requireEncrypted(Settings settings, String prefix, String key, URI url) {
    boolean plain = url.getScheme().equalsIgnoreCase("http");
    boolean loopback = LOOPBACK.matcher(url.getHost().toLowerCase(Locale.ROOT)).matches();
    if (plain && !loopback && !settings.flag(prefix + "allow-http", false)) {
      throw new InvalidSettingException(
          "Setting %1$s%2$s is not https: give an https URL, or set %1$sallow-http=true if the network between is trusted."
              .formatted(prefix, key));
    }
  }

  private List<SigningSecret> secrets(String name, String prefix) {
    List<String> written = settings.list(prefix + "secret");
    if (written.isEmpty()) {
      written = List.of(generatedSecret.apply(name));
    }
    try {
      return written.stream().map(SigningSecret::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(
          "Setting %ssecret cannot be used: %s.".formatted(prefix, e.getMessage()));
    }
  }
}
