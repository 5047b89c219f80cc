"""A gateway behind a webhook: it believes what the reference verifier of Standard Webhooks believes, and can hang or fail.

It is spoken to in JSON lines: {"answer": 503} has it answer so from now on, {"answer": null} has it take calls again; it tells
each call that came, and whether its signature was good.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

verifier = Webhook(json.loads(sys.argv[1])["secret"])
answer = {"status": None}


def say(**line):
    print(json.dumps(line), flush=True)


class Gateway(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        status = answer["status"] or 204
        try:
            verifier.verify(body, dict(self.headers.items()))
            good = True
        except WebhookVerificationError:
            good, status = False, 401
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()
        say(path=self.path, good=good, status=status, id=self.headers.get("webhook-id"), body=json.loads(body or b"null"))

    def do_GET(self):
        self.send_response(answer["status"] or 204)
        self.send_header("content-length", "0")
        self.end_headers()
        say(path=self.path, good=None, status=204, id=None, body=None)

    def log_message(self, *words):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
threading.Thread(target=server.serve_forever, daemon=True).start()
say(listening=server.server_address[1])
for line in sys.stdin:
    answer["status"] = json.loads(line)["answer"]
    say(told=True)
