#!/usr/bin/env bash
# The instance API as its clients call it: starts the program as the README's demo in a folder of its own, on free
# ports, sends one curl or a few for each row below and says `ok` or `FAILED` with what was seen. Ends the program;
# the exit status is 0 if every row passed. Needs bash, curl, jq and the built program.
#
#   mvn -q -B -ntp -DskipTests package && src/test/acceptance/instance-api.sh
#
# JAVA and JAR may name another Java and another jar; what is given as arguments is handed to Java.
set -uo pipefail

project=$(cd "$(dirname "$0")/../../.." && pwd)
jar=${JAR:-$project/target/autotask-provisioner.jar}
for tool in curl jq; do
  command -v "$tool" >/dev/null || { echo "This needs $tool." >&2; exit 2; }
done
[ -f "$jar" ] || { echo "There is no $jar: build it first, as the README says." >&2; exit 2; }

folder=$(mktemp -d)
cd "$folder" || exit 2
HTTP_PORT=0 MANAGEMENT_PORT=0 SIMULATOR_PORT=0 QUEUE_PORT=0 \
  "${JAVA:-java}" "$@" -jar "$jar" --demo >log.txt 2>&1 &
program=$!
end() {
  kill "$program" 2>/dev/null
  wait "$program" 2>/dev/null
  cd /
  rm -rf "$folder"
}
trap end EXIT

for ((i = 0; i < 900; i++)); do
  B=$(sed -n 's/.*API  *\(http[^ ]*\/elements\/api-v2\)$/\1/p' log.txt)
  [ -n "$B" ] && break
  kill -0 "$program" 2>/dev/null || { cat log.txt >&2; echo "The program ended." >&2; exit 2; }
  sleep 0.2
done
[ -n "$B" ] || { cat log.txt >&2; echo "The program was not ready within three minutes." >&2; exit 2; }

