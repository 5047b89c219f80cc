"""hl7apy 1.3.5 as receiver (hl7apy.mllp.MLLPServer); it has no MLLP client.

What is particular about it:
- It closes the connection after each message, ACK sent or not. A second message on the same connection is lost.
- It closes without an answer when a frame's first byte isn't VT, when the charset is wrong, and when its handler raises.
- It routes by the whole MSH-9; where no handler is set for one and none for errors, it closes without an answer.
- It reads byte by byte into an ever longer string: 70 KB take half a second, 5 MB longer than 15 s.
- It gives up when nothing comes for 10 s.
- Its ACK has the version of the message, if it knows it, and no MSH-3 to MSH-6 unless the handler sets them.
"""

import json
import sys
import threading
import time

from hl7apy.core import Message
from hl7apy.exceptions import HL7apyException
from hl7apy.mllp import AbstractHandler, MLLPRequestHandler, MLLPServer
from hl7apy.parser import get_message_info, parse_segment

import lines

options = json.loads(sys.argv[1])
at = lines.Receiver(options.get("quiet", False))


class Connection(MLLPRequestHandler):
    encoding = options.get("encoding", "latin-1")

    def setup(self):
        at.opened()
        super().setup()

    def finish(self):
        super().finish()
        at.closed()


class Closing(Exception):
    """Raised by a handler that shall not answer; the server then closes."""


class Every(dict):
    """A handler for each message type; the server asks for it by MSH-9."""

    def __missing__(self, message_type):
        if message_type == "ERR":
            raise KeyError(message_type)
        return (Answering,)


class Answering(AbstractHandler):
    def reply(self):
        answer = at.take(self.incoming_message.encode(Connection.encoding))
        time.sleep(answer["late_ms"] / 1000)
        if answer["close"]:
            raise Closing
        return ack(self.incoming_message, answer)


def ack(incoming, answer):
    encoding_chars, _, version = get_message_info(incoming)
    header = parse_segment(incoming.split("\r")[0], version=version, encoding_chars=encoding_chars)
    reply = Message("ACK", version=version)
    reply.msh.msh_5 = header.msh_3.to_er7()
    reply.msh.msh_6 = header.msh_4.to_er7()
    reply.msh.msh_9 = "ACK"
    reply.msh.msh_10 = header.msh_10.to_er7()
    reply.msh.msh_11 = header.msh_11.to_er7()
    reply.msa.msa_1 = answer["code"]
    reply.msa.msa_2 = answer["msa2"] or header.msh_10.to_er7()
    return reply.to_mllp()


def main():
    if options["role"] == "send":
        raise SystemExit("hl7apy has no MLLP client")
    server = MLLPServer("127.0.0.1", options.get("port", 0), Every(), request_handler_class=Connection)
    server.daemon_threads = True
    lines.say(listening=server.server_address[1])
    at.listen_for_orders(server.shutdown)
    server.serve_forever()


main()
