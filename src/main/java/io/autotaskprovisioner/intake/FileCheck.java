package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.setting.Settings;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of requests as the doors do, with the same readers and the same normalizer, and
 * keeps nothing: memory is bounded by one record. Thread-safe.
 */
public final class FileCheck {

  /** Takes what is in a file, in order. */
  public interface Findings {

    /**
     * A record that is a request; not yet validated.
     *
     * @param line 1-based line on which it begins
     */
    void request(long line, ProvisioningRequest request);

    /**
     * A record that is none.
     *
     * @param fields those that are wrong; empty where the record cannot be parsed
     */
    void rejected(long line, List<String> fields, Failure failure);
  }

  private final Charset charset;
  private final RecordReaders readers;
  private final RequestNormalizer normalizer;

  public FileCheck(Settings settings, ElementCatalogue catalogue) {
    this.charset = IntakeBeans.charset(settings);
    this.readers = IntakeBeans.readers(settings, catalogue, new SecretMask(catalogue));
    this.normalizer = new RequestNormalizer(catalogue);
  }

  /**
   * Goes through the file.
   *
   * @return why nothing, or nothing more, can be read, for people; null where the end was reached
   * @throws IOException if the file cannot be read from its disk
   */
  public @Nullable String read(Path file, FileFormat format, Findings findings) throws IOException {
    try (OpenedFile opened =
        OpenedFile.open(file, format, TextInspection.of(file, charset), readers)) {
      if (opened.reader() == null) {
        return opened.problem();
      }
      for (RawRecord raw = opened.reader().next(); raw != null; raw = opened.reader().next()) {
        tell(raw, findings);
      }
      return null;
    } catch (UnreadableFileException e) {
      return e.getMessage();
    }
  }

  private void tell(RawRecord raw, Findings findings) {
    if (raw.content() == null) {
      findings.rejected(
          raw.line(), List.of(), Failure.of(FailureClass.INVALID_REQUEST, raw.problem()));
      return;
    }
    ProvisioningRequest request;
    try {
      // The account does not matter: nothing is looked up for it.
      request = normalizer.fromRecord(raw.content(), 0);
    } catch (ProvisioningException e) {
      findings.rejected(raw.line(), e.fields(), e.failure());
      return;
    }
    findings.request(raw.line(), request);
  }
}
