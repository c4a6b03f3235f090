package io.autotaskprovisioner.element;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.Locale;
import java.util.regex.Pattern;

/** Recognises configuration keys whose values must be masked though no catalogue entry says so. */
public final class SecretKeys {

  private static final Pattern SECRET_WORD =
      Pattern.compile(
          "password|passwd|secret|token|private|signature\\.key|api\\.?key|integration\\.?code");

  /** The same few keys come with every request; what callers make up is forgotten again. */
  private static final LoadingCache<String, Boolean> REMEMBERED =
      Caffeine.newBuilder()
          .maximumSize(1_000)
          .build(key -> SECRET_WORD.matcher(key.toLowerCase(Locale.ROOT)).find());

  private SecretKeys() {}

  /**
   * Whether the name suggests a secret. Our choice: callers may send any key, and a key nobody
   * described is masked when its name says that it holds a secret.
   */
  public static boolean looksSecret(String key) {
    return REMEMBERED.get(key);
  }
}
