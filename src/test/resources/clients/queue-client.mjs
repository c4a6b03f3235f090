// Puts a request on the queue and waits for its reply: a program of its own in another language, by
// AMQP 1.0. It reads user and password from ./data/queue-user.properties.
//
//   npm install rhea
//   node queue-client.mjs request.json [port]
import fs from "node:fs";
import rhea from "rhea";

const login = Object.fromEntries(
  fs
    .readFileSync("data/queue-user.properties", "utf8")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1).trim()]),
);
const connection = rhea.connect({
  host: "127.0.0.1",
  port: Number(process.argv[3] ?? 61616),
  username: login.user,
  password: login.password,
  reconnect: false,
});

// a queue that lives as long as this connection
const replies = connection.open_receiver({ source: { dynamic: true } });
replies.on("receiver_open", () => {
  const sender = connection.open_sender("provisioning.requests");
  sender.once("sendable", () =>
    sender.send({
      message_id: "order-1",
      reply_to: replies.source.address,
      durable: true,
      body: fs.readFileSync(process.argv[2], "utf8"),
    }),
  );
  sender.on("rejected", ({ delivery }) => {
    console.error("refused:", delivery.remote_state.error?.description);
    process.exitCode = 1;
    connection.close();
  });
});
replies.on("message", ({ message }) => {
  console.log(message.application_properties.outcome);
  console.log(message.body);
  console.log("answers my message:", message.correlation_id === "order-1");
  connection.close();
});
connection.on("connection_error", ({ connection: failed }) => {
  console.error("refused:", failed.error?.description);
  process.exitCode = 1;
});
setTimeout(() => {
  console.error("No reply within a minute");
  process.exit(1);
}, 60_000).unref();
