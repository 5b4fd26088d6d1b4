#!/usr/bin/env python3
"""Records what the official Python SDK sends for a set of jobs, into Tests/Fixtures/sdk-bodies.json.

    python3 -m venv venv && venv/bin/pip install dashscope==2.0.2
    venv/bin/python Tests/Conformance/record_sdk_bodies.py

The SDK talks to a server on this machine; nothing leaves it.
"""
import http.server
import json
import pathlib
import threading

import dashscope
from dashscope import ImageSynthesis, MultiModalConversation
from dashscope.aigc.image_generation import ImageGeneration
from dashscope.version import __version__

E1 = "/services/aigc/multimodal-generation/generation"
E2 = "/services/aigc/image-generation/generation"
E3 = "/services/aigc/text2image/image-synthesis"
E4 = "/services/aigc/image2image/image-synthesis"
A, B, C = (f"https://assets.example.com/{name}" for name in ("chair.png", "room.jpg", "cat%20one.webp"))

JOBS = [
    {"path": E1, "model": "qwen-image-2.0-pro", "prompt": "A lighthouse made of folded paper", "n": 1, "size": "2048*2048",
     "negative_prompt": "blurry, extra text", "prompt_extend": True, "watermark": False, "seed": 20261},
    {"path": E1, "model": "qwen-image-edit-plus", "prompt": "Place the chair of image 1 in the room of image 2",
     "references": [A, B], "n": 2, "size": "1536*1024"},
    {"path": E1, "model": "qwen-image-edit", "prompt": "Remove the background", "references": [C], "n": 1,
     "negative_prompt": "noise"},
    {"path": E1, "model": "z-image-turbo", "prompt": "一只戴红帽子的猫 \"quoted\"\nsecond line", "n": 1, "size": "1024*1536",
     "prompt_extend": False},
    {"path": E1, "model": "qwen-image-3.0", "prompt": "Three cats", "n": 3,
     "parameters": {"prompt_extend_mode": "direct", "enable_thinking": False}},
    {"path": E1, "model": "wan2.7-image", "prompt": "A poster", "n": 1, "size": "2K",
     "parameters": {"thinking_mode": True, "color_palette": [
         {"hex": "#FF0000", "ratio": "50.00%"}, {"hex": "#00FF00", "ratio": "25.00%"}, {"hex": "#0000FF", "ratio": "25.00%"}]}},
    {"path": E2, "model": "wan2.6-t2i", "prompt": "A tin robot", "n": 2, "size": "1280*1280", "seed": 0,
     "negative_prompt": "people", "prompt_extend": True, "watermark": True},
    {"path": E2, "model": "wan2.6-image", "prompt": "Give the cat a red hat", "references": [C, A, B], "n": 1, "size": "1K"},
    {"path": E2, "model": "wan2.7-image-pro", "prompt": "A set of four stamps", "n": 4, "size": "4K",
     "parameters": {"enable_sequential": True}},
    {"path": E3, "model": "wan2.2-t2i-flash", "prompt": "A tin robot watering tulips", "n": 2, "size": "1024*1024",
     "negative_prompt": "people", "seed": 7, "prompt_extend": True, "watermark": False},
    {"path": E3, "model": "qwen-image-plus", "prompt": "A sign that says open", "n": 1, "size": "1664*928", "seed": 2147483647},
    {"path": E3, "model": "wan2.5-t2i-preview", "prompt": "Fog", "n": 4},
    {"path": E3, "model": "wanx-v1", "prompt": "A pagoda", "n": 1, "size": "720*1280", "parameters": {"style": "<watercolor>"}},
    {"path": E4, "model": "wan2.5-i2i-preview", "prompt": "Join both", "references": [A, B], "n": 1, "size": "1280*1280",
     "negative_prompt": "text", "watermark": False},
    {"path": E4, "model": "wan2.5-i2i-preview", "prompt": "Warmer light", "references": [C], "n": 2, "seed": 5,
     "prompt_extend": False},
]


class Recorder(http.server.BaseHTTPRequestHandler):
    seen = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Recorder.seen.append((self.path, dict(self.headers), json.loads(body)))
        if "X-DashScope-Async" in self.headers:
            answer = {"output": {"task_status": "PENDING", "task_id": "t"}, "request_id": "r"}
        else:
            content = [{"image": "https://x.example/a.png"}]
            answer = {"output": {"choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": content}}]},
                      "usage": {"image_count": 1}, "request_id": "r"}
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        pass


def send(job):
    words = {key: job[key] for key in ("n", "size", "seed", "prompt_extend", "watermark") if key in job}
    words.update(job.get("parameters", {}))
    if job["path"] in (E3, E4):
        ImageSynthesis.async_call(
            model=job["model"], prompt=job["prompt"], negative_prompt=job.get("negative_prompt"),
            images=job.get("references"), **words)
        return
    if "negative_prompt" in job:
        words["negative_prompt"] = job["negative_prompt"]
    content = [{"image": url} for url in job.get("references", [])] + [{"text": job["prompt"]}]
    messages = [{"role": "user", "content": content}]
    if job["path"] == E2:
        ImageGeneration.async_call(model=job["model"], messages=messages, **words)
    elif job["model"].startswith("wan"):
        ImageGeneration.call(model=job["model"], messages=messages, **words)
    else:
        MultiModalConversation.call(model=job["model"], messages=messages, **words)


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    dashscope.api_key = "sk-none"
    dashscope.base_http_api_url = f"http://127.0.0.1:{server.server_port}/api/v1"
    rows = []
    for job in JOBS:
        before = len(Recorder.seen)
        send(job)
        assert len(Recorder.seen) == before + 1, job
        path, headers, body = Recorder.seen[-1]
        rows.append({
            "job": job, "path": path.removeprefix("/api/v1"), "async": headers.get("X-DashScope-Async") == "enable",
            "body": body})
    server.shutdown()
    target = pathlib.Path(__file__).parent.parent / "Fixtures" / "sdk-bodies.json"
    text = json.dumps({"sdk": __version__, "requests": rows}, ensure_ascii=False, indent=1)
    target.write_text(text + "\n", encoding="utf-8")
    print(f"{len(rows)} requests of SDK {__version__} in {target}")


if __name__ == "__main__":
    main()
