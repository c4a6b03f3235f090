package io.autotaskprovisioner.api;

import static io.autotaskprovisioner.audit.AuditedAct.ACCOUNT_CREATE;
import static io.autotaskprovisioner.audit.AuditedAct.ACCOUNT_DISABLE;
import static io.autotaskprovisioner.audit.AuditedAct.ACCOUNT_ENABLE;
import static io.autotaskprovisioner.audit.AuditedAct.ACCOUNT_PASSWORD_REMOVE;
import static io.autotaskprovisioner.audit.AuditedAct.ACCOUNT_PASSWORD_SET;
import static io.autotaskprovisioner.audit.AuditedAct.ACCOUNT_ROTATE;
import static io.autotaskprovisioner.audit.AuditedAct.BACKUP_CREATE;
import static io.autotaskprovisioner.audit.AuditedAct.BATCH_CANCEL;
import static io.autotaskprovisioner.audit.AuditedAct.BATCH_END;
import static io.autotaskprovisioner.audit.AuditedAct.BATCH_RETRY;
import static io.autotaskprovisioner.audit.AuditedAct.DELIVERIES_DISCARD;
import static io.autotaskprovisioner.audit.AuditedAct.DELIVERIES_REDELIVER;
import static io.autotaskprovisioner.audit.AuditedAct.DELIVERY_DISCARD;
import static io.autotaskprovisioner.audit.AuditedAct.DELIVERY_REDELIVER;
import static io.autotaskprovisioner.audit.AuditedAct.DESTINATION_DISCARD;
import static io.autotaskprovisioner.audit.AuditedAct.DESTINATION_ENABLE;
import static io.autotaskprovisioner.audit.AuditedAct.IMPORT_BEGIN;
import static io.autotaskprovisioner.audit.AuditedAct.IMPORT_CANCEL;
import static io.autotaskprovisioner.audit.AuditedAct.KEY_ADD;
import static io.autotaskprovisioner.audit.AuditedAct.KEY_REMOVE;
import static io.autotaskprovisioner.audit.AuditedAct.KEY_RESEAL;
import static io.autotaskprovisioner.audit.AuditedAct.KEY_USE;
import static io.autotaskprovisioner.audit.AuditedAct.OPERATION_CANCEL;
import static io.autotaskprovisioner.audit.AuditedAct.REPLIES_DISCARD;
import static io.autotaskprovisioner.audit.AuditedAct.REPLIES_RETRY;
import static io.autotaskprovisioner.audit.AuditedAct.REQUESTS_DISCARD;
import static io.autotaskprovisioner.audit.AuditedAct.REQUESTS_RETRY;
import static io.autotaskprovisioner.audit.AuditedAct.REQUEST_DISCARD;
import static io.autotaskprovisioner.audit.AuditedAct.REQUEST_RETRY;
import static io.autotaskprovisioner.audit.AuditedAct.SCHEDULE_RUN;
import static io.autotaskprovisioner.audit.AuditedAct.VERIFICATION_DISCARD;
import static io.autotaskprovisioner.audit.AuditedAct.VERIFICATION_RESUME;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.audit.AuditTrail;
import io.autotaskprovisioner.audit.AuditedAct;
import io.autotaskprovisioner.instance.InstanceJson;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/**
 * Says which steps of the API are administrative acts, and has each written down. To be added after
 * all that bind such steps.
 */
public final class AuditedSteps implements CamelConfiguration {

  /**
   * A step that is an act.
   *
   * @param step name of its bean, as routes call it
   * @param operation method and path, as commands without a server call it
   */
  record Audit(String step, String operation, AuditedAct act) {}

