"""What the drivers of the Python MLLP peers share: the same JSON lines as lines.mjs, which tells what they mean."""

import base64
import json
import math
import re
import sys
import threading
import time

_write = threading.Lock()


def say(**line):
    with _write:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def orders():
    for line in sys.stdin:
        yield json.loads(line)


def encoded(message):
    return base64.b64encode(message).decode()


def answered(raw):
    """What an ACK says; nothing is checked here."""
    separator = raw[3:4] or b"|"
    msa = next((part for part in re.split(rb"[\r\n]+", raw) if part.startswith(b"MSA")), b"")
    fields = (msa.split(separator) + [b"", b"", b""])[1:3]
    ack, msa2 = (field.decode("latin-1") for field in fields)
    return {"ack": ack, "msa2": msa2, "raw": encoded(raw)}


def numbered(message, n):
    """The same message under another control id, so that a receiver takes it for a new one."""
    header, separator, rest = re.match(rb"([^\r\n]*)([\r\n]?)(.*)", message, re.DOTALL).groups()
    fields = header.split(message[3:4])
    fields[9] += b"-%d" % n
    return message[3:4].join(fields) + separator + rest


def sender(send):
    """Lets `send(message)` send each message and give back the ACK's bytes, or raise."""

    def outcome(message):
        try:
            return answered(send(message))
        except Exception as error:  # noqa: BLE001 whatever the peer raises is what the test wants to see
            return {"error": str(error) or type(error).__name__}

    for order in orders():
        message = base64.b64decode(order["send"])
        times = order.get("times")
        say(**(burst(outcome, message, times) if times else outcome(message)))


def burst(outcome, message, times):
    took, accepted, begun = [], 0, time.perf_counter()
    for n in range(times):
        sent = time.perf_counter()
        accepted += outcome(numbered(message, n)).get("ack") in ("AA", "CA")
        took.append(1000 * (time.perf_counter() - sent))
    seconds = time.perf_counter() - begun
    took.sort()
    return {
        "accepted": accepted,
        "refused": times - accepted,
        "seconds": seconds,
        "p99_ms": took[int(len(took) * 0.99)],
        "slowest_ms": took[-1],
    }


class Receiver:
    """Counts what arrives and knows how to answer it."""

    def __init__(self, quiet):
        self._quiet = quiet
        self._lock = threading.Lock()
        self._plan, self._left = {}, 0
        self._count = self._opened = self._closed = 0

    def listen_for_orders(self, stop):
        """In a thread of its own; when standard input closes, `stop` is called."""

        def listen():
            for order in orders():
                if order.get("count"):
                    say(count=self._count)
                    continue
                with self._lock:
                    self._plan, self._left = order["answer"], order.get("times") or math.inf
                say(told=True)
            stop()

        threading.Thread(target=listen, daemon=True).start()

    def _tell(self, **line):
        if not self._quiet:
            say(**line)

    def opened(self):
        with self._lock:
            self._opened += 1
            opened = self._opened
        self._tell(opened=opened)

    def closed(self):
        with self._lock:
            self._closed += 1
            closed = self._closed
        self._tell(closed=closed)

    def failed(self, error):
        self._tell(error=str(error) or type(error).__name__)

    def take(self, message):
        """Gives how to answer: code, msa2, late_ms, close."""
        with self._lock:
            self._count += 1
            self._left -= 1
            plan = self._plan if self._left >= 0 else {}
        self._tell(got=encoded(message))
        return {"code": "AA", "msa2": None, "late_ms": 0, "close": False, **plan}
