package io.autotaskprovisioner;

import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;

/** Camel's main, which finds components, converters and drivers by a class loader of ours, too. */
final class ExtensibleMain extends Main {

  private final ClassLoader classLoader;

  ExtensibleMain(ClassLoader classLoader) {
    this.classLoader = classLoader;
  }

  /** Before the context looks for anything. */
  @Override
  protected CamelContext createCamelContext() {
    CamelContext context = super.createCamelContext();
    context.setApplicationContextClassLoader(classLoader);
    return context;
  }
}
