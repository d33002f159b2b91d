from fastapi import FastAPI

from admin import app as admin

app = FastAPI()
app.mount("/admin", admin)
