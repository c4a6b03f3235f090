package io.autotaskprovisioner.recovery;

import io.autotaskprovisioner.delivery.Deliveries;
import io.autotaskprovisioner.delivery.DeliveryFilter;
import io.autotaskprovisioner.delivery.DeliveryStatus;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.journal.Replies;
import io.autotaskprovisioner.journal.ReplyFilter;
import io.autotaskprovisioner.journal.ReplyFilter.ReplyStatus;
import io.autotaskprovisioner.journal.RequestStatus;
import io.autotaskprovisioner.storage.BulkPiece;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Finds the work of an operation's kind and filter. Thread-safe. */
final class BulkWorks {

  private final Journal journal;
  private final Deliveries deliveries;
  private final Replies replies;
  private final Filters filters;

  BulkWorks(Journal journal, Deliveries deliveries, Replies replies, Filters filters) {
    this.journal = journal;
    this.deliveries = deliveries;
    this.replies = replies;
    this.filters = filters;
  }

  /**
   * @throws InvalidFilterException if the words make no sense, or not for this kind
   */
  BulkWork of(OperationKind kind, FilterWords words, @Nullable Long accountId) {
    return switch (kind) {
      case RETRY_REQUESTS -> retry(filters.requests(words, accountId));
      case DISCARD_REQUESTS -> discard(filters.requests(words, accountId));
      case REDELIVER -> redeliver(filters.deliveries(words, accountId));
      case DISCARD_DELIVERIES -> discard(filters.deliveries(words, accountId));
      case RETRY_REPLIES -> retry(filters.replies(words, accountId));
      case DISCARD_REPLIES -> discard(filters.replies(words, accountId));
    };
  }

  private BulkWork retry(JournalFilter given) {
    if (given.status() != null && given.status() != RequestStatus.FAILED) {
      throw new InvalidFilterException(
          "status must be FAILED: only what failed for good is run again.");
    }
    JournalFilter failed = given.withStatus(RequestStatus.FAILED);
    return new RequestWork(failed) {
      @Override
      public BulkPiece piece(Connection connection, Span span, int limit, IntFunction<Instant> due)
          throws SQLException {
        return journal.retryPiece(connection, failed, span.position(), limit, due);
      }
    };
  }

  private BulkWork discard(JournalFilter given) {
    JournalFilter filter = given.status() == null ? given.withStatus(RequestStatus.FAILED) : given;
    if (!EnumSet.of(RequestStatus.WAITING, RequestStatus.FAILED).contains(filter.status())) {
      throw new InvalidFilterException(
          "status must be FAILED or WAITING: nothing else is given up.");
    }
    return new RequestWork(filter) {
      @Override
      public BulkPiece piece(Connection connection, Span span, int limit, IntFunction<Instant> due)
          throws SQLException {
        return journal.discardPiece(connection, filter, span.position(), limit);
      }
    };
  }

  private BulkWork redeliver(DeliveryFilter filter) {
    if (filter.status() == DeliveryStatus.PENDING || filter.status() == DeliveryStatus.SENDING) {
      throw new InvalidFilterException(
          "status must be one of EXHAUSTED, DELIVERED, DISCARDED: the others will be sent anyway.");
    }
    return new DeliveryWork() {
      @Override
      public BulkPiece piece(Connection connection, Span span, int limit, IntFunction<Instant> due)
          throws SQLException {
        return deliveries.redeliverPiece(
            connection, filter, span.position(), span.lastId(), limit, due);
      }

      @Override
      public long count(long limit) {
        return deliveries.countToRedeliver(filter, limit);
      }
    };
  }

  private BulkWork discard(DeliveryFilter filter) {
    if (filter.status() == DeliveryStatus.DELIVERED
        || filter.status() == DeliveryStatus.DISCARDED) {
      throw new InvalidFilterException(
          "status must be one of PENDING, SENDING, EXHAUSTED: the others are at their end.");
    }
    return new DeliveryWork() {
      @Override
      public BulkPiece piece(Connection connection, Span span, int limit, IntFunction<Instant> due)
          throws SQLException {
        return deliveries.discardPiece(connection, filter, span.position(), span.lastId(), limit);
      }

      @Override
      public long count(long limit) {
        return deliveries.countToDiscard(filter, limit);
      }
    };
  }

  private BulkWork retry(ReplyFilter given) {
    if (given.status() == ReplyStatus.WAITING) {
      throw new InvalidFilterException("status must be REFUSED: the others will be sent anyway.");
    }
    ReplyFilter refused = given.withStatus(ReplyStatus.REFUSED);
    return new ReplyWork(refused) {
      @Override
      public BulkPiece piece(Connection connection, Span span, int limit, IntFunction<Instant> due)
          throws SQLException {
        return replies.retryPiece(connection, refused, span.position(), limit, due);
      }
    };
  }

  private BulkWork discard(ReplyFilter given) {
    ReplyFilter filter = given.status() == null ? given.withStatus(ReplyStatus.REFUSED) : given;
    return new ReplyWork(filter) {
      @Override
      public BulkPiece piece(Connection connection, Span span, int limit, IntFunction<Instant> due)
          throws SQLException {
        return replies.discardPiece(connection, filter, span.position(), limit);
      }
    };
  }

  /** Newest first: of several that failed under one key the newest is the one to run. */
  private abstract class RequestWork implements BulkWork {

    private final JournalFilter filter;

    RequestWork(JournalFilter filter) {
      this.filter = filter;
    }

    @Override
    public Span span(Connection connection) throws SQLException {
      long lastId = journal.lastId(connection);
      return new Span(lastId + 1, lastId);
    }

    @Override
    public long count(long limit) {
      return journal.count(filter, limit);
    }

    @Override
    public void wake() {
      journal.wake();
    }
  }

  private abstract class DeliveryWork implements BulkWork {

    @Override
    public Span span(Connection connection) throws SQLException {
      return new Span(0, deliveries.lastId(connection));
    }

    @Override
    public void wake() {
      deliveries.wake();
    }
  }

  private abstract class ReplyWork implements BulkWork {

    private final ReplyFilter filter;

    ReplyWork(ReplyFilter filter) {
      this.filter = filter;
    }

    @Override
    public Span span(Connection connection) throws SQLException {
      long lastId = journal.lastId(connection);
      return new Span(lastId + 1, lastId);
    }

    @Override
    public long count(long limit) {
      return replies.count(filter, limit);
    }

    @Override
    public void wake() {
      // They are looked for every fifth of a second.
    }
  }
}