secret() { sed -n "s/^$1=//p" data/first-account.properties; }
A="Authorization: $(secret authorization)"
U=${A#*User }
U=${U%%,*}
O=${A#*Organization }
J='Content-Type: application/json'
Z='%{http_code}'
P='acme-api-secret'
cat >f.json <<JSON
{ "name": "My Autotask", "element": {"key": "autotaskfinance"}, "tags": ["ops"],
  "configuration": { "finance.autotask.username": "api.user@acme.example", "finance.autotask.password": "$P",
                     "finance.autotask.server.url": "https://ww2.autotask.net" } }
JSON

# Whether the second is the first; else both are told.
is() {
  [ "$1" = "$2" ] || { echo "expected $1, saw $2"; return 1; }
}
export -f is
export B A U O J Z P

passed=0
failed=0
# A row: its name, and on standard input the commands, all of which must succeed.
row() {
  local seen
  if seen=$(bash -euo pipefail 2>&1); then
    passed=$((passed + 1))
    printf 'ok      %s\n' "$1"
  else
    failed=$((failed + 1))
    printf 'FAILED  %s: %s\n' "$1" "$(tail -c 600 <<<"$seen" | tr '\n' ' ')"
  fi
}

curl -s "$B/instances" -H "$A" -H "$J" -d @f.json >created.json
I=$(jq -r .id created.json)
T=$(jq -r .token created.json)
E="Authorization: User $U, Element $T"
export I T E

echo "# to provision"
row 'Provision' <<'ROW'
curl -s "$B/instances" -H "$A" -H "$J" -d @f.json | jq -e '.valid and (.token|length>20) and .element.id==8152 and .elementId==8152 and (.id|type=="number")'
ROW
row 'Whole field set' <<'ROW'
is '["cacheTimeToLive","cachingEnabled","configuration","createdDate","disabled","element","elementId","eventsEnabled","externalAuthentication","id","maxCacheSize","name","provisionInteractions","tags","token","traceLoggingEnabled","user","valid"]' \
  "$(curl -s "$B/instances" -H "$A" -H "$J" -d @f.json | jq -c keys)"
ROW
row 'Password never leaks' <<'ROW'
is 0 "$(grep -c "$P" created.json || true)"
is 0 "$(curl -s "$B/instances/$I" -H "$A" | grep -c "$P" || true)"
is 0 "$(curl -s "$B/instances" -H "$A" | grep -c "$P" || true)"
is 0 "$(curl -s "$B/instances/$I/configuration" -H "$A" | grep -c "$P" || true)"
is 0 "$(curl -s "$B/instances" -H "$A" -H "$J" -d "{\"name\":\"n\",\"configuration\":{\"finance.autotask.password\":\"$P\"}}" | grep -c "$P" || true)"
is 0 "$(grep -c "$P" log.txt || true)"
ROW
row 'Tags default' <<'ROW'
jq 'del(.tags)' f.json | curl -s "$B/instances" -H "$A" -H "$J" -d @- | jq -e '.tags==[.name]'
ROW
row 'Bad secret' <<'ROW'
is 401 "$(curl -so bad.json -w "$Z" "$B/instances" -H "Authorization: User x, Organization y" -H "$J" -d @f.json)"
is 'Invalid Organization or User secret, or invalid Element token provided.' "$(jq -r .message bad.json)"
ROW
row 'Pair order, trailing slash' <<'ROW'
is 200 "$(curl -so/dev/null -w "$Z" "$B/instances/" -H "Authorization: Organization $O, User $U" -H "$J" -d @f.json)"
ROW
row 'Unknown element' <<'ROW'
is 404 "$(curl -so unknown.json -w "$Z" "$B/instances" -H "$A" -H "$J" -d '{"name":"n","element":{"key":"nope"},"configuration":{}}')"
is 'No element found with key nope' "$(jq -r .message unknown.json)"
ROW
row 'Missing config' <<'ROW'
jq 'del(.configuration["finance.autotask.password"])' f.json >missing-key.json
is 400 "$(curl -so missing.json -w "$Z" "$B/instances" -H "$A" -H "$J" -d @missing-key.json)"
jq -e '.message|contains("finance.autotask.password")' missing.json
ROW
row 'Provider rejects' <<'ROW'
before=$(curl -sI -X GET "$B/instances?pageSize=1" -H "$A" | grep -i '^Elements-Total-Count')
jq '.configuration["finance.autotask.username"]="user-7@customer-7.example"|.configuration["finance.autotask.password"]="wrong"' f.json >wrong.json
code=$(curl -so rejected.json -w "$Z" "$B/instances" -H "$A" -H "$J" -d @wrong.json)
is 4 "${code:0:1}"
jq -e .providerMessage rejected.json
is "$before" "$(curl -sI -X GET "$B/instances?pageSize=1" -H "$A" | grep -i '^Elements-Total-Count')"
ROW
row 'Malformed, content type' <<'ROW'
is 400 "$(curl -so/dev/null -w "$Z" "$B/instances" -H "$A" -H "$J" -d '{')"
is 415 "$(curl -so/dev/null -w "$Z" "$B/instances" -H "$A" -H 'Content-Type: text/plain' -d @f.json)"
ROW
row 'Duplicate name' <<'ROW'
curl -s "$B/instances" -H "$A" -H "$J" -d @f.json >first.json
curl -s "$B/instances" -H "$A" -H "$J" -d @f.json >second.json
jq -es '.[0].name==.[1].name and .[0].id!=.[1].id and .[0].token!=.[1].token' first.json second.json
ROW
row 'Create by element path' <<'ROW'
jq 'del(.element)' f.json >no-element.json
is 200 "$(curl -so/dev/null -w "$Z" "$B/elements/8152/instances" -H "$A" -H "$J" -d @no-element.json)"
ROW

echo "# to manage an instance"
row 'Get one' <<'ROW'
curl -s "$B/instances/$I" -H "$A" | jq -e '.user|.emailAddress and .firstName and .lastName'
ROW
row 'Masked echo' <<'ROW'
curl -s "$B/instances/$I" -H "$A" | jq -e '.configuration["finance.autotask.password"]=="********"'
ROW
row 'List filters' <<'ROW'
curl -sg "$B/instances?tags[]=ops&searchText=autotask" -H "$A" | jq -e 'length>0 and all(.tags|index("ops"))'
is 404 "$(curl -sgo none.json -w "$Z" "$B/instances?tags[]=ops&searchText=nobody-is-called-so" -H "$A")"
jq -e '.message|test("^No (.*) found$")' none.json
ROW
row 'Round-trip PUT' <<'ROW'
curl -s "$B/instances/$I" -H "$A" | jq '.tags=[]' >round.json
is 200 "$(curl -so/dev/null -w "$Z" -X PUT "$B/instances/$I" -H "$A" -H "$J" -d @round.json)"
curl -s "$B/instances/$I" -H "$A" | jq -e '.tags==[]'
is 200 "$(curl -so/dev/null -w "$Z" "$B/hubs/finance/ping" -H "$E")"
ROW
row 'PATCH merge' <<'ROW'
curl -s "$B/instances/$I" -H "$A" >before.json
curl -s -X PATCH "$B/instances/$I" -H "$A" -H "$J" -d '{"tags":["b"]}' >after.json
jq -es '.[1].tags==["b"] and .[1].configuration==.[0].configuration and .[1].token==.[0].token' before.json after.json
ROW
row 'Disable, enable' <<'ROW'
is 200 "$(curl -so/dev/null -w "$Z" -X DELETE "$B/instances/$I/enabled" -H "$A")"
is 403 "$(curl -so/dev/null -w "$Z" "$B/hubs/finance/customers" -H "$E")"
is 200 "$(curl -so/dev/null -w "$Z" "$B/objects" -H "$E")"
is 200 "$(curl -so/dev/null -w "$Z" -X PUT "$B/instances/$I/enabled" -H "$A")"
is 200 "$(curl -so/dev/null -w "$Z" "$B/hubs/finance/customers" -H "$E")"
ROW
row 'Configuration rows' <<'ROW'
curl -s "$B/instances/$I/configuration" -H "$A" | jq -e 'any(.key=="filter.response.nulls" and .propertyValue=="true")'
ROW
row 'Catalogue' <<'ROW'
curl -s "$B/elements/autotaskfinance" | jq -e '.configuration|any(.type=="PASSWORD")'
is 404 "$(curl -so/dev/null -w "$Z" "$B/elements/999999999999/metadata" -H "$A")"
ROW
row 'Trace logging' <<'ROW'
is 200 "$(curl -so/dev/null -w "$Z" -X PUT "$B/instances/$I/trace-logging" -H "$A")"
curl -s "$B/instances/$I" -H "$A" | jq -e .traceLoggingEnabled
ROW
row 'Delete' <<'ROW'
is 200 "$(curl -so/dev/null -w "$Z" -X DELETE "$B/instances/$I" -H "$A" -H "$J" -d null)"
is 404 "$(curl -so/dev/null -w "$Z" -X DELETE "$B/instances/$I" -H "$A" -H "$J" -d null)"
is 401 "$(curl -so/dev/null -w "$Z" "$B/ping" -H "$E")"
ROW

echo "$passed of $((passed + failed)) rows passed"
[ "$failed" -eq 0 ]
