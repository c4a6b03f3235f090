package io.autotaskprovisioner.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.autotaskprovisioner.journal.Failure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a check finds as it is found, so that memory does not grow with the file. Names
 * lines, fields and reasons, never a value. To be used by one thread.
 */
final class CheckReport {

  private final Path file;
  private final PrintWriter out;
  private final @Nullable JsonGenerator json;
  private long fine;
  private long failing;

  private CheckReport(Path file, PrintWriter out, @Nullable JsonGenerator json) {
    this.file = file;
    this.out = out;
    this.json = json;
  }

  static CheckReport asText(Path file, PrintWriter out) {
    return new CheckReport(file, out, null);
  }

  static CheckReport asJson(Path file, PrintWriter out) throws IOException {
    JsonGenerator json =
        new JsonFactory()
            .createGenerator(out)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .useDefaultPrettyPrinter();
    json.writeStartObject();
    json.writeStringField("file", file.toString());
    json.writeArrayFieldStart("problems");
    return new CheckReport(file, out, json);
  }

  void fine() {
    fine++;
  }

  void failing(long line, List<String> fields, Failure failure) {
    failing++;
    if (json == null) {
      out.println(
          "%s:%d  %s  %s  %s"
              .formatted(
                  file.getFileName(),
                  line,
                  fields.isEmpty() ? "-" : Output.line(String.join(",", fields)),
                  failure.failureClass(),
                  Output.line(failure.message())));
      return;
    }
    try {
      json.writeStartObject();
      json.writeNumberField("line", line);
      json.writeArrayFieldStart("fields");
      for (String field : fields) {
        json.writeString(field);
      }
      json.writeEndArray();
      json.writeStringField("failureClass", failure.failureClass().name());
      json.writeStringField("reason", failure.message());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Ends the report.
   *
   * @param unreadable why the file could not be read, or not to its end; null where it was
   * @return the exit code
   */
  int end(@Nullable String unreadable, LookUps lookUps) throws IOException {
    if (json != null) {
      json.writeEndArray();
      json.writeNumberField("records", fine + failing);
      json.writeNumberField("fine", fine);
      json.writeNumberField("failing", failing);
      json.writeStringField("unreadable", unreadable);
      json.writeNumberField("loginsNotLookedUp", lookUps.unanswered());
      json.writeStringField("lookUpTrouble", lookUps.trouble().orElse(null));
      json.writeEndObject();
      json.close();
      out.println();
    } else {
      text(unreadable, lookUps);
    }
    if (unreadable != null) {
      return ExitCode.USAGE;
    }
    if (failing > 0) {
      return ExitCode.FAILED;
    }
    return lookUps.unanswered() > 0 ? ExitCode.UNREACHABLE : ExitCode.DONE;
  }

  private void text(@Nullable String unreadable, LookUps lookUps) {
    if (unreadable != null) {
      out.println("%s: %s".formatted(file.getFileName(), unreadable));
    }
    out.println(
        "%s: %d fine, %d would fail."
            .formatted(Output.count(fine + failing, "record"), fine, failing));
    lookUps
        .trouble()
        .ifPresent(
            why ->
                out.println(
                    "%s could not be looked up: %s"
                        .formatted(Output.count(lookUps.unanswered(), "login"), why)));
  }
}
