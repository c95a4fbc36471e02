"""JSON-RPC 2.0 over HTTP/1.1 with keep-alive. Each path is a node of its own over the one chain."""

import json
import socketserver
import threading
import time
import traceback

from view import View
from wire import Refused

MAX_BODY = 64 << 20


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 128

    def __init__(self, address, chain):
        super().__init__(address, Connection)
        self.chain, self.views, self.lock = chain, {}, threading.Lock()
        threading.Thread(target=self.mine, daemon=True).start()

    def mine(self):
        """A block in every period, while there is one."""
        while True:
            time.sleep(self.chain.period or 0.05)
            with self.lock:
                if self.chain.period:
                    self.chain.mine()

    def view(self, path):
        with self.lock:
            return self.views.setdefault(path, View(self.chain))

    def answer(self, view, call):
        """The response object to one call."""
        number = call.get("id") if isinstance(call, dict) else None
        try:
            method, params = call["method"], call.get("params") or []
            with self.lock:
                outcome = {"result": view.answer(method, params)}
        except Refused as refusal:
            outcome = {"error": refusal.body}
        except Exception as error:
            # Most of the time parameters of the wrong shape; the log tells when the mistake is ours.
            traceback.print_exc()
            outcome = {"error": {"code": -32602, "message": f"invalid argument: {type(error).__name__}: {error}"}}
        return {"jsonrpc": "2.0", "id": number} | outcome


class Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        try:
            while self.exchange():
                pass
        except (ConnectionError, TimeoutError):
            pass

    def exchange(self):
        """One request and its response; whether the connection goes on."""
        line = self.rfile.readline(8192).split()
        if len(line) != 3:
            return False
        length, close = 0, False
        while (header := self.rfile.readline(8192).strip().lower()):
            name, _, value = header.partition(b":")
            if name == b"content-length":
                length = int(value)
            elif name == b"connection":
                close = b"close" in value
            elif name == b"expect":
                self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if line[0] != b"POST" or length > MAX_BODY:
            self.respond(405 if length <= MAX_BODY else 413, b"")
            return False
        try:
            body = json.loads(self.rfile.read(length))
        except ValueError:
            self.respond(200, dump({"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "parse error"}}))
            return not close
        return self.answer(self.server.view(line[1].decode()), body) and not close

    def answer(self, view, body):
        batch = body if isinstance(body, list) else [body]
        calls = [(each.get("method", ""), each.get("params") or []) for each in batch if isinstance(each, dict)]
        with self.server.lock:
            delay, hang, status = (view.interruption(effect, calls) for effect in ("delay", "hang", "status"))
        if delay:
            time.sleep(delay["delay"] / 1000)
        if hang:
            return False
        if status:
            after = status["retryAfter"]
            self.respond(status["status"], b"{}", [] if after is None else [f"Retry-After: {after}"])
            return True
        if not isinstance(body, list):
            answer = self.server.answer(view, body)
        elif view.batch_limit is not None and len(body) > view.batch_limit:
            if view.batch_refusal:
                self.respond(view.batch_refusal["status"], view.batch_refusal["body"].encode())
                return True
            answer = {"jsonrpc": "2.0", "id": None, "error": {
                "code": -32600, "message": f"batch too large: {len(body)} calls, {view.batch_limit} allowed"}}
        else:
            answer = [self.server.answer(view, each) for each in body]
        self.respond(200, dump(answer))
        return True

    def respond(self, status, body, headers=()):
        lines = [f"HTTP/1.1 {status} {'OK' if status == 200 else 'Refused'}", "Content-Type: application/json",
                 f"Content-Length: {len(body)}", *headers, "", ""]
        self.wfile.write("\r\n".join(lines).encode() + body)


def dump(answer):
    return json.dumps(answer, separators=(",", ":")).encode()
