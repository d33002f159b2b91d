from http.server import BaseHTTPRequestHandler, HTTPServer

import MySQLdb


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(MySQLdb.get_client_info().encode())


HTTPServer(("", 8000), Answer).serve_forever()
