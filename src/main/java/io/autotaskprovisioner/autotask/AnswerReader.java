package io.autotaskprovisioner.autotask;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Autotask answered, and what it means where it is no success. Autotask speaks of nearly
 * every failure with a 500 and {@code {"errors":[...]}}, sometimes with a 200, and gateways speak
 * HTML; so texts are matched by fragment, in any status. Thread-safe.
 */
final class AnswerReader {

  /** How soon a call refused for its threads may be tried again. Our choice. */
  static final Duration THREAD_PAUSE = Duration.ofSeconds(5);

  /** After a 429 that says no more. Our choice. */
  static final Duration THROTTLE_PAUSE = Duration.ofSeconds(30);

  /**
   * After the hourly limit. Access comes back as calls older than an hour drop out of the count, so
   * that a fraction of the hour is enough. Our choice.
   */
  static final Duration HOURLY_PAUSE = Duration.ofMinutes(5);

  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private static final Pattern THREADS = words("thread threshold");
  // How Autotask words the hourly limit is not documented; these fragments are our choice.
  private static final Pattern HOURLY =
      words(
          "(external request|request (limit|threshold|count)|hourly|requests? per hour|too many"
              + " requests|limitation).*(exceed|reach|suspend|limit|too many)|(exceed|reach)[a-z]*"
              + " .*(request (limit|threshold)|external request|hourly)|too many requests");
  private static final Pattern CODE = words("integration ?code is (invalid|missing|required)");
  private static final Pattern PERMISSIONS = words("not have the adequate permissions");
  private static final Pattern NO_ZONE = words("zone information could not be determined");
  private static final Pattern LOCKED = words("account (has been|is) locked");

  // Older zones spell the keys in PascalCase.
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Clock clock;

  AnswerReader(Clock clock) {
    this.clock = clock;
  }

  /** The JSON object as the type, or the failure that the answer means. */
  <T> T read(Answer answer, Class<T> type, String host, Redaction redaction) {
    Optional<JsonNode> json = json(answer);
    Optional<AutotaskException> failure = failure(answer, json, host, redaction);
    if (failure.isPresent()) {
      throw failure.get();
    }
    try {
      return JSON.treeToValue(json.orElseThrow(), type);
    } catch (JsonProcessingException e) {
      // The cause is left out: it quotes the answer.
      throw providerError(answer, host, "JSON of another shape", null);
    }
  }

  private Optional<AutotaskException> failure(
      Answer answer, Optional<JsonNode> json, String host, Redaction redaction) {
    int status = answer.status();
    List<String> errors = json.map(AnswerReader::errors).orElse(List.of());
    String message = json.flatMap(AnswerReader::message).orElse(null);
    if (answer.isSuccess() && errors.isEmpty()) {
      return json.filter(JsonNode::isObject).isPresent()
          ? Optional.empty()
          : Optional.of(providerError(answer, host, noJson(answer), null));
    }
    String raw = errors.isEmpty() ? message : String.join("; ", errors);
    String text = raw == null ? "" : raw;
    String shown = redaction.shown(raw != null ? raw : plainText(answer));
    return Optional.of(classify(answer, status, text, !errors.isEmpty(), shown, host));
  }

  private AutotaskException classify(
      Answer answer,
      int status,
      String text,
      boolean hasErrors,
      @Nullable String shown,
      String host) {
    if (status == 401 || LOCKED.matcher(text).find()) {
      return new AutotaskException(
          Kind.REJECTED_CREDENTIALS,
          "Autotask did not accept user name, password or integration code, or the user is locked or"
              + " no API-only user.",
          shown == null ? statusLine(status) : shown,
          null);
    }
    if (THREADS.matcher(text).find()) {
      return throttled("Too many calls at once for this tenant.", answer, THREAD_PAUSE, shown);
    }
    if (HOURLY.matcher(text).find()) {
      return throttled("The tenant's hourly limit is reached.", answer, HOURLY_PAUSE, shown);
    }
    if (status == 429) {
      return throttled("Autotask asks to slow down.", answer, THROTTLE_PAUSE, shown);
    }
    if (CODE.matcher(text).find()) {
      return failure(Kind.INTEGRATION_CODE, "Autotask refused the integration code.", shown);
    }
    if (status == 403 || PERMISSIONS.matcher(text).find()) {
      return failure(Kind.NOT_PERMITTED, "Autotask accepted the login but not the call.", shown);
    }
    if (NO_ZONE.matcher(text).find()) {
      return failure(Kind.UNKNOWN_LOGIN, "Autotask knows no zone for this login.", shown);
    }
    boolean refusal = status < 500 ? !text.isEmpty() && status >= 400 : status == 500 && hasErrors;
    if (refusal || answer.isSuccess()) {
      return failure(Kind.PROVIDER_REFUSED, "Autotask refused the call.", shown);
    }
    return providerError(answer, host, noJson(answer), shown);
  }

