package io.autotaskprovisioner.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** Bytes to a port of the loopback, and what comes back, without any client in between. */
public final class RawHttp {

  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");

  private final int port;

  public RawHttp(int port) {
    this.port = port;
  }

  /** Connects; one silence of the server may last ten seconds. */
  public Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(10_000);
    return socket;
  }

  /**
   * Sends the text, each character a byte, and reads until the server closes the connection. That
   * it does not take all of it is no failure: it may close before.
   */
  public String send(String text) throws IOException {
    try (Socket socket = connect()) {
      try {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
      } catch (SocketException closedEarly) {
        // what it said before is still to be read
      }
      return readAll(socket);
    }
  }

  /** What comes until the server closes. */
  public static String readAll(Socket socket) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      InputStream in = socket.getInputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        read.write(buffer, 0, count);
      }
    } catch (SocketException reset) {
      // a close while bytes of ours were still under way
    }
    return read.toString(StandardCharsets.ISO_8859_1);
  }

  /** The status codes of all answers in it, in their order. */
  public static List<Integer> statusCodes(String answers) {
    return STATUS_LINE
        .matcher(answers)
        .results()
        .map(match -> Integer.parseInt(match.group(1)))
        .toList();
  }
}
