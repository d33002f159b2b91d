NAME = "hello from ws"
