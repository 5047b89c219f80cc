"""aiosmtpd as a hospital's mail server: STARTTLS or TLS from the first byte, names and passwords, and refusals on demand.

It is spoken to in JSON lines: {"rcpt": "550 …"} has it answer every RCPT so from now on, null has it accept again; it tells
each letter that it took, as Python's own mail reader understands it, and how its sender had signed in.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult

options = json.loads(sys.argv[1])


def say(**line):
    print(json.dumps(line), flush=True)


class House:
    def __init__(self):
        self.rcpt = None

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.original_content, policy=email.policy.SMTP)
        say(
            head=[[name, str(value)] for name, value in letter.items()],
            body=letter.get_content(),
            to=envelope.rcpt_tos,
            tls=server.transport.get_extra_info("ssl_object") is not None,
            user=session.auth_data,
        )
        return "250 2.0.0 queued"


def signs_in(server, session, envelope, mechanism, data):
    right = (data.login.decode(), data.password.decode()) == (options["user"], options["password"])
    # With neither success nor handled, aiosmtpd answers 535 itself.
    return AuthResult(success=right, handled=False, auth_data=f"{mechanism} {data.login.decode()}")


def context():
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(options["certificate"], options["key"])
    return made


async def serve():
    house, loop, ended = House(), asyncio.get_running_loop(), asyncio.Event()
    way = options["way"]
    how = {"hostname": "mail.lindenhof.example", "auth_require_tls": way == "starttls"}
    if way == "starttls":
        how |= {"tls_context": context(), "require_starttls": True}
    if options.get("user"):
        how |= {"authenticator": signs_in, "auth_required": True}
    if options.get("mechanism"):
        how["auth_exclude_mechanism"] = {"LOGIN", "PLAIN"} - {options["mechanism"]}

    def listen_for_orders():
        for line in sys.stdin:
            house.rcpt = json.loads(line)["rcpt"]
            say(told=True)
        loop.call_soon_threadsafe(ended.set)

    server = await loop.create_server(
        lambda: SMTP(house, loop=loop, **how), "127.0.0.1", 0, ssl=context() if way == "tls" else None
    )
    say(listening=server.sockets[0].getsockname()[1])
    threading.Thread(target=listen_for_orders, daemon=True).start()
    await ended.wait()


asyncio.run(serve())
