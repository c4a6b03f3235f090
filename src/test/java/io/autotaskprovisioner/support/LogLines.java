package io.autotaskprovisioner.support;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged from its opening to its closing, by one class or by all. Thread-safe. */
public final class LogLines implements AutoCloseable {

  private final Logger logger;
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          events.add(event);
        }
      };

  private LogLines(String name) {
    logger = (Logger) LoggerFactory.getLogger(name);
    appender.start();
    logger.addAppender(appender);
  }

  public static LogLines of(Class<?> type) {
    return new LogLines(type.getName());
  }

  public static LogLines ofAll() {
    return new LogLines(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  /** The messages so far, in order. */
  public List<String> all() {
    return events.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  /** The messages of warnings and errors so far. */
  public List<String> warnings() {
    return events.stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    appender.stop();
  }
}
