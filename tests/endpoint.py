"""A server that speaks the OpenAI chat protocol, well or badly, for the tests of the endpoint reader."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TEXT = "Tallgrass Instruments said on Monday that Jane Calloway, its finance chief, resigned on 3 June 2024."
GOOD = {
    "person": "Jane Calloway", "organization": "Tallgrass Instruments", "direction": "out", "kind": "resigned",
    "role": "finance chief", "counterpart": None, "date": "2024-06-03", "until": None, "status": "fact",
    "source": "organization", "quote": "Jane Calloway, its finance chief, resigned on 3 June 2024",
}  # fmt: skip


class Server(ThreadingHTTPServer):
    """Answers with what `respond(request)` gives: (status, body bytes, headers). Keeps every request."""

    def __init__(self, respond):
        self.respond, self.requests = respond, []
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, dict(self.headers), body))
        status, answer, headers = self.server.respond(len(self.server.requests), body)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def says(*moves, content=None, **usage):
    """A good answer of the protocol."""
    content = json.dumps({"moves": list(moves)}) if content is None else content
    body = {"choices": [{"message": {"role": "assistant", "content": content}}], **({"usage": usage} if usage else {})}
    return 200, json.dumps(body).encode(), {"Content-Type": "application/json"}
