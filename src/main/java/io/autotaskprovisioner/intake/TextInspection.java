package io.autotaskprovisioner.intake;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What one pass over a file tells before any record is read: that it is text in the expected
 * character set from its first byte to its last, and its checksum.
 *
 * <p>The pass comes first so that a file in the wrong character set is refused whole: half of it
 * with corrupted passwords would lock users out.
 *
 * @param checksum SHA-256 in hex
 * @param sizeBytes as read
 * @param charset what its text is read with
 * @param problem why it cannot be read, for people; null where it can
 */
record TextInspection(String checksum, long sizeBytes, Charset charset, @Nullable String problem) {

  private static final int BUFFER_SIZE = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /**
   * Reads the file once.
   *
   * @param charset what the text must be in
   */
  static TextInspection of(Path file, Charset charset) throws IOException {
    MessageDigest digest = sha256();
    Check check = new Check(charset);
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER_SIZE];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (size == 0) {
          check.firstBytes(buffer, read);
        }
        digest.update(buffer, 0, read);
        check.bytes(buffer, read);
        size += read;
      }
    }
    check.end();
    return new TextInspection(
        HexFormat.of().formatHex(digest.digest()), size, charset, check.problem);
  }

  /** Opens the text behind a byte order mark. */
  Reader open(InputStream in) throws IOException {
    CharsetDecoder decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    Reader reader =
        new BufferedReader(
            new InputStreamReader(new BufferedInputStream(in, BUFFER_SIZE), decoder), BUFFER_SIZE);
    reader.mark(1);
    if (reader.read() != BYTE_ORDER_MARK) {
      reader.reset();
    }
    return reader;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** Decodes without keeping anything but the line it is in. */
  private static final class Check {

    private final Charset charset;
    private final CharsetDecoder decoder;
    private final CharBuffer chars = CharBuffer.allocate(BUFFER_SIZE);
    private final ByteBuffer pending = ByteBuffer.allocate(BUFFER_SIZE + 16);
    private long line = 1;
    private boolean hasText;
    private @Nullable String problem;

    private Check(Charset charset) {
      this.charset = charset;
      this.decoder = charset.newDecoder();
    }

    private void firstBytes(byte[] bytes, int length) {
      if (charset.name().startsWith("UTF-16") || charset.name().startsWith("UTF-32")) {
        return;
      }
      int first = bytes[0] & 0xff;
      int second = length > 1 ? bytes[1] & 0xff : -1;
      boolean marked = (first == 0xff && second == 0xfe) || (first == 0xfe && second == 0xff);
      boolean looksWide =
          length > 3
              && ((first != 0 && second == 0 && bytes[2] != 0 && bytes[3] == 0)
                  || (first == 0 && second != 0 && bytes[2] == 0 && bytes[3] != 0));
      if (marked || looksWide) {
        problem =
            "The file is UTF-16, not %s: save it as UTF-8 (in Excel: \"CSV UTF-8\"), or set"
                    .formatted(charset.name())
                + " intake.file.charset=UTF-16.";
      }
    }

    private void bytes(byte[] bytes, int length) {
      if (problem != null) {
        return;
      }
      pending.put(bytes, 0, length).flip();
      decode(false);
      pending.compact();
    }

    private void end() {
      if (problem == null) {
        pending.flip();
        decode(true);
      }
      if (problem == null && !hasText) {
        problem = "The file is empty.";
      }
    }

    private void decode(boolean endOfInput) {
      CoderResult result;
      do {
        result = decoder.decode(pending, chars, endOfInput);
        look();
        if (result.isError() && problem == null) {
          problem =
              "Line %d is not valid %s: save the file as UTF-8, or name its character set in"
                      .formatted(line, charset.name())
                  + " intake.file.charset.";
        }
      } while (result.isOverflow() && problem == null);
    }

    private void look() {
      chars.flip();
      while (chars.hasRemaining() && problem == null) {
        char c = chars.get();
        if (c == '\n') {
          line++;
        } else if (c == 0) {
          problem = "Line %d holds binary data: the file is no text.".formatted(line);
        }
        hasText |= !Character.isWhitespace(c) && c != BYTE_ORDER_MARK;
      }
      chars.clear();
    }
  }
}
