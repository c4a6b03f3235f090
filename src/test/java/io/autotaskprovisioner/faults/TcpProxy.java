package io.autotaskprovisioner.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The way between the program and something it talks to, on one port of the loopback: it can be
 * cut, refused, slowed and mended. Thread-safe.
 */
public class TcpProxy implements AutoCloseable {

  /** One connection through it. */
  protected static final class Link {
    private final Socket client;
    private final Socket server;

    private Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    /** Ends both halves at once, as when a cable is pulled. */
    protected final void cut() {
      close(client);
      close(server);
    }

    private static void close(Socket socket) {
      try {
        // A reset rather than an orderly end.
        socket.setSoLinger(true, 0);
      } catch (IOException closedAlready) {
        // nothing is left to reset
      }
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final Duration HELD = Duration.ofDays(1);
  private static final long STEP = TimeUnit.MILLISECONDS.toNanos(20);

  private final int target;
  private final int port;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicLong cuts = new AtomicLong();
  private volatile @Nullable ServerSocket listener;
  private volatile Duration delay = Duration.ZERO;

  /** Listens on a free port and passes on to the given port of the loopback. */
  public TcpProxy(int target) {
    this.target = target;
    ServerSocket first = listen(0);
    this.port = first.getLocalPort();
    accept(first);
  }

  public final int port() {
    return port;
  }

  /** Connections that were cut so far. */
  public final long cuts() {
    return cuts.get();
  }

  /** Cuts every connection; new ones are let through. */
  public final void cut() {
    for (Link link : links) {
      links.remove(link);
      cut(link);
    }
  }

  /** Cuts one connection, and counts it. */
  protected final void cut(Link link) {
    cuts.incrementAndGet();
    link.cut();
  }

  /** Cuts every connection and refuses new ones until {@link #mend}. */
  public final synchronized void refuse() {
    ServerSocket listening = listener;
    listener = null;
    if (listening != null) {
      try {
        listening.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    cut();
  }

  /** From now on every answer comes so much later, as over a long way. */
  public final void delay(Duration time) {
    delay = time;
  }

  /** From now on no answer comes, though connections stand: {@link #delay} lets them come again. */
  public final void hold() {
    delay(HELD);
  }

  private void awaitPassage() throws IOException {
    long began = System.nanoTime();
    while (System.nanoTime() - began < delay.toNanos()) {
      long rest = delay.toNanos() - (System.nanoTime() - began);
      LockSupport.parkNanos(Math.min(rest, STEP));
      if (listener == null) {
        throw new IOException("The proxy is closed");
      }
    }
  }

  /** Lets connections through again. */
  public final synchronized void mend() {
    if (listener == null) {
      accept(listen(port));
    }
  }

  private static ServerSocket listen(int port) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket socket) {
    listener = socket;
    start(
        "proxy-" + port,
        () -> {
          while (!socket.isClosed()) {
            try {
              connect(socket.accept());
            } catch (IOException refused) {
              // closed by refuse(), or the caller was gone
            }
          }
        });
  }

  private void connect(Socket client) throws IOException {
    Socket server = new Socket();
    Link link = new Link(client, server);
    try {
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5_000);
    } catch (IOException away) {
      link.cut();
      return;
    }
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    links.add(link);
    if (listener == null) {
      link.cut();
    }
    start("proxy-" + port + "-there", () -> pump(link, true));
    start("proxy-" + port + "-back", () -> pump(link, false));
  }

  private void pump(Link link, boolean there) {
    try {
      if (there) {
        toServer(link, link.client.getInputStream(), link.server.getOutputStream());
        link.server.shutdownOutput();
      } else {
        toClient(link, link.server.getInputStream(), link.client.getOutputStream());
        link.client.shutdownOutput();
      }
    } catch (IOException ended) {
      link.cut();
    }
    if (link.client.isClosed() || link.server.isClosed() || !there) {
      links.remove(link);
      link.cut();
    }
  }

  /** Passes on what the client sends until it ends. */
  protected void toServer(Link link, InputStream client, OutputStream server) throws IOException {
    client.transferTo(server);
  }

  /** Passes on what the server answers until it ends. */
  protected void toClient(Link link, InputStream server, OutputStream client) throws IOException {
    byte[] buffer = new byte[8192];
    for (int count = server.read(buffer); count >= 0; count = server.read(buffer)) {
      awaitPassage();
      client.write(buffer, 0, count);
    }
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    refuse();
  }
}
