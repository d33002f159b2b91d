import getpass
import json
import os
import socket
import threading
import time
import unittest
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import uvicorn

from digest import MAX_BYTES
from main import app

START_TIMEOUT = 10


class ParcelTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        listener = socket.create_server(("127.0.0.1", 0))
        cls.addClassCleanup(listener.close)
        cls.base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        cls.opener = build_opener(ProxyHandler({}))

        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        thread.start()

        def stop():
            server.should_exit = True
            thread.join()

        cls.addClassCleanup(stop)
        deadline = time.monotonic() + START_TIMEOUT
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the server did not start")
            time.sleep(0.01)

    def request(self, path, body=None):
        try:
            response = self.opener.open(Request(self.base + path, data=body))
        except HTTPError as error:
            response = error
        with response:
            return response.status, json.load(response)

    def test_index_names_the_routes(self):
        status, body = self.request("/")
        self.assertEqual(status, 200)
        for route in ("/healthz", "/files", "/whoami"):
            self.assertIn(route, body["message"])

    def test_health(self):
        self.assertEqual(self.request("/healthz"), (200, {"status": "ok"}))

    def test_upload_digest(self):
        sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        self.assertEqual(
            self.request("/files", b"hello"), (201, {"size": 5, "sha256": sha256})
        )

    def test_upload_of_an_empty_body(self):
        sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        self.assertEqual(
            self.request("/files", b""), (201, {"size": 0, "sha256": sha256})
        )

    def test_upload_at_the_limit(self):
        status, body = self.request("/files", bytes(MAX_BYTES))
        self.assertEqual(status, 201)
        self.assertEqual(body["size"], MAX_BYTES)

    def test_upload_over_the_limit(self):
        self.assertEqual(
            self.request("/files", bytes(MAX_BYTES + 1)),
            (413, {"detail": "Body exceeds 10 MiB"}),
        )

    def test_whoami(self):
        self.assertEqual(
            self.request("/whoami"),
            (200, {"user": getpass.getuser(), "uid": os.getuid()}),
        )

    def test_anything_else_is_not_found(self):
        self.assertEqual(self.request("/missing")[0], 404)
        self.assertEqual(self.request("/files")[0], 404)


if __name__ == "__main__":
    unittest.main()
