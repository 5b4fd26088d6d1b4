"""Drives the WaveSpeed simulator with the provider's official Python SDK.

    python3 drive_wavespeed.py .build/debug/renderdrop

Prints a line for each step; ends with an error if the SDK takes any answer for something else.
"""

import json
import subprocess
import sys
import tempfile
import urllib.request

from wavespeed import Client

EDIT = "wavespeed-ai/qwen-image/edit"
JOB = {"prompt": "a red hat", "image": "https://example.com/cat.png", "size": "256*256", "seed": 7}


def fault(base, **rule):
    body = json.dumps(rule).encode()
    urllib.request.urlopen(urllib.request.Request(base + "/_simulator/faults", body, method="POST")).read()


def refused(client, model, job, **more):
    try:
        client.run(model, job, poll_interval=0.05, **more)
    except Exception as error:
        return str(error)
    raise SystemExit(f"not refused: {model} {job}")


def main(base):
    client = Client(api_key="test", base_url=base, retry_interval=0.05)

    outputs = client.run(EDIT, JOB, poll_interval=0.05)["outputs"]
    assert len(outputs) == 1, outputs
    with urllib.request.urlopen(outputs[0]) as answer:
        assert answer.read(8) == b"\x89PNG\r\n\x1a\n"
    print("a picture, by polling")

    outputs = client.run(EDIT, JOB, enable_sync_mode=True)["outputs"]
    assert outputs and outputs[0].startswith("http"), outputs
    print("a picture, synchronously")

    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + bytes(1000))
        file.flush()
        link = client.upload(file.name)
    with urllib.request.urlopen(link) as answer:
        assert len(answer.read()) == 1008
    print("an upload, as the SDK does it")

    assert "HTTP 400" in refused(client, EDIT, {**JOB, "unknown_field": 1})
    assert "HTTP 404" in refused(client, "maker/nothing", JOB)
    fault(base, on="submit", type="status", status=403, message="Insufficient credits", errorCode="no_credit")
    assert "Insufficient credits" in refused(client, EDIT, JOB)
    print("refusals")

    for ending in ["failed", "cancelled", "timeout", "deleted"]:
        fault(base, on="submit", type="taskEnds", ending=ending, code=1200, message="moderation")
        assert f"Prediction {ending}" in refused(client, EDIT, JOB), ending
    print("every way in which a task ends")

    fault(base, on="result", type="status", status=503, times=2)
    assert client.run(EDIT, JOB, poll_interval=0.05)["outputs"]
    print("a result after two failures")

    before = json.load(urllib.request.urlopen(base + "/_simulator/paid"))["submits"]
    fault(base, on="submit", type="acceptThenClose")
    assert "may already" in refused(client, EDIT, JOB)
    assert json.load(urllib.request.urlopen(base + "/_simulator/paid"))["submits"] == before + 1
    print("a lost answer: the SDK sends it once, and so do we")


if __name__ == "__main__":
    simulator = subprocess.Popen(
        [sys.argv[1], "simulate", "--provider", "wavespeed", "--port", "0", "--speed", "50", "--no-limits", "--quiet"],
        stdout=subprocess.PIPE, text=True)
    try:
        # The SDK adds the path.
        main(simulator.stdout.readline().strip().removesuffix("/api/v3"))
    finally:
        simulator.terminate()
        simulator.wait()
