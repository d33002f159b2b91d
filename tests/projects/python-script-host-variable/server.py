import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = os.getenv("BIND_HOST", "localhost")
PORT = int(os.getenv("LISTEN_PORT") or 9191)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"plain")


def main():
    server = ThreadingHTTPServer((HOST, PORT), Handler)
    server.serve_forever()


if __name__ == "__main__":
    main()