  /** All of them. */
  static final Map<String, Audit> BY_OPERATION =
      Stream.of(
              new Audit("createAccount", "POST /accounts", ACCOUNT_CREATE),
              new Audit("disableAccount", "POST /accounts/{id}/disable", ACCOUNT_DISABLE),
              new Audit("enableAccount", "POST /accounts/{id}/enable", ACCOUNT_ENABLE),
              new Audit("rotateAccount", "POST /accounts/{id}/rotate", ACCOUNT_ROTATE),
              new Audit("setPassword", "PUT /accounts/{id}/password", ACCOUNT_PASSWORD_SET),
              new Audit(
                  "removePassword", "DELETE /accounts/{id}/password", ACCOUNT_PASSWORD_REMOVE),
              new Audit("retryRequests", "POST /requests/retry", REQUESTS_RETRY),
              new Audit("retryRequest", "POST /requests/{id}/retry", REQUEST_RETRY),
              new Audit("discardRequests", "POST /requests/discard", REQUESTS_DISCARD),
              new Audit("discardRequest", "POST /requests/{id}/discard", REQUEST_DISCARD),
              new Audit("retryBatch", "POST /batches/{id}/retry", BATCH_RETRY),
              new Audit("cancelBatch", "POST /batches/{id}/cancel", BATCH_CANCEL),
              new Audit("endBatchReading", "POST /batches/{id}/end", BATCH_END),
              new Audit("redeliverAll", "POST /deliveries/redeliver", DELIVERIES_REDELIVER),
              new Audit("redeliver", "POST /deliveries/{id}/redeliver", DELIVERY_REDELIVER),
              new Audit("discardDeliveries", "POST /deliveries/discard", DELIVERIES_DISCARD),
              new Audit("discardDelivery", "POST /deliveries/{id}/discard", DELIVERY_DISCARD),
              new Audit("retryReplies", "POST /replies/retry", REPLIES_RETRY),
              new Audit("discardReplies", "POST /replies/discard", REPLIES_DISCARD),
              new Audit("cancelOperation", "POST /operations/{id}/cancel", OPERATION_CANCEL),
              new Audit(
                  "enableDestination", "POST /destinations/{name}/enable", DESTINATION_ENABLE),
              new Audit(
                  "discardOfDestination", "POST /destinations/{name}/discard", DESTINATION_DISCARD),
              new Audit("resumeVerification", "POST /verification/resume", VERIFICATION_RESUME),
              new Audit(
                  "resumeSuspendedCode",
                  "POST /verification/suspended/{code}/resume",
                  VERIFICATION_RESUME),
              new Audit(
                  "discardSuspended",
                  "POST /verification/suspended/{code}/discard",
                  VERIFICATION_DISCARD),
              new Audit("runScheduleNow", "POST /schedules/{name}/runs", SCHEDULE_RUN),
              new Audit("beginImport", "POST /imports", IMPORT_BEGIN),
              new Audit("cancelImport", "POST /imports/{id}/cancel", IMPORT_CANCEL),
              new Audit("addKey", "POST /keys", KEY_ADD),
              new Audit("useKey", "POST /keys/{id}/use", KEY_USE),
              new Audit("resealValues", "POST /keys/reseal", KEY_RESEAL),
              new Audit("removeKey", "DELETE /keys/{id}", KEY_REMOVE),
              new Audit("beginBackup", "POST /backups", BACKUP_CREATE))
          .collect(Collectors.toUnmodifiableMap(Audit::operation, audit -> audit));

  @Override
  public void configure(CamelContext context) throws Exception {
    Registry registry = context.getRegistry();
    AuditTrail trail = registry.findSingleByType(AuditTrail.class);
    Audited audited = new Audited(trail, registry.findSingleByType(Clock.class));
    for (Audit audit : BY_OPERATION.values()) {
      ApiStep step = registry.lookupByNameAndType(audit.step(), ApiStep.class);
      registry.unbind(audit.step());
      registry.bind(audit.step(), audited.step(audit.act(), step));
    }
    Blocking blocking = new Blocking("api-audit", 1);
    context.addService(blocking, true, true);
    AuditOperations operations =
        new AuditOperations(
            trail,
            new InstanceAnswers(new ObjectMapper(), registry.findSingleByType(InstanceJson.class)),
            blocking);
    ApiOperation list = operations::list;
    registry.bind("listAudit", list.asStep());
  }
}
