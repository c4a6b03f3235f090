package io.autotaskprovisioner.api;

import io.autotaskprovisioner.intake.FileFormat;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an upload is called and what it is: the name out of the form, {@code ?name=} or {@code
 * Content-Disposition}, the format out of its extension, else out of the media type.
 *
 * @param name fit for a file name of ours; ends in an extension of the format
 */
record UploadName(String name, FileFormat format) {

  /** Bytes; the names of result files are longer and must fit into 255. */
  private static final int MAX_BYTES = 150;

  // RFC 6266: the extended form, then the plain one.
  private static final Pattern EXTENDED =
      Pattern.compile("(?i)filename\\*\\s*=\\s*UTF-8''([^;\\s]+)");
  private static final Pattern PLAIN =
      Pattern.compile("(?i)filename\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^;\\s]+))");
  private static final Pattern UNFIT = Pattern.compile("[/\\\\\\p{Cntrl}]");

  /**
   * @param formName the name that a form gives its file; null where there is no form
   * @throws ApiException 415 where the format cannot be told, 400 where the name is too long
   */
  static UploadName of(ApiRequest request, @Nullable String formName) {
    String given =
        Optional.ofNullable(formName)
            .or(() -> request.queryParameter("name"))
            .or(() -> request.header("Content-Disposition").flatMap(UploadName::disposition))
            .map(UploadName::withoutFolders)
            .filter(name -> !name.isBlank())
            .orElse("");
    if (given.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw ApiException.badRequest(
          "The name of the file must have at most %d bytes.".formatted(MAX_BYTES));
    }
    Optional<FileFormat> format = given.contains(".") ? FileFormat.ofName(given) : Optional.empty();
    if (format.isPresent()) {
      return new UploadName(given, format.get());
    }
    FileFormat told =
        request
            .header("Content-Type")
            .flatMap(UploadName::ofMediaType)
            .orElseThrow(UploadName::unknown);
    String stem = given.isEmpty() ? "upload" : given;
    return new UploadName(stem + "." + told.name().toLowerCase(Locale.ROOT), told);
  }

  private static ApiException unknown() {
    return new ApiException(
        415,
        "The format is not known: send Content-Type text/csv, application/json or"
            + " application/x-ndjson, or a name that ends in .csv, .json, .ndjson or .jsonl, such as"
            + " ?name=customers.csv.");
  }

  private static Optional<FileFormat> ofMediaType(String contentType) {
    String mediaType = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return switch (mediaType) {
      case "text/csv", "application/csv" -> Optional.of(FileFormat.CSV);
      case "application/json", "text/json" -> Optional.of(FileFormat.JSON);
      case "application/x-ndjson",
          "application/ndjson",
          "application/jsonl",
          "application/x-jsonlines",
          "application/jsonlines" ->
          Optional.of(FileFormat.NDJSON);
      default -> Optional.empty();
    };
  }

  private static Optional<String> disposition(String header) {
    Matcher extended = EXTENDED.matcher(header);
    if (extended.find()) {
      try {
        // A plus sign is itself here.
        return Optional.of(
            URLDecoder.decode(extended.group(1).replace("+", "%2B"), StandardCharsets.UTF_8));
      } catch (IllegalArgumentException e) {
        throw ApiException.badRequest("The filename* of Content-Disposition cannot be read.");
      }
    }
    Matcher plain = PLAIN.matcher(header);
    if (!plain.find()) {
      return Optional.empty();
    }
    String quoted = plain.group(1);
    return Optional.of(quoted == null ? plain.group(2) : quoted.replaceAll("\\\\(.)", "$1"));
  }

  /** Some browsers send the whole path; what is left of it must not lead anywhere either. */
  private static String withoutFolders(String name) {
    String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    String fit = UNFIT.matcher(last).replaceAll("_").strip();
    return fit.startsWith(".") ? "_" + fit : fit;
  }
}
