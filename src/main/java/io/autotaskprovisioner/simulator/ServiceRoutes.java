package io.autotaskprovisioner.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls of the service: faults first, then zones, then what needs a login and has limits. */
final class ServiceRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceRoutes.class);
  private static final Set<String> TARGETS =
      Set.of(
          "zoneinformation",
          "versioninformation",
          "version",
          "thresholdinformation",
          "companies",
          "invoices",
          "billingitems",
          "resources");

  private final World world;
  private final Vertx vertx;
  private final ZoneRoutes zones;
  private final LimitRoutes limits;
  private final EntityRoutes entities;

  ServiceRoutes(World world, Vertx vertx) {
    this.world = world;
    this.vertx = vertx;
    this.zones = new ZoneRoutes(world);
    this.limits = new LimitRoutes(world);
    this.entities = new EntityRoutes(world);
  }

  void handle(RoutingContext context) {
    Call call = toCall(context);
    HttpServerResponse response = context.response();
    Fault fault = world.faults.take(call.path());
    if (fault != null) {
      log(call, status(fault));
      boolean slowInside = fault.kind() == Fault.Kind.DRIBBLE;
      later(slowInside ? 0 : fault.delayMillis(), () -> Faults.play(fault, vertx, response));
      return;
    }
    Admission admission = admit(call);
    if (admission.slot() != null) {
      response.endHandler(ended -> admission.slot().run());
      response.closeHandler(closed -> admission.slot().run());
      response.exceptionHandler(broken -> admission.slot().run());
    }
    later(
        admission.delayMillis(),
        () -> {
          Answer answer = work(admission, call);
          log(call, answer.status());
          if (response.closed()) {
            return;
          }
          Faults.write(response, answer);
        });
  }

  /** A defect of ours must not leave the caller without an answer, or the thread taken. */
  private Answer work(Admission admission, Call call) {
    try {
      return admission.answer(entities, call);
    } catch (RuntimeException e) {
      LOG.error("The simulator failed at {} {}", call.method(), call.path(), e);
      return Answer.errors(500, "The simulator failed; its log has the reason.");
    }
  }

  private Admission admit(Call call) {
    Switches switches = world.switches();
    int latency = switches.latencyMillis();
    if (call.segment(0).equals("versioninformation") && call.segments().size() == 1) {
      return Admission.done(onlyGet(call, zones.versionInformation()), latency);
    }
    if (!call.isVersioned() || call.segments().size() < 2) {
      boolean html = switches.notFoundAnswer().equals("html");
      return Admission.done(Answer.notFound(html, call.path()), latency);
    }
    if (call.segment(1).equals("zoneinformation") && call.segments().size() == 2) {
      return Admission.done(onlyGet(call, zones.zoneInformation(call)), latency);
    }
    Authentication.Outcome outcome = world.authentication.authenticate(call, switches);
    return outcome.refusal() != null
        ? Admission.done(outcome.refusal(), latency)
        : limits.admit(call, outcome.user(), outcome.code(), switches);
  }

  private static Answer onlyGet(Call call, Answer answer) {
    return call.method().equals("GET") ? answer : Answer.methodNotAllowed(call.method());
  }

  private void later(int millis, Runnable work) {
    if (millis <= 0) {
      work.run();
    } else {
      vertx.setTimer(millis, timer -> work.run());
    }
  }

  private void log(Call call, int status) {
    String target = call.segment(call.isVersioned() ? 1 : 0);
    world.log.add(
        world.now(),
        call.method(),
        call.path(),
        Authentication.namedUser(call),
        TARGETS.contains(target) ? target : "other",
        status);
  }

  private static int status(Fault fault) {
    return switch (fault.kind()) {
      case CLOSE, SILENCE -> 0;
      case HALF, GARBAGE, DRIBBLE -> 200;
      case GATEWAY, ERRORS -> fault.status();
      case NOT_FOUND -> 404;
      case REDIRECT -> 302;
    };
  }

  private static Call toCall(RoutingContext context) {
    HttpServerRequest request = context.request();
    List<String> parts = Call.split(request.path() == null ? "" : request.path());
    int start = Call.start(parts);
    int zone = start == 3 ? Integer.parseInt(parts.get(1)) : 0;
    @Nullable Buffer body = context.body() == null ? null : context.body().buffer();
    return new Call(
        request.method().name().toUpperCase(Locale.ROOT),
        "/" + String.join("/", parts),
        zone,
        start < 0 ? List.of() : parts.subList(start, parts.size()),
        context.queryParams(),
        request.headers(),
        body == null ? "" : body.toString(),
        origin(request));
  }

  /** As the caller sees us; an HTTP/1.0 call without Host gets the address it reached. */
  private static String origin(HttpServerRequest request) {
    String authority =
        request.authority() == null
            ? request.localAddress().hostAddress() + ":" + request.localAddress().port()
            : request.authority().toString();
    return request.scheme() + "://" + authority;
  }
}
