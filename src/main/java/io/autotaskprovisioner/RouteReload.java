package io.autotaskprovisioner;

import io.autotaskprovisioner.setting.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.RouteWatcherReloadStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For {@code --dev}: takes a changed route file over while the program runs. A file that cannot be
 * taken over changes nothing, also where Camel notices that only after it has removed the old
 * routes: then what was there before is put back.
 */
final class RouteReload extends RouteWatcherReloadStrategy implements CamelConfiguration {

  private static final Logger LOG = LoggerFactory.getLogger(RouteReload.class);

  private final Path routes;
  private final Map<String, byte[]> lastGood = new ConcurrentHashMap<>();

  RouteReload(Path routes) {
    super(routes.toString());
    this.routes = routes;
    setPattern("*" + RouteFiles.SUFFIX);
    // A changed file replaces its own routes, found by their ids, and leaves the others running.
    setRemoveAllRoutes(false);
  }

  @Override
  public void configure(CamelContext context) throws Exception {
    try {
      Files.createDirectories(routes);
    } catch (IOException e) {
      throw new InvalidSettingException(
          "--dev watches the folder %s, which cannot be made.".formatted(routes), e);
    }
    for (Path file : RouteFiles.in(routes)) {
      lastGood.put(file.getFileName().toString(), Files.readAllBytes(file));
    }
    context.addService(this);
    LOG.warn("--dev: route files changed in {} take effect at once; not for production", routes);
  }

  @Override
  protected void onRouteReload(Collection<Resource> resources, boolean removeEverything) {
    Collection<Resource> changed = resources == null ? List.of() : resources;
    try {
      super.onRouteReload(resources, removeEverything);
    } catch (RuntimeException e) {
      List<String> names = changed.stream().map(RouteReload::name).toList();
      LOG.error("{} cannot be taken over, what ran before goes on: {}", names, reasons(e));
      putBack(changed);
      return;
    }
    for (Resource resource : changed) {
      try (var content = resource.getInputStream()) {
        lastGood.put(name(resource), content.readAllBytes());
      } catch (IOException e) {
        LOG.debug("{} is gone already", resource);
      }
    }
  }

  private void putBack(Collection<Resource> broken) {
    List<Resource> good = new ArrayList<>();
    for (Resource resource : broken) {
      byte[] content = lastGood.get(name(resource));
      good.add(
          content == null
              ? PluginHelper.getResourceLoader(getCamelContext())
                  .resolveResource("classpath:routes/" + name(resource))
              : ResourceHelper.fromBytes(resource.getLocation(), content));
    }
    good.removeIf(resource -> !resource.exists());
    try {
      PluginHelper.getRoutesLoader(getCamelContext()).updateRoutes(good);
    } catch (Exception e) {
      LOG.error("What ran before could not be put back: {}", reasons(e));
    }
  }

  private static String name(Resource resource) {
    return resource.getLocation().replaceAll(".*[/:]", "");
  }

  /** The words of every cause: which file stands in one of them, and the line in another. */
  private static String reasons(Throwable failure) {
    StringBuilder reasons = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String words = String.valueOf(cause.getMessage()).replaceAll("\\s+", " ").strip();
      if (reasons.indexOf(words) < 0) {
        reasons.append(reasons.isEmpty() ? "" : "; ").append(words);
      }
    }
    return reasons.toString();
  }
}
