#!/usr/bin/env python3
"""Records what the official Python SDK sends for the jobs of jobs.json, into Tests/Fixtures/sdk-bodies.json.

    python3 -m venv venv && venv/bin/pip install dashscope==2.0.2
    venv/bin/python Tests/Conformance/record_sdk_bodies.py [--compare]

With `--compare` nothing is written: it ends with 1 where the recorded requests are not those that the SDK sends, and names
them. The SDK talks to a server on this machine; nothing leaves it.
"""
import argparse
import http.server
import json
import pathlib
import threading

import sdk_jobs

# What decides how the service takes a request. Keys, agents and the SDK's own marks are not for us to compare.
HEADERS = ("X-DashScope-Async", "X-DashScope-SSE", "X-DashScope-OssResourceResolve")

CONTENT = [{"image": "https://x.example/a.png"}]
CHOICES = {"choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": CONTENT}}]}


class Recorder(http.server.BaseHTTPRequestHandler):
    """Writes down what comes, and answers as the service would."""
    protocol_version = "HTTP/1.1"
    seen = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Recorder.seen.append((self.path, self.headers, json.loads(body)))
        if "X-DashScope-Async" in self.headers:
            output = {"task_status": "PENDING", "task_id": "t"}
        else:
            output = CHOICES
        data = json.dumps({"output": output, "usage": {"image_count": 1}, "request_id": "r"}).encode()
        kind = "application/json"
        if "X-DashScope-SSE" in self.headers:
            data, kind = b"id:1\nevent:result\n:HTTP_STATUS/200\ndata:" + data + b"\n\n", "text/event-stream"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        pass


def recorded(row):
    """The one request that a job leads to."""
    before = len(Recorder.seen)
    answer = row.send()
    if row.streams:
        list(answer)  # it is sent once somebody reads
    if len(Recorder.seen) != before + 1:
        raise SystemExit(f"{row.name}: the SDK sent {len(Recorder.seen) - before} requests")
    path, headers, body = Recorder.seen[-1]
    return {
        "name": row.name, "path": path.removeprefix("/api/v1"),
        "headers": {name: headers[name] for name in HEADERS if name in headers}, "body": body}


def record(rows):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sdk_jobs.address(f"http://127.0.0.1:{server.server_port}/api/v1")
    requests = [recorded(row) for row in rows]
    server.shutdown()
    return {"sdk": sdk_jobs.__version__, "requests": requests}


def compare(found):
    """Names what differs from the file."""
    if not sdk_jobs.RECORDED.exists():
        raise SystemExit(f"{sdk_jobs.RECORDED} is missing; run this without --compare")
    kept = json.loads(sdk_jobs.RECORDED.read_text(encoding="utf-8"))
    ours = {each["name"]: each for each in kept["requests"]}
    theirs = {each["name"]: each for each in found["requests"]}
    names = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
    if names or kept["sdk"] != found["sdk"]:
        raise SystemExit(
            f"the SDK sends something else than what is recorded: {', '.join(names) or kept['sdk']}; "
            "record anew and look at the difference")
    print(f"{len(theirs)} recorded requests are those that SDK {found['sdk']} sends")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--compare", action="store_true", help="write nothing, and end with 1 where something differs")
    options = arguments.parse_args()
    _, rows = sdk_jobs.read_table()
    found = record(rows)
    if options.compare:
        compare(found)
        return
    text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
    sdk_jobs.RECORDED.write_text(text + "\n", encoding="utf-8")
    print(f"{len(rows)} requests of SDK {found['sdk']} in {sdk_jobs.RECORDED}")


if __name__ == "__main__":
    main()
