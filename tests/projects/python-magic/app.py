from http.server import BaseHTTPRequestHandler, HTTPServer

import magic


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(magic.from_buffer(b"GIF89a").encode())


HTTPServer(("", 8000), Answer).serve_forever()
