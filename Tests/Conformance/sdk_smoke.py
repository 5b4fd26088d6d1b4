#!/usr/bin/env python3
"""Drives a DashScope server with the official Python SDK, unchanged.

Needs `pip install dashscope==2.0.2`. Reads DASHSCOPE_HTTP_BASE_URL (`http://127.0.0.1:PORT/api/v1`) and refuses to run
against anything but a loopback address, because every call would be billed. Exits with 1 at the first mismatch.
Meant for a simulator at speed 20 or so: its 60 s edits must outlast the script's pause of a second.
"""

import os
import struct
import sys
import tempfile
import time
import urllib.parse
import urllib.request
import zlib

BASE = os.environ.get("DASHSCOPE_HTTP_BASE_URL", "")
if urllib.parse.urlparse(BASE).hostname not in ("127.0.0.1", "localhost", "::1"):
    sys.exit("DASHSCOPE_HTTP_BASE_URL must name a simulator on this machine")

import dashscope  # noqa: E402  (reads the environment when it is imported)
from dashscope import ImageSynthesis, MultiModalConversation  # noqa: E402
from dashscope.aigc.image_generation import ImageGeneration  # noqa: E402
from dashscope.api_entities.dashscope_response import Message  # noqa: E402

dashscope.base_http_api_url = BASE
dashscope.api_key = "sk-smoke"


def check(what, actual, expected):
    if actual != expected:
        sys.exit(f"MISMATCH {what}: got {actual!r}, expected {expected!r}")
    print(f"ok  {what}: {actual!r}")


def png(width, height):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + bytes((x % 256, y % 256, 90) * 1)[:3] * width for y in range(height) for x in [y])
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def size_of(url):
    with urllib.request.urlopen(url, timeout=30) as response:
        data = response.read()
    check("result is a PNG", data[:8], b"\x89PNG\r\n\x1a\n")
    return "%d*%d" % struct.unpack(">II", data[16:24])


# Prompt family, asynchronous, waited for by the SDK.
done = ImageSynthesis.call(
    model="wan2.2-t2i-flash", prompt="a tin robot watering tulips", n=2, size="1024*1024", seed=7)
check("ImageSynthesis.call status", (done.status_code, done.output.task_status), (200, "SUCCEEDED"))
check("ImageSynthesis.call results", len(done.output.results), 2)
check("ImageSynthesis.call usage", done.usage.image_count, 2)
check("ImageSynthesis.call size", size_of(done.output.results[0].url), "1024*1024")

# Messages family, synchronous, with a local file that the SDK uploads.
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "photo.png")
    with open(path, "wb") as file:
        file.write(png(800, 600))
    edit = MultiModalConversation.call(
        model="qwen-image-edit-plus",
        messages=[{"role": "user", "content": [{"image": "file://" + path}, {"text": "make it evening"}]}],
        n=2, size="1536*1024", stream=False)
check("MultiModalConversation.call status", (edit.status_code, edit.code), (200, ""))
content = edit.output.choices[0].message.content
check("MultiModalConversation.call images", [sorted(item) for item in content], [["image"], ["image"]])
check("MultiModalConversation.call size", size_of(content[1]["image"]), "1536*1024")

# Messages family, asynchronous.
message = Message(role="user", content=[{"text": "a paper boat at dusk"}])
task = ImageGeneration.async_call(model="wan2.6-t2i", messages=[message], n=2, size="1280*1280")
check("ImageGeneration.async_call status", (task.status_code, task.output.task_status), (200, "PENDING"))
fetched = ImageGeneration.fetch(task)
check("ImageGeneration.fetch names the task", fetched.output.task_id, task.output.task_id)
final = ImageGeneration.wait(task)
check("ImageGeneration.wait status", (final.status_code, final.output.task_status), (200, "SUCCEEDED"))
check("ImageGeneration.wait choices", len(final.output.choices), 2)
check("ImageGeneration.wait size", size_of(final.output.choices[0].message.content[0]["image"]), "1280*1280")

# Management.
listed = ImageSynthesis.list(model_name="wan2.6-t2i", page_size=5)
check("list status", listed.status_code, 200)
entries = listed.output["data"] if listed.output and "data" in listed.output else listed["data"]
check("list finds the task", entries[0]["task_id"], task.output.task_id)
check("list status of the task", entries[0]["status"], "SUCCEEDED")
refused = ImageSynthesis.cancel(final.output.task_id)
check("cancel of a finished task", (refused.status_code, refused.code), (400, "UnsupportedOperation"))

# Fill the five places of a slow model, so that the sixth task waits and can be cancelled.
def edit_task(prompt):
    return ImageSynthesis.async_call(
        model="wan2.5-i2i-preview", prompt=prompt, images=["https://assets.example.com/a.png"], n=1)


for index in range(5):
    check("a place is taken", edit_task(f"edit {index}").status_code, 200)
throttled = edit_task("too fast")
check("a sixth submit in one second", (throttled.status_code, throttled.code), (429, "Throttling.RateQuota"))
time.sleep(1.1)
waiting = edit_task("cancel me").output.task_id
cancelled = ImageSynthesis.cancel(waiting)
check("cancel of a waiting task", cancelled.status_code, 200)
check("status after cancel", ImageSynthesis.fetch(waiting).output.task_status, "CANCELED")

# Errors.
bad = MultiModalConversation.call(
    model="qwen-image-plus", messages=[{"role": "user", "content": [{"text": "x"}]}], n=2)
check("refusal", (bad.status_code, bad.code, bad.message),
      (400, "InvalidParameter", "num_images_per_prompt must be 1"))
unknown = ImageSynthesis.fetch("00000000-0000-0000-0000-000000000000")
check("unknown task", (unknown.status_code, unknown.output.task_status), (200, "UNKNOWN"))
dashscope.api_key = "ak-wrong"
check("wrong key", ImageSynthesis.fetch("x").status_code, 401)
print("all checks passed")
