#!/usr/bin/env python3
"""Lets the official Python SDK, unchanged, drive `renderdrop simulate` with all jobs of jobs.json.

    venv/bin/python Tests/Conformance/drive_simulator.py .build/debug/renderdrop [--only PART-OF-A-NAME]

Every job is submitted, waited for, and its results are fetched and looked at; then the list, cancelling, uploads, limits and
refusals. Ends with 1 at the first mismatch, which it names. Nothing leaves this machine, and nothing is billed: the
simulators that it starts listen on a loopback address, and are stopped at the end.
"""
import argparse
import concurrent.futures
import contextlib
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib

import sdk_jobs
from sdk_jobs import ImageGeneration, ImageSynthesis, MultiModalConversation, VideoSynthesis

PATIENCE = 180  # seconds for one task; a debug build draws slowly
PNG = b"\x89PNG\r\n\x1a\n"
TOGETHER = 6


class Mismatch(Exception):
    """Something came otherwise than it should."""


def check(what, actual, expected):
    if actual != expected:
        raise Mismatch(f"{what}: got {actual!r}, expected {expected!r}")


@contextlib.contextmanager
def simulator(binary, *words):
    """A simulator on a free port, which the SDK is pointed at; ended with the block."""
    process = subprocess.Popen(
        [binary, "simulate", "--port", "0", "--quiet", *words], stdout=subprocess.PIPE, text=True)
    try:
        base = process.stdout.readline().strip()
        if not base.startswith("http://127.0.0.1:"):
            raise Mismatch(f"the simulator did not start: {base!r}")
        sdk_jobs.address(base)
        yield base
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# Results

