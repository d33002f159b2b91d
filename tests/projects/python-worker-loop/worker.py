import logging
import os
import time
from pathlib import Path

HERE = Path(__file__).parent
os.makedirs("logs", exist_ok=True)
logging.basicConfig(filename=HERE / "logs" / "worker.txt")
STATE = HERE / "state" / "seen"


def main():
    STATE.mkdir(parents=True, exist_ok=True)
    while True:
        (STATE / "last.txt").write_text(str(time.time()))
        print("at work")
        time.sleep(1)


if __name__ == "__main__":
    main()
