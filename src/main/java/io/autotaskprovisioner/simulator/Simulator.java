package io.autotaskprovisioner.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An Autotask over real HTTP: zone lookup, logins with lockout, limits, the finance entities with
 * their query language, and every way of failing that client authors have met. It answers as the
 * public sources say the service does; where they are silent or at odds the behaviour is our choice
 * and mostly a switch. Thread-safe.
 *
 * <p>Behaviour is changed while it runs, by this class or by HTTP under {@code /simulator}, which
 * asks for no login: bind it to addresses whose callers may do that. Memory is bounded whatever the
 * callers send.
 */
public final class Simulator implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Simulator.class);
  private static final long BODY_LIMIT = 1 << 20;

  private final World world;
  private final HttpServer server;
  private final URI baseUri;

  private Simulator(World world, HttpServer server, String host) {
    this.world = world;
    this.server = server;
    String reachable = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    this.baseUri =
        URI.create(
            "http://%s:%d"
                .formatted(
                    reachable.contains(":") ? "[" + reachable + "]" : reachable,
                    server.actualPort()));
  }

  /**
   * Starts a simulator and waits until it listens; not to be called on an event loop.
   *
   * @throws IllegalStateException where the address cannot be bound
   */
  public static Simulator start(Vertx vertx, SimulatorSettings settings) {
    return start(vertx, settings, Clock.systemUTC());
  }

  /** The same with a clock of one's own, for windows and locks. */
  public static Simulator start(Vertx vertx, SimulatorSettings settings, Clock clock) {
    World world = new World(settings, clock);
    ServiceRoutes service = new ServiceRoutes(world, vertx);
    ControlRoutes control = new ControlRoutes(world);
    Router router = Router.router(vertx);
    router.route().handler(BodyHandler.create(false).setBodyLimit(BODY_LIMIT));
    router.route("/simulator").handler(control::handle);
    router.route("/simulator/*").handler(control::handle);
    router.route().handler(service::handle);
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions().setCompressionSupported(false))
            .requestHandler(router);
    await(server.listen(settings.port(), settings.host()), settings);
    Simulator simulator = new Simulator(world, server, settings.host());
    LOG.info("Autotask simulator listens at {}", simulator.baseUri());
    return simulator;
  }

  /** The port that is listened at. */
  public int port() {
    return server.actualPort();
  }

  /** Scheme, host and port, without a slash at the end. */
  public URI baseUri() {
    return baseUri;
  }

  /**
   * What {@code autotask.discovery-url} takes: the root of the service, with a slash at the end.
   */
  public URI discoveryUri() {
    return URI.create(Call.zoneUrl(baseUri.toString(), 0));
  }

  public Switches switches() {
    return world.switches();
  }

  /**
   * Changes one switch, named as the components of {@link Switches}.
   *
   * @throws IllegalArgumentException for an unknown name or a value out of bounds
   */
  public void set(String name, Object value) {
    world.change(switches -> switches.with(name, value));
  }

  /** Adds or replaces a user, one of the pattern too. */
  public void put(SimulatedUser user) {
    world.users.put(user);
  }

  /**
   * A user by login.
   *
   * @throws IllegalArgumentException where there is none
   */
  public SimulatedUser user(String login) {
    return world
        .users
        .find(login)
        .orElseThrow(() -> new IllegalArgumentException("No such user: " + login));
  }

  public boolean isLocked(String login) {
    return world.lockouts.isLocked(login, world.switches().unlockAfterSeconds());
  }

  /** Locks a user as too many failures do. */
  public void lock(String login) {
    world.lockouts.lock(login);
  }

  /** What an administrator does in the service: the user may log in again. */
  public void unlock(String login) {
    world.lockouts.unlock(login);
  }

  /** Adds a fault; faults of the same path are used up in the order they came. */
  public void add(Fault fault) {
    world.faults.add(fault);
  }

  public void clearFaults() {
    world.faults.clear();
  }

  /** Moves the clock of windows and locks forward. */
  public void advanceClock(Duration step) {
    world.advance(step);
  }

  /** The calls seen, newest first, 1,000 at most; those of the control are not among them. */
  public List<SeenRequest> requests() {
    return world.log.newestFirst(Integer.MAX_VALUE);
  }

  /** External requests of a tenant in the rolling window. */
  public int requestCount(int ci) {
    return world.usage.count(ci, world.switches().requestWindowMinutes());
  }

  /** Back to the start: switches, users, locks, counts, faults, rows, clock. */
  public void reset() {
    world.reset();
  }

  /** Stops listening and closes the connections; waits for that. */
  @Override
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
  }

  private static void await(io.vertx.core.Future<HttpServer> listening, SimulatorSettings where) {
    try {
      listening.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(
          "The simulator cannot listen at %s:%d".formatted(where.host(), where.port()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted before the simulator listened", e);
    }
  }
}
