package io.autotaskprovisioner.delivery;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.autotaskprovisioner.setting.InvalidSettingException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * Hands the event to the route {@code delivery-table}, which inserts it over camel-jdbc. Names the
 * route's table and data source by the exchange properties {@code deliveryTable}, quoted for the
 * product, and {@code deliveryDataSource}. Thread-safe.
 */
final class TableAttempt implements BlockingSender.Attempt {

  private static final String ROUTE = "direct:delivery-table";
  private static final String TABLE = "deliveryTable";
  private static final String DATA_SOURCE = "deliveryDataSource";

  private final CamelContext context;
  private final Destination destination;
  private final Target.Table table;
  private final DataSource own;
  private final FailureText failures;
  private volatile ExchangeAttempt exchanges;
  private volatile DataSource dataSource;
  private volatile @Nullable HikariDataSource pool;
  private volatile @Nullable TableName name;

  /**
   * @param own of the program's database, for tables that lie there
   */
  TableAttempt(CamelContext context, Destination destination, Target.Table table, DataSource own) {
    this.context = context;
    this.destination = destination;
    this.table = table;
    this.own = own;
    this.failures =
        new FailureText(
            text ->
                table
                    .access()
                    .map(access -> masked(masked(text, access.url()), access.password()))
                    .orElse(text));
  }

  private static String masked(String text, String secret) {
    return secret.isEmpty() ? text : text.replace(secret, "********");
  }

  @Override
  public void open() {
    dataSource = table.access().<DataSource>map(this::pool).orElse(own);
    context.getRegistry().bind(dataSourceName(), dataSource);
    exchanges = new ExchangeAttempt(context, context.getEndpoint(ROUTE), failures, false);
  }

  private String dataSourceName() {
    return "delivery-" + destination.name();
  }

  private HikariDataSource pool(Target.Table.Access access) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(dataSourceName());
    config.setDriverClassName(driver(access.url()));
    config.setJdbcUrl(access.url());
    config.setUsername(access.user());
    config.setPassword(access.password());
    config.setMaximumPoolSize(destination.concurrency());
    config.setMinimumIdle(0);
    config.setConnectionTimeout(Math.max(250, destination.timeout().toMillis()));
    // A database that is away at the start is a failed attempt, not a failed start.
    config.setInitializationFailTimeout(-1);
    HikariDataSource opened = new HikariDataSource(config);
    pool = opened;
    return opened;
  }

  /** By its services, not by DriverManager, which hides drivers of ext/ from the pool. */
  private String driver(String url) {
    ClassLoader loader =
        Optional.ofNullable(context.getApplicationContextClassLoader())
            .orElse(TableAttempt.class.getClassLoader());
    try {
      for (Driver driver : ServiceLoader.load(Driver.class, loader)) {
        if (driver.acceptsURL(url)) {
          return driver.getClass().getName();
        }
      }
    } catch (SQLException e) {
      throw noDriver(e);
    }
    throw noDriver(null);
  }

  private InvalidSettingException noDriver(@Nullable SQLException refusal) {
    return new InvalidSettingException(
        "Setting delivery.%s.url: there is no JDBC driver for %s; correct the URL, or put the driver's jar into ext/%s."
            .formatted(
                destination.name(),
                table.access().orElseThrow().product(),
                refusal == null ? "" : " (SQLState " + refusal.getSQLState() + ")"));
  }

  @Override
  public PostAnswer make(Post post) {
    try {
      return exchanges.make(post, Map.of(TABLE, name().quoted(), DATA_SOURCE, dataSourceName()));
    } catch (SQLException e) {
      return PostAnswer.failed(failures.describe(e));
    }
  }

  /** Asked for at the first attempt: the database may have been away before. */
  private TableName name() throws SQLException {
    TableName known = name;
    if (known == null) {
      try (Connection connection = dataSource.getConnection()) {
        known = TableName.of(table.name(), connection.getMetaData());
        name = known;
      }
    }
    return known;
  }

  @Override
  public void close() {
    if (exchanges != null) {
      exchanges.close();
    }
    HikariDataSource opened = pool;
    if (opened != null) {
      opened.close();
    }
  }
}
