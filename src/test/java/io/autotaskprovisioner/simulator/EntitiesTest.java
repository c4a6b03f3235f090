package io.autotaskprovisioner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntitiesTest extends SimulatorCase {

  private static final String ALL = "{\"filter\":[{\"op\":\"gte\",\"field\":\"id\",\"value\":0}]}";

  @Test
  void the_version_is_three_texts() throws Exception {
    assertThat(json(acme("Version")).toString())
        .isEqualTo("{\"majorVersion\":\"2026\",\"minorVersion\":\"3\",\"build\":\"0.17\"}");
  }

  @Test
  void company_0_is_the_tenants_own() throws Exception {
    JsonNode item = json(acme("Companies/0")).get("item");

    assertThat(item.get("id").asLong()).isZero();
    assertThat(item.get("companyName").asText()).isEqualTo("Acme Managed Services");
    assertThat(item.get("userDefinedFields").isArray()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "Companies, 175",
    "Invoices, 1001",
    "BillingItems, 5001",
    "Resources, 29682885",
    "Resources, 4"
  })
  void a_row_is_found_by_id_with_all_fields_of_its_metadata(String entity, long id)
      throws Exception {
    JsonNode item = json(acme(entity + "/" + id)).get("item");
    JsonNode fields = json(acme(entity + "/entityInformation/fields")).get("fields");

    assertThat(item.get("id").asLong()).isEqualTo(id);
    assertThat(fields)
        .allSatisfy(field -> assertThat(item.has(field.get("name").asText())).isTrue());
  }

  @Test
  void a_missing_row_is_a_null_item() throws Exception {
    HttpResponse<String> answer = send(acme("Invoices/999999999"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"item\":null}");
  }

  @Test
  void metadata_tells_rights_and_a_picklist_of_string_values() throws Exception {
    JsonNode info = json(acme("Companies/entityInformation")).get("info");
    JsonNode fields = json(acme("companies/EntityInformation/Fields")).get("fields");

    assertThat(info.get("name").asText()).isEqualTo("Company");
    assertThat(info.get("userAccessForQuery").asText()).isEqualTo("All");
    assertThat(info.get("canDelete").asBoolean()).isFalse();
    JsonNode vendor = null;
    for (JsonNode field : fields) {
      for (JsonNode value : field.get("picklistValues")) {
        vendor = value.get("label").asText().equals("Vendor") ? value : vendor;
      }
    }
    assertThat(vendor).isNotNull();
    assertThat(vendor.get("value").isTextual()).isTrue();
    assertThat(vendor.get("value").asText()).isEqualTo("7");
    assertThat(json(acme("Companies/entityInformation/userDefinedFields")).toString())
        .isEqualTo("{\"fields\":[]}");
  }

  @Test
  void POST_pages_are_walked_by_POST_with_the_same_body_and_GET_there_is_a_405() throws Exception {
    String body = ALL.replace("{\"filter\"", "{\"MaxRecords\":10,\"filter\"");
    List<Long> ids = new ArrayList<>();
    String url = "Companies/query";
    String second = "";
    while (!url.isEmpty()) {
      JsonNode page = json(post(acme(url), body));
      page.get("items").forEach(row -> ids.add(row.get("id").asLong()));
      assertThat(page.at("/pageDetails/requestCount").asInt()).isEqualTo(10);
      assertThat(page.at("/pageDetails/count").asInt()).isEqualTo(page.get("items").size());
      url = page.at("/pageDetails/nextPageUrl").asText("").replace("null", "");
      second = second.isEmpty() ? url : second;
    }

    assertThat(ids).hasSize(25).isSorted().doesNotHaveDuplicates().startsWith(0L);
    HttpResponse<String> get = send(acme(second));
    assertThat(get.statusCode()).isEqualTo(405);
    assertThat(JSON.readTree(get.body()).get("Message").asText())
        .isEqualTo("The requested resource does not support http method 'GET'.");
    JsonNode back = json(post(acme(second), body)).at("/pageDetails/prevPageUrl");
    assertThat(json(post(acme(back.asText()), body)).at("/items/0/id").asLong()).isZero();
  }

  @Test
  void GET_queries_carry_their_search_to_the_next_page() throws Exception {
    String search = encoded(ALL.replace("{\"filter\"", "{\"maxRecords\":20,\"filter\""));
    JsonNode first = json(acme("Invoices/query?search=" + search));
    JsonNode second = json(acme(first.at("/pageDetails/nextPageUrl").asText()));

    assertThat(first.get("items")).hasSize(20);
    assertThat(second.get("items")).hasSize(5);
    assertThat(second.at("/pageDetails/nextPageUrl").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'op':'eq','field':'id','value':0}; 1",
        "{'op':'noteq','field':'ID','value':0}; 24",
        "{'op':'gt','field':'id','value':190}; 8",
        "{'op':'lte','field':'id','value':'175'}; 2",
        "{'op':'beginsWith','field':'companyName','value':'sample COMPANY 1'}; 11",
        "{'op':'endsWith','field':'companyName','value':' 7'}; 1",
        "{'op':'contains','field':'companyName','value':'Managed'}; 1",
        "{'op':'exist','field':'id'}; 25",
        "{'op':'notExist','field':'parentCompanyID'}; 25",
        "{'op':'in','field':'id','value':[0,175,999]}; 2",
        "{'op':'notIn','field':'id','value':[0,175]}; 23",
        "{'op':'eq','field':'companyType','value':7}; 4",
        "{'op':'or','items':[{'op':'eq','field':'id','value':0},{'op':'eq','field':'companyType','value':7}]}; 5",
        "{'op':'ne','field':'id','value':0}; 25",
        "{'op':'eq','field':'Tier','udf':true,'value':'Gold'}; 0",
        "{'op':'gt','field':'createDate','value':'2026-01-20T00:00:00Z'}; 6"
      })
  void filters_select_and_an_unknown_operator_is_silently_dropped(String filter, int rows)
      throws Exception {
    String body = "{\"filter\":[" + filter.replace('\'', '"') + "]}";

    assertThat(json(post(acme("Companies/query"), body)).get("items")).hasSize(rows);
    assertThat(json(post(acme("Companies/query/count"), body)).toString())
        .isEqualTo("{\"queryCount\":" + rows + "}");
  }

  @Test
  void included_fields_come_with_the_id() throws Exception {
    String body = ALL.replace("{\"filter\"", "{\"IncludeFields\":[\"CompanyName\"],\"filter\"");
    JsonNode row = json(post(acme("Companies/query"), body)).at("/items/0");

    assertThat(row.fieldNames())
        .toIterable()
        .containsExactly("id", "companyName", "userDefinedFields");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'filter':[{'op':'eq','field':'foo','value':1}]}; Unable to find foo in the Company Entity.",
        "{'includeFields':['bar'],'filter':[{'op':'exist','field':'id'}]}; Unable to find bar in the Company Entity.",
        "{'maxRecords':0,'filter':[{'op':'exist','field':'id'}]}; maxCountOfRecordsToReturn must be between 1 and 500",
        "{'maxRecords':501,'filter':[{'op':'exist','field':'id'}]}; maxCountOfRecordsToReturn must be between 1 and 500",
        "{'filter':[{'op':'eq','field':'isActive','value':1}]}; Conversion failed when converting the value '1' to data type bit.",
        "{'filter':[]}; The filter of the query is missing or empty.",
        "{nonsense; Unexpected character encountered while parsing value."
      })
  void a_refused_query_is_a_500_with_its_text(String query, String text) throws Exception {
    HttpResponse<String> answer = send(post(acme("Companies/query"), query.replace('\'', '"')));

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(JSON.readTree(answer.body()).at("/errors/0").asText()).isEqualTo(text);
  }

  @Test
  void more_than_500_or_conditions_are_refused() throws Exception {
    String values =
        IntStream.rangeClosed(1, 501).mapToObj(String::valueOf).collect(Collectors.joining(","));
    String body = "{\"filter\":[{\"op\":\"in\",\"field\":\"id\",\"value\":[" + values + "]}]}";

    HttpResponse<String> answer = send(post(acme("Companies/query"), body));

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("Queries are limited to 500 or fewer 'OR' conditions.");
  }

  @Test
  void a_new_company_is_found_changed_by_PATCH_and_emptied_by_PUT() throws Exception {
    String company =
        "{\"companyName\":\"New\",\"companyType\":7,\"ownerResourceID\":4,\"phone\":\"1\"}";
    long id = json(post(acme("Companies"), company)).get("itemId").asLong();
    String change = "{\"id\":%d,\"city\":\"Oslo\",\"taxExempt\":true}".formatted(id);

    assertThat(json(send("PATCH", acme("Companies"), change)).get("itemId").asLong()).isEqualTo(id);
    JsonNode patched = json(acme("Companies/" + id)).get("item");
    assertThat(patched.get("city").asText()).isEqualTo("Oslo");
    assertThat(patched.get("companyName").asText()).isEqualTo("New");
    assertThat(patched.has("taxExempt")).isFalse();
    send(send("PUT", acme("Companies"), "{\"id\":%d,\"companyName\":\"Put\"}".formatted(id)));
    JsonNode put = json(acme("Companies/" + id)).get("item");
    assertThat(put.get("city").isNull()).isTrue();
    assertThat(put.get("id").asLong()).isEqualTo(id);
    assertThat(
            json(login("Companies/" + id, "api.user@globex.example", "globex-api-secret", CODE))
                .get("item")
                .isNull())
        .isTrue();
  }

  @Test
  void a_company_without_its_required_fields_is_refused() throws Exception {
    HttpResponse<String> answer = send(post(acme("Companies"), "{\"companyName\":\"New\"}"));

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("Missing Required Field: companyType.");
  }

  @Test
  void of_a_billing_item_only_the_export_mark_can_be_changed() throws Exception {
    String change = "{\"id\":5001,\"webServiceDate\":\"2026-02-01T00:00:00Z\",\"rate\":9999}";
    double rate = json(acme("BillingItems/5001")).at("/item/rate").asDouble();

    send(send("PATCH", acme("BillingItems"), change));

    JsonNode item = json(acme("BillingItems/5001")).get("item");
    assertThat(item.get("webServiceDate").asText()).isEqualTo("2026-02-01T00:00:00Z");
    assertThat(item.get("rate").asDouble()).isEqualTo(rate);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"DELETE Companies/0", "PATCH Companies/0", "POST Invoices", "PUT Version"})
  void a_wrong_method_is_a_405_with_a_capital_Message(String call) throws Exception {
    String[] parts = call.split(" ");

    HttpResponse<String> answer = send(send(parts[0], acme(parts[1]), "{}"));

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.body())
        .isEqualTo(
            "{\"Message\":\"The requested resource does not support http method '"
                + parts[0]
                + "'.\"}");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
