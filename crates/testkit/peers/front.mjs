// A guard before a plain server, in Node's own TLS: it lets in who shows a certificate of the right authority, and hands on
// every byte. It tells whom it let in, and why it did not.
import net from "node:net";
import tls from "node:tls";
import { readFileSync } from "node:fs";

const options = JSON.parse(process.argv[2]);
const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");

const server = tls.createServer(
  {
    cert: readFileSync(options.certificate),
    key: readFileSync(options.key),
    ca: readFileSync(options.clients),
    requestCert: true,
    rejectUnauthorized: true,
  },
  (inside) => {
    say({ client: inside.getPeerCertificate().subject.CN });
    const behind = net.connect(options.to, "127.0.0.1");
    inside.pipe(behind).pipe(inside);
    const end = () => {
      inside.destroy();
      behind.destroy();
    };
    for (const side of [inside, behind]) side.on("error", end).on("close", end);
  },
);
server.on("tlsClientError", (error) => say({ refused: error.code ?? error.message }));
server.listen(0, "127.0.0.1", () => say({ listening: server.address().port }));
process.stdin.on("end", () => process.exit()).resume();
