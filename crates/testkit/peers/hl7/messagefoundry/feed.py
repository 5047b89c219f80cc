"""messagefoundry 0.2 as the engine between two systems: what comes in on one port goes out to another, unchanged.

Its settings come from the environment; testkit's peer::hl7::Engine sets them. What is particular about it:
- It ACKs AA when the message is durably stored, not when it is delivered, and never looks whether it had it before.
- It opens a connection for each delivery and closes it after the ACK; it never compares MSA-2.
- AE, CE, a close without ACK and no ACK in time are tried again, for ever and in order: the first that fails holds all
  behind it. AR and CR are dead letters at once. What is tried again is the same message, MSH-10 too.
- It answers AR "decode error" to what is not in the link's charset, and AR without MSA-2 to what is no HL7.
- Its ACK has MSH-9 ACK alone and the message's own control id as MSH-10.
- It ends all segments with CR, the last one too, whatever they ended with; else it sends what it took. A BOM, and a batch
  that begins with FHS or BHS, are no HL7 to it (AR).
"""

import os

from messagefoundry import MLLP, RetryPolicy, Send, handler, inbound, outbound, router

encoding = os.environ["FEED_ENCODING"]

inbound("IB_FEED", MLLP(port=int(os.environ["FEED_IN"]), encoding=encoding), router="all")

outbound(
    "OB_FEED",
    MLLP(
        host="127.0.0.1",
        port=int(os.environ["FEED_OUT"]),
        encoding=encoding,
        timeout_seconds=float(os.environ["FEED_ACK_SECONDS"]),
    ),
    retry=RetryPolicy(backoff_seconds=float(os.environ["FEED_RETRY_SECONDS"]), backoff_multiplier=1.0),
)


@router("all")
def route(message):
    return ["forward"]


@handler("forward")
def forward(message):
    return Send("OB_FEED", message)
