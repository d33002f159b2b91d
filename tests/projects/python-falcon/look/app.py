import falcon

application = falcon.App()
