package io.autotaskprovisioner.enrichment;

import io.autotaskprovisioner.autotask.AutotaskException;
import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import io.autotaskprovisioner.instance.TenantFacts;
import io.autotaskprovisioner.instance.TenantFacts.Answer;
import java.util.function.Function;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Joins the task with the answer to one question. A tenant that will not say is an answer too; any
 * other failure ends the attempt. Thread-safe.
 *
 * @param <T> the type of the answer
 */
final class LearntFact<T> implements AggregationStrategy {

  /** Puts one fact to the others. */
  @FunctionalInterface
  interface Addition {
    TenantFacts add(TenantFacts facts, Answer answer, @Nullable String fact);
  }

  private final Class<T> type;
  private final Function<TenantFacts, @Nullable Answer> known;
  private final Function<T, @Nullable String> fact;
  private final Addition addition;

  private LearntFact(
      Class<T> type,
      Function<TenantFacts, @Nullable Answer> known,
      Function<T, @Nullable String> fact,
      Addition addition) {
    this.type = type;
    this.known = known;
    this.fact = fact;
    this.addition = addition;
  }

  static LearntFact<VersionAnswer> version() {
    return new LearntFact<>(
        VersionAnswer.class,
        TenantFacts::versionAnswer,
        VersionAnswer::text,
        TenantFacts::withVersion);
  }

  static LearntFact<CompanyAnswer> company() {
    return new LearntFact<>(
        CompanyAnswer.class,
        TenantFacts::companyAnswer,
        CompanyAnswer::name,
        TenantFacts::withCompany);
  }

  @Override
  public Exchange aggregate(Exchange task, Exchange answer) {
    TenantTask body = task.getMessage().getBody(TenantTask.class);
    if (known.apply(body.facts()) != null) {
      return task;
    }
    Exception failure = answer.getException();
    if (failure instanceof AutotaskException refused && refused.kind() == Kind.NOT_PERMITTED) {
      task.getMessage().setBody(with(body, Answer.NOT_PERMITTED, null));
    } else if (failure instanceof AutotaskException refused
        && refused.kind() == Kind.PROVIDER_REFUSED) {
      task.getMessage().setBody(with(body, Answer.REFUSED, null));
    } else if (failure != null) {
      task.setException(failure);
    } else {
      String value = fact.apply(answer.getMessage().getBody(type));
      task.getMessage().setBody(with(body, value == null ? Answer.REFUSED : Answer.GIVEN, value));
    }
    return task;
  }

  private TenantTask with(TenantTask task, Answer answer, @Nullable String value) {
    return task.with(addition.add(task.facts(), answer, value));
  }
}
