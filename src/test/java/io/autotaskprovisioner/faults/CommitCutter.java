package io.autotaskprovisioner.faults;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way to a PostgreSQL that is cut in the middle of a COMMIT: before the server has heard of it,
 * or after it has carried it out and before the program hears of that. Thread-safe.
 *
 * <p>Source: the frames of the PostgreSQL documentation, "Frontend/Backend Protocol".
 */
final class CommitCutter extends TcpProxy {

  private static final int STARTUP_WITHOUT_TYPE = 4;
  private static final int SSL_REQUEST = 80877103;
  private static final int GSS_REQUEST = 80877104;

  private final AtomicInteger before = new AtomicInteger();
  private final AtomicInteger after = new AtomicInteger();

  /** Connections whose next answer is that to a COMMIT, which nobody is to hear. */
  private final Set<Link> deaf = ConcurrentHashMap.newKeySet();

  CommitCutter(int target) {
    super(target);
  }

  /** The next commits, each of them, do not reach the server. */
  void cutBeforeCommit(int commits) {
    before.addAndGet(commits);
  }

  /** The next commits take place, and their callers do not hear of it. */
  void cutAfterCommit(int commits) {
    after.addAndGet(commits);
  }

  /** Nothing is cut any more. */
  void heal() {
    before.set(0);
    after.set(0);
  }

  /** Commits still to be cut. */
  int left() {
    return before.get() + after.get();
  }

  @Override
  protected void toServer(Link link, InputStream client, OutputStream server) throws IOException {
    DataInputStream in = new DataInputStream(client);
    DataOutputStream out = new DataOutputStream(server);
    passStartup(in, out);
    Set<String> commitStatements = new HashSet<>();
    Map<String, String> portals = new ConcurrentHashMap<>();
    while (true) {
      int type = in.read();
      if (type < 0) {
        return;
      }
      int length = in.readInt();
      byte[] body = in.readNBytes(length - STARTUP_WITHOUT_TYPE);
      boolean commit = isCommit((char) type, body, commitStatements, portals);
      if (commit && take(before)) {
        cut(link);
        return;
      }
      if (commit && take(after)) {
        deaf.add(link);
      }
      out.writeByte(type);
      out.writeInt(length);
      out.write(body);
      if (in.available() == 0) {
        out.flush();
      }
    }
  }

  /** Requests for encryption, which the server declines with one byte, and the first message. */
  private static void passStartup(DataInputStream in, DataOutputStream out) throws IOException {
    int code;
    do {
      int length = in.readInt();
      byte[] body = in.readNBytes(length - STARTUP_WITHOUT_TYPE);
      code = java.nio.ByteBuffer.wrap(body).getInt();
      out.writeInt(length);
      out.write(body);
      out.flush();
    } while (code == SSL_REQUEST || code == GSS_REQUEST);
  }

  private static boolean isCommit(
      char type, byte[] body, Set<String> commitStatements, Map<String, String> portals) {
    return switch (type) {
      case 'Q' -> isCommitText(text(body, 0));
      case 'P' -> {
        String name = text(body, 0);
        if (isCommitText(text(body, name.length() + 1))) {
          commitStatements.add(name);
        } else {
          commitStatements.remove(name);
        }
        yield false;
      }
      case 'B' -> {
        String portal = text(body, 0);
        portals.put(portal, text(body, portal.length() + 1));
        yield false;
      }
      case 'E' -> commitStatements.contains(portals.getOrDefault(text(body, 0), "\0"));
      default -> false;
    };
  }

  private static boolean isCommitText(String sql) {
    return sql.strip().equalsIgnoreCase("COMMIT");
  }

  private static String text(byte[] body, int from) {
    int end = from;
    while (body[end] != 0) {
      end++;
    }
    return new String(Arrays.copyOfRange(body, from, end), StandardCharsets.UTF_8);
  }

  private static boolean take(AtomicInteger left) {
    return left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
  }

  @Override
  protected void toClient(Link link, InputStream server, OutputStream client) throws IOException {
    byte[] buffer = new byte[8192];
    for (int count = server.read(buffer); count >= 0; count = server.read(buffer)) {
      // The answer says that the server has committed.
      if (deaf.remove(link)) {
        cut(link);
        return;
      }
      client.write(buffer, 0, count);
    }
  }
}
