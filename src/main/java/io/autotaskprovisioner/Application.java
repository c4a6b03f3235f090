package io.autotaskprovisioner;

import org.apache.camel.main.Main;

/** Starts the integration. */
public final class Application {

  private Application() {}

  public static void main(String[] args) throws Exception {
    Main main = new Main(Application.class);
    main.run(args);
  }
}
