from http.server import BaseHTTPRequestHandler, HTTPServer

from psycopg2 import extensions


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"libpq %d" % extensions.libpq_version())


HTTPServer(("", 8000), Answer).serve_forever()