def links(node):
    """All result links of an answer, however it lays them out."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("url", "image", "video_url", "output_image_url") and isinstance(value, str):
                if value:
                    yield value
            else:
                yield from links(value)
    elif isinstance(node, list):
        for value in node:
            yield from links(value)


def fetch(url):
    """The bytes behind a result link, asked for without the key."""
    with urllib.request.urlopen(url, timeout=PATIENCE) as response:
        return response.read()


def png_size(data):
    check("a picture begins as a PNG", data[:8], PNG)
    check("a picture is whole", data[-12:], b"\0\0\0\0IEND\xaeB`\x82")
    return "%d*%d" % struct.unpack(">II", data[16:24])


def expected_outputs(row):
    """How many outputs a job may have, at least and at most."""
    job, parameters = row.job, row.job.get("parameters", {})
    if row.class_name == "VideoSynthesis":
        return 1, 1
    if parameters.get("enable_interleave"):
        return 1, parameters["max_images"]
    if parameters.get("enable_sequential"):
        return 1, job["n"]
    count = job.get("n", 4)  # what the wan models make where nobody says how many
    return count, count


def look_at(row, output):
    """Downloads what came out; says how many pictures and films that are."""
    found = list(links(output))
    least, most = expected_outputs(row)
    if not least <= len(found) <= most:
        raise Mismatch(f"{len(found)} results, expected {least} to {most}")
    for url in found:
        data = fetch(url)
        if row.class_name == "VideoSynthesis":
            check("a film begins as an MP4", data[4:8], b"ftyp")
            continue
        size = png_size(data)
        if "*" in row.job.get("size", ""):
            check("the size of a picture", size, row.job["size"])
    return len(found)


def run(row):
    """One job from submit to file; the id of its task, if it has one, and how many results it had."""
    answer = row.send()
    if row.streams:
        parts = list(answer)
        for part in parts:
            check("an event", (part.status_code, part.code or "", part.message or ""), (200, "", ""))
        check("the last event ends it", parts[-1].output["choices"][0]["finish_reason"], "stop")
        # Text and pictures come one after the other; each event has what is new.
        return None, look_at(row, [part.output for part in parts])
    if not row.is_async:
        check("the answer", (answer.status_code, answer.code or "", answer.message or ""), (200, "", ""))
        return None, look_at(row, answer.output)
    check("the submit", (answer.status_code, answer.code or "", answer.message or ""), (200, "", ""))
    check("state of the task", answer.output["task_status"], "PENDING")
    task = answer.output["task_id"]
    owner = sdk_jobs.CLASSES[row.class_name]
    done = owner.wait(task, wait_timeout=PATIENCE)
    check("status of the wait", done.status_code, 200)
    failure = f"{done.output.get('code')}: {done.output.get('message')}" if done.output.get("code") else None
    check("the task at its end", (done.output["task_status"], failure), ("SUCCEEDED", None))
    check("the task's id", done.output["task_id"], task)
    return task, look_at(row, done.output)


def all_jobs(binary, rows):
    """Drives every job of the table against a fast simulator without limits, and then lists them."""
    tasks, outputs = {}, 0
    with simulator(binary, "--no-limits", "--speed", "1000") as base, \
            concurrent.futures.ThreadPoolExecutor(TOGETHER) as pool:
        running = {pool.submit(run, row): row for row in rows}
        for future in concurrent.futures.as_completed(running):
            row = running[future]
            try:
                task, count = future.result()
            except Exception as error:
                pool.shutdown(wait=False, cancel_futures=True)
                raise Mismatch(f"{row.name} ({row.job['model']}): {error}") from error
            outputs += count
            if task:
                tasks[task] = row
            print(f"ok  {row.name}: {count} of {row.call}")
        compare_received(base, rows)
        listed = list_all(tasks)
    return len(tasks), outputs, listed


def compare_received(base, rows):
    """What the simulator took in is what was recorded; so it read the same requests."""
    recorded = {each["name"]: each for each in json.loads(sdk_jobs.RECORDED.read_text(encoding="utf-8"))["requests"]}
    with urllib.request.urlopen(base.removesuffix("/api/v1") + "/_simulator/requests", timeout=PATIENCE) as response:
        submits = [each for each in json.load(response) if each["kind"] == "submit"]
    came = [(each["target"].removeprefix("/api/v1"), json.loads(each["body"])) for each in submits]
    for row in rows:
        one = recorded[row.name]
        if (one["path"], one["body"]) not in came:
            raise Mismatch(f"{row.name}: the simulator did not receive the recorded request")
    check("submits that came in", len(came), len(rows))


def list_all(tasks):
    """Pages through the list, and finds every task in it; how many entries it has."""
    found, page = {}, 1
    while True:
        answer = ImageSynthesis.list(page_no=page, page_size=25)
        check("status of the list", answer.status_code, 200)
        found.update({entry["task_id"]: entry for entry in answer.output["data"]})
        if page >= answer.output["total_page"]:
            break
        page += 1
    check("entries of the list", len(found), answer.output["total"])
    for task, row in tasks.items():
        if task not in found:
            raise Mismatch(f"{row.name}: the list does not show its task")
        entry = found[task]
        check(f"{row.name} in the list", (entry["model_name"], entry["status"]), (row.job["model"], "SUCCEEDED"))
    for owner in (ImageGeneration, VideoSynthesis):
        check("the list through another class", owner.list(page_size=1).output["total"], len(found))
    return len(found)


# Tasks, uploads, limits and refusals

def png(width, height):
    """An opaque picture."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + bytes((y % 256, 90, 40)) * width for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def uploads():
    """Local files, which the SDK uploads: a picture for an edit, a frame for a film, and an item of a media list."""
    with tempfile.TemporaryDirectory(prefix="renderdrop-conformance-") as folder:
        path = pathlib.Path(folder) / "photo.png"
        path.write_bytes(png(800, 600))
        local = path.as_uri()
        edit = MultiModalConversation.call(
            model="qwen-image-edit-plus",
            messages=[{"role": "user", "content": [{"image": local}, {"text": "make it evening"}]}],
            n=2, size="1536*1024")
        check("an edit of a local file", (edit.status_code, edit.code), (200, ""))
        content = edit.output.choices[0].message.content
        check("its pictures", [sorted(item) for item in content], [["image"], ["image"]])
        check("their size", png_size(fetch(content[1]["image"])), "1536*1024")
        for words in (
            {"model": "wan2.2-i2v-flash", "img_url": local, "resolution": "480P"},
            {"model": "wan2.7-i2v", "media": [{"type": "first_frame", "url": local}], "resolution": "720P", "duration": 2},
        ):
            film = VideoSynthesis.async_call(prompt="the light goes out", **words)
            check(f"a film of a local file by {words['model']}", (film.status_code, film.output["task_status"]), (200, "PENDING"))
            done = VideoSynthesis.wait(film, wait_timeout=PATIENCE)
            check("its end", (done.status_code, done.output.task_status), (200, "SUCCEEDED"))
            check("it is an MP4", fetch(done.output.video_url)[4:8], b"ftyp")
    return 3


