import bottle

app = bottle.Bottle()

if __name__ == "__main__":
    bottle.run(app, host="localhost", port=8081)
