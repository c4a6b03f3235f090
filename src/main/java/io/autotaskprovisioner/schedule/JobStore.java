package io.autotaskprovisioner.schedule;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.UUID;
import javax.sql.DataSource;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.impl.SchedulerRepository;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.quartz.simpl.SimpleThreadPool;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/** Opens Quartz schedulers whose jobs, triggers and locks are in our database. */
final class JobStore {

  /** The schedulers of one database form one cluster by this name. */
  static final String CLUSTER = "autotask-provisioner";

  private JobStore() {}

  /**
   * A scheduler that has not been started. Any number of processes, and of schedulers in one
   * process, may share the database: each firing happens in one of them.
   *
   * @param threads jobs at once
   */
  static Scheduler open(DataSource dataSource, int threads) throws SchedulerException {
    String node = UUID.randomUUID().toString();
    DBConnectionManager.getInstance()
        .addConnectionProvider(node, new PooledConnections(dataSource));
    Properties properties = new Properties();
    properties.put("org.quartz.scheduler.instanceName", CLUSTER);
    // Not AUTO: that asks for the name of this machine, which not every container can tell.
    properties.put("org.quartz.scheduler.instanceId", node);
    properties.put("org.quartz.scheduler.threadName", "schedules");
    properties.put("org.quartz.threadPool.class", SimpleThreadPool.class.getName());
    properties.put("org.quartz.threadPool.threadCount", Integer.toString(threads));
    properties.put("org.quartz.threadPool.threadNamePrefix", "schedule");
    properties.put("org.quartz.jobStore.class", JobStoreTX.class.getName());
    // It differs from the standard one only in reading bytea columns as bytes, which H2 takes, too.
    properties.put("org.quartz.jobStore.driverDelegateClass", PostgreSQLDelegate.class.getName());
    properties.put("org.quartz.jobStore.dataSource", node);
    properties.put("org.quartz.jobStore.tablePrefix", "qrtz_");
    properties.put("org.quartz.jobStore.isClustered", "true");
    // What a dead process was running is run again about twice this time later.
    properties.put("org.quartz.jobStore.clusterCheckinInterval", "5000");
    // Nothing tells a node what another was asked for: it looks this often, Quartz' own 30 s are
    // long for somebody who waits. One query of an index.
    properties.put("org.quartz.scheduler.idleWaitTime", "5000");
    // Job data as text: nothing out of the database is deserialized.
    properties.put("org.quartz.jobStore.useProperties", "true");
    Scheduler scheduler = new StdSchedulerFactory(properties).getScheduler();
    // Quartz would give the same scheduler to the next one of this name in the process.
    SchedulerRepository.getInstance().remove(CLUSTER);
    return scheduler;
  }

  /** The pool belongs to the database, which closes it. */
  private record PooledConnections(DataSource dataSource) implements ConnectionProvider {

    @Override
    public Connection getConnection() throws SQLException {
      return dataSource.getConnection();
    }

    @Override
    public void initialize() {
      // The pool is open.
    }

    @Override
    public void shutdown() {
      // Not ours to close.
    }
  }
}