def whole_calls():
    """The calls that wait by themselves, with what the SDK makes of their answers."""
    done = ImageSynthesis.call(
        model="wan2.2-t2i-flash", prompt="a tin robot watering tulips", n=2, size="1024*1024", seed=7)
    check("ImageSynthesis.call", (done.status_code, done.output.task_status), (200, "SUCCEEDED"))
    check("its results", len(done.output.results), 2)
    check("its usage", done.usage.image_count, 2)
    check("its size", png_size(fetch(done.output.results[0].url)), "1024*1024")
    film = VideoSynthesis.call(model="wan2.2-t2v-plus", prompt="a kite over dunes", size="832*480")
    check("VideoSynthesis.call", (film.status_code, film.output.task_status), (200, "SUCCEEDED"))
    check("its usage", (film.usage.video_count, film.usage.video_duration), (1, 5))
    check("it is an MP4", fetch(film.output.video_url)[4:8], b"ftyp")
    task = ImageGeneration.async_call(
        model="wan2.6-t2i", messages=[{"role": "user", "content": [{"text": "a paper boat at dusk"}]}], n=2, size="1280*1280")
    check("ImageGeneration.async_call", (task.status_code, task.output.task_status), (200, "PENDING"))
    check("ImageGeneration.fetch names the task", ImageGeneration.fetch(task).output.task_id, task.output.task_id)
    final = ImageGeneration.wait(task, wait_timeout=PATIENCE)
    check("ImageGeneration.wait", (final.status_code, final.output.task_status), (200, "SUCCEEDED"))
    check("its choices", len(final.output.choices), 2)
    check("its size", png_size(fetch(final.output.choices[0].message.content[0]["image"])), "1280*1280")
    listed = ImageSynthesis.list(model_name="wan2.6-t2i", page_size=5)
    check("the list of one model", [entry["task_id"] for entry in listed.output["data"]], [task.output.task_id])
    refused = ImageSynthesis.cancel(final.output.task_id)
    check("cancel of a finished task", (refused.status_code, refused.code), (400, "UnsupportedOperation"))


def cancelled():
    """Fills the five places of two slow models, so that the sixth task waits and can be cancelled; how many were."""
    def edit(number):
        return ImageSynthesis.async_call(
            model="wan2.5-i2i-preview", prompt=f"edit {number}", images=["https://assets.example.com/a.png"], n=1)

    def film(number):
        return VideoSynthesis.async_call(model="wan2.7-t2v", prompt=f"film {number}", resolution="720P", duration=10)

    for owner, submit in ((ImageSynthesis, edit), (VideoSynthesis, film)):
        for number in range(5):
            check("a place is taken", submit(number).status_code, 200)
        throttled = submit(5)
        check("a sixth submit in one second", (throttled.status_code, throttled.code), (429, "Throttling.RateQuota"))
        time.sleep(1.1)
        waiting = submit(6).output["task_id"]
        check("a task that waits", owner.fetch(waiting).output.task_status, "PENDING")
        check("its cancelling", owner.cancel(waiting).status_code, 200)
        check("its state afterwards", owner.fetch(waiting).output.task_status, "CANCELED")
        listed = owner.list(status="CANCELED").output["data"]
        check("the list of cancelled tasks shows it first", listed[0]["task_id"], waiting)
        again = owner.cancel(waiting)
        check("a second cancelling", (again.status_code, again.code), (400, "UnsupportedOperation"))
    return 2


def refusals():
    bad = MultiModalConversation.call(
        model="qwen-image-plus", messages=[{"role": "user", "content": [{"text": "x"}]}], n=2)
    check("a wrong number", (bad.status_code, bad.code, bad.message),
          (400, "InvalidParameter", "num_images_per_prompt must be 1"))
    unknown = ImageSynthesis.fetch("00000000-0000-0000-0000-000000000000")
    check("an unknown task", (unknown.status_code, unknown.output.task_status), (200, "UNKNOWN"))
    sdk_jobs.dashscope.api_key = "ak-wrong"
    check("a wrong key", ImageSynthesis.fetch("x").status_code, 401)
    return 3


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", help="renderdrop, as built")
    parser.add_argument("--only", default="", help="only jobs with this in their names, and nothing after them")
    options = parser.parse_args()
    table, rows = sdk_jobs.read_table()
    rows = [row for row in rows if options.only in row.name]
    binary = os.path.abspath(options.binary)
    began = time.monotonic()
    try:
        tasks, outputs, listed = all_jobs(binary, rows)
        summary = f"{len(rows)} jobs, {tasks} of them tasks, {outputs} results fetched, {listed} tasks in the list"
        if not options.only:
            with simulator(binary, "--speed", "1000"):
                whole_calls()
                summary += f", {uploads()} uploads"
            # Slow enough that the first task of a model still runs when the sixth comes.
            with simulator(binary, "--speed", "20"):
                summary += f", {cancelled()} cancelled"
                summary += f", {refusals()} refusals"
    except Mismatch as mismatch:
        sys.exit(f"MISMATCH {mismatch}")
    print(f"SDK {table['sdk']} against the simulator: {summary}; {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
