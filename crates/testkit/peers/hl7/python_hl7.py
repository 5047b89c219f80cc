"""python-hl7 0.4.5, as sender (hl7.client.MLLPClient) and receiver (hl7.mllp.start_hl7_server).

What is particular about it:
- The receiver reads at most 64 KiB in one message unless told otherwise (option limit_bytes); a longer one ends the connection.
- The receiver reads ASCII unless told otherwise: a message with umlauts ends its task and is never answered.
- The receiver dies on a frame that doesn't begin with VT; its ACK ends in CR and carries the event in MSH-9.
- The sender never compares MSA-2: after a time-out it takes the late ACK for the next message's.
- The sender reads once, up to 4096 bytes: an ACK in two packets is cut, two ACKs in one packet are taken for one, and an
  empty read (closed without ACK) is handed back as an empty answer, not as an error.
- The sender calls socket.send once: of a message of 5 MB only the beginning is sent, and it waits for ever for the ACK.
"""

import asyncio
import json
import sys

import hl7
from hl7.client import MLLPClient
from hl7.mllp import start_hl7_server

import lines

options = json.loads(sys.argv[1])
encoding = options.get("encoding", "latin-1")


class Sender:
    def __init__(self):
        self._client = None

    def send(self, message):
        try:
            if self._client is None:
                self._client = MLLPClient(options.get("host", "127.0.0.1"), options["port"])
                self._client.socket.settimeout(options.get("timeout_ms", 5000) / 1000)
            answer = self._client.send_message(message)
        except TimeoutError:
            if not options.get("keep"):
                self.drop()
            raise TimeoutError("no ACK in time") from None
        except OSError:
            self.drop()
            raise
        if not answer:
            self.drop()
            raise ConnectionError("an empty answer: closed without ACK")
        return answer.strip(b"\x0b\x1c\r")

    def drop(self):
        if self._client is not None:
            self._client.close()
            self._client = None


async def receive():
    at = lines.Receiver(options.get("quiet", False))
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def converse(reader, writer):
        at.opened()
        try:
            while not reader.at_eof():
                # readmessage() in its two halves, so that the bytes can be told.
                block = await reader.readblock()
                answer = at.take(block)
                message = hl7.parse(block.decode(reader.encoding, reader.encoding_errors))
                await asyncio.sleep(answer["late_ms"] / 1000)
                if answer["close"]:
                    break
                ack = message.create_ack(answer["code"])
                if answer["msa2"]:
                    ack.segment("MSA").assign_field(answer["msa2"], 2)
                writer.writemessage(ack)
                await writer.drain()
        except asyncio.IncompleteReadError as cut:
            if cut.partial:
                at.failed(cut)
        except Exception as error:  # noqa: BLE001 whatever ends the conversation is told
            at.failed(error)
        finally:
            writer.close()
            at.closed()

    limit = options.get("limit_bytes") or 2**16
    server = await start_hl7_server(converse, "127.0.0.1", options.get("port", 0), encoding=encoding, limit=limit)
    lines.say(listening=server.sockets[0].getsockname()[1])
    at.listen_for_orders(lambda: loop.call_soon_threadsafe(ended.set))
    await ended.wait()


if options["role"] == "send":
    lines.sender(Sender().send)
else:
    asyncio.run(receive())
