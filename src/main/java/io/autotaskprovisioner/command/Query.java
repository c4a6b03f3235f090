package io.autotaskprovisioner.command;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A path of the API with the parameters of its query. Not thread-safe. */
final class Query {

  private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

  private final String path;
  private final List<String> parameters = new ArrayList<>();

  Query(String path) {
    this.path = path;
  }

  /** Adds the parameter; nothing where the value is null. */
  Query with(String name, @Nullable Object value) {
    if (value != null) {
      parameters.add(name + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
    }
    return this;
  }

  /** A moment as the API takes it, or how long ago it was, such as {@code 2h}. */
  Query withTime(String name, @Nullable String time) {
    Matcher ago = AGO.matcher(time == null ? "" : time);
    if (!ago.matches()) {
      return with(name, time);
    }
    ChronoUnit unit =
        switch (ago.group(2)) {
          case "s" -> ChronoUnit.SECONDS;
          case "m" -> ChronoUnit.MINUTES;
          case "h" -> ChronoUnit.HOURS;
          default -> ChronoUnit.DAYS;
        };
    return with(name, Instant.now().minus(Duration.of(Long.parseLong(ago.group(1)), unit)));
  }

  @Override
  public String toString() {
    return parameters.isEmpty() ? path : path + "?" + String.join("&", parameters);
  }
}
