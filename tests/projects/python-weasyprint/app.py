from http.server import BaseHTTPRequestHandler, HTTPServer

from weasyprint import HTML


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(HTML(string="<p>Hello").write_pdf()[:5])


HTTPServer(("", 8000), Answer).serve_forever()
