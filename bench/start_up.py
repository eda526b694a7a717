"""How long a start takes until `ready`: `python -m bench.start_up [rounds]`, with PORT, GATEWAYS and REPLICAS as for
`make run`. Its data is thrown away, so the first round is a first start."""

import os
import subprocess
import sys
import tempfile
import time


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, rounds + 1):
            load = os.getloadavg()[0]
            print(f"round {number}: ready after {_start_up(folder):.2f} s (load {load:.1f})", flush=True)


def _start_up(folder: str) -> float:
    command, environ = [sys.executable, "-m", "deploy.local"], {**os.environ, "DATA_DIR": folder}
    started_at = time.monotonic()
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as cluster:
        assert cluster.stdout is not None
        for line in cluster.stdout:
            if line.startswith("ready "):
                took_s = time.monotonic() - started_at
                cluster.terminate()
                cluster.communicate()
                return took_s
    sys.exit("The cluster did not become ready.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
