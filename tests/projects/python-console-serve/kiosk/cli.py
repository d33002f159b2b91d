from http.server import HTTPServer, SimpleHTTPRequestHandler

import click


@click.group()
def cli():
    pass


@cli.command()
def serve():
    HTTPServer(("", 8123), SimpleHTTPRequestHandler).serve_forever()


@cli.command()
def clean():
    pass
