package io.autotaskprovisioner.api;

import io.autotaskprovisioner.api.StreamedBody.FormFile;
import io.autotaskprovisioner.intake.FileFormat;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an upload is called and what it is: the first name out of the form, {@code ?name=} and
 * {@code Content-Disposition} that has a known extension, else the media type tells the format; of
 * a form it is the one of the file's own part.
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
   * @param file what a form says of its file; null where there is no form
   * @throws ApiException 415 where the format cannot be told, 400 where the name is too long
   */
  static UploadName of(ApiRequest request, @Nullable FormFile file) {
    List<String> names =
        Stream.of(
                Optional.ofNullable(file).map(FormFile::name),
                request.queryParameter("name"),
                request.header("Content-Disposition").flatMap(UploadName::disposition))
            .flatMap(Optional::stream)
            .map(UploadName::withoutFolders)
            .filter(name -> !name.isBlank() && !name.equals("-"))
            .toList();
    Optional<String> telling =
        names.stream().filter(name -> formatOf(name).isPresent()).findFirst();
    String given = telling.or(() -> names.stream().findFirst()).orElse("upload");
    if (given.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw ApiException.badRequest(
          "The name of the file must have at most %d bytes.".formatted(MAX_BYTES));
    }
    if (telling.isPresent()) {
      return new UploadName(given, formatOf(given).orElseThrow());
    }
    FileFormat told =
        (file == null ? request.header("Content-Type") : Optional.ofNullable(file.contentType()))
            .flatMap(UploadName::ofMediaType)
            .orElseThrow(UploadName::unknown);
    return new UploadName(given + "." + told.name().toLowerCase(Locale.ROOT), told);
  }

  private static Optional<FileFormat> formatOf(String name) {
    return name.contains(".") ? FileFormat.ofName(name) : Optional.empty();
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