  private AutotaskException throttled(
      String message, Answer answer, Duration otherwise, @Nullable String shown) {
    Duration retryAfter = retryAfter(answer).orElse(otherwise);
    return new AutotaskException(Kind.THROTTLED, message, shown, retryAfter);
  }

  private AutotaskException providerError(
      Answer answer, String host, String what, @Nullable String shown) {
    return new AutotaskException(
        Kind.PROVIDER_ERROR,
        "%s answered with status %d and %s.".formatted(host, answer.status(), what),
        shown,
        retryAfter(answer).orElse(null));
  }

  private static AutotaskException failure(Kind kind, String message, @Nullable String shown) {
    return new AutotaskException(kind, message, shown, null);
  }

  /** Seconds or an HTTP date, from one second to an hour; empty where absent or unreadable. */
  private Optional<Duration> retryAfter(Answer answer) {
    if (answer.retryAfter() == null) {
      return Optional.empty();
    }
    String value = answer.retryAfter().strip();
    Duration wait;
    try {
      wait =
          value.matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(value))
              : Duration.between(
                  clock.instant(),
                  ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
    Duration atLeast = wait.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : wait;
    return Optional.of(atLeast.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : atLeast);
  }

  private static Optional<JsonNode> json(Answer answer) {
    try {
      JsonNode node = JSON.readTree(answer.body());
      return node == null || node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static List<String> errors(JsonNode json) {
    List<String> texts = new ArrayList<>();
    JsonNode errors = either(json, "errors", "Errors");
    for (JsonNode error : errors.isArray() ? errors : List.<JsonNode>of()) {
      texts.add(error.isTextual() ? error.asText() : message(error).orElse(error.toString()));
    }
    return texts;
  }

  private static Optional<String> message(JsonNode json) {
    JsonNode message = either(json, "message", "Message");
    return message.isTextual() && !message.asText().isBlank()
        ? Optional.of(message.asText())
        : Optional.empty();
  }

  private static JsonNode either(JsonNode json, String name, String otherName) {
    return json.has(name) ? json.path(name) : json.path(otherName);
  }

  private static String noJson(Answer answer) {
    String start = start(answer);
    if (start.isEmpty()) {
      return "an empty body";
    }
    if (start.startsWith("<")) {
      return "an HTML page: the path is wrong, or a gateway answered";
    }
    return start.startsWith("{") ? "no error that we know" : "no JSON object";
  }

  /**
   * Autotask rejects a login without a body. Our choice: its status line is then what it said, so
   * that {@code providerMessage} tells its rejection from one of ours.
   */
  private static @Nullable String statusLine(int status) {
    return status == 401 ? "401 Unauthorized" : null;
  }

  /** The first words of a body that is text but neither JSON nor HTML; else null. */
  private static @Nullable String plainText(Answer answer) {
    String start = start(answer);
    boolean readable = start.chars().noneMatch(c -> c == 0xfffd || c < ' ' && !isSpace(c));
    return readable && !start.startsWith("<") && !start.startsWith("{") ? start : null;
  }

  private static String start(Answer answer) {
    // Longer than what is shown, so that a secret at the cut is still recognised.
    int length = Math.min(answer.body().length, 8 * Redaction.MAX_LENGTH);
    return new String(answer.body(), 0, length, StandardCharsets.UTF_8).strip();
  }

  private static boolean isSpace(int c) {
    return c == '\n' || c == '\r' || c == '\t';
  }

  private static Pattern words(String pattern) {
    return Pattern.compile(pattern.toLowerCase(Locale.ROOT), Pattern.CASE_INSENSITIVE);
  }
}
