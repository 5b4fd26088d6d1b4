#!/usr/bin/env python3
"""A complete hot folder in Python, to compare with: watchdog, the official SDK, a thread for each job.

It does what a careful person writes in an afternoon: a job file is moved out of the inbox, the picture is written beside its
place and renamed into it, a small file with the answer lies beside it, and the job file ends in `done` or `failed`. It keeps no
ledger and flushes nothing: what runs during a crash is lost or paid for twice.

    pip install -r requirements.txt
    hot_folder.py FOLDER --base-url URL [--threads 64] [--queries-per-second 15] [--jobs N]

`--queries-per-second` puts a limiter before each query, because the SDK has none and each of its waits asks for itself.
`--jobs` ends it after so many jobs and prints what they took, as JSON.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import resource
import threading
import time
import urllib.request

import dashscope
import watchdog.events
import watchdog.observers
import yaml


class Limiter:
    """So many turns in a second, evenly spaced."""

    def __init__(self, per_second):
        self.gap, self.next, self.lock = 1 / per_second, 0.0, threading.Lock()

    def turn(self):
        with self.lock:
            turn = max(self.next, time.monotonic())
            self.next = turn + self.gap
        time.sleep(max(0, turn - time.monotonic()))


class HotFolder(watchdog.events.FileSystemEventHandler):
    def __init__(self, root, threads, limiter):
        self.root, self.limiter = root, limiter
        for name in ("inbox", "working", "outbox", "done", "failed"):
            (root / name).mkdir(parents=True, exist_ok=True)
        self.pool = concurrent.futures.ThreadPoolExecutor(threads)
        self.lock, self.ended, self.failed, self.queries = threading.Lock(), 0, 0, 0
        self.changed = threading.Event()

    def on_closed(self, event):
        self.take(pathlib.Path(event.src_path))

    def on_moved(self, event):
        self.take(pathlib.Path(event.dest_path))

    def take(self, path):
        if path.suffix != ".yaml" or path.name.startswith((".", "_")):
            return
        claimed = self.root / "working" / path.name
        try:
            os.rename(path, claimed)
        except FileNotFoundError:
            return  # another event had it
        self.pool.submit(self.work, claimed)

    def scan(self):
        for path in sorted((self.root / "inbox").iterdir()):
            self.take(path)

    def work(self, path):
        try:
            job = yaml.safe_load(path.read_text(encoding="utf-8"))
            urls, answer = self.asynchronous(job) if job["model"].startswith("wan") else self.synchronous(job)
            folder = self.root / "outbox" / path.stem
            folder.mkdir(exist_ok=True)
            for number, url in enumerate(urls, 1):
                with urllib.request.urlopen(url, timeout=60) as body:
                    data = body.read()
                part = folder / f".{number}.part"
                part.write_bytes(data)
                os.rename(part, folder / f"{path.stem}-{number}.png")
            (folder / f"{path.stem}.json").write_text(json.dumps(answer, default=str), encoding="utf-8")
            os.rename(path, self.root / "done" / path.name)
        except Exception as error:  # one bad job must not stop the others
            (self.root / "failed" / (path.stem + ".txt")).write_text(repr(error), encoding="utf-8")
            os.rename(path, self.root / "failed" / path.name)
            with self.lock:
                self.failed += 1
        with self.lock:
            self.ended += 1
        self.changed.set()

    @staticmethod
    def checked(answer):
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code} {answer.code} {answer.message}")
        return answer

    def synchronous(self, job):
        answer = self.checked(dashscope.MultiModalConversation.call(
            model=job["model"], messages=[{"role": "user", "content": [{"text": job["prompt"]}]}],
            size=job.get("size"), n=job.get("n", 1)))
        items = [item for choice in answer.output.choices for item in choice.message.content]
        return [item["image"] for item in items if "image" in item], dict(answer)

    def asynchronous(self, job):
        words = {"model": job["model"], "prompt": job["prompt"], "size": job.get("size"), "n": job.get("n", 1)}
        task = self.checked(dashscope.ImageSynthesis.async_call(**words))
        if not self.limiter:
            answer = self.checked(dashscope.ImageSynthesis.wait(task))
        else:
            while True:
                time.sleep(1)
                self.limiter.turn()
                with self.lock:
                    self.queries += 1
                answer = self.checked(dashscope.ImageSynthesis.fetch(task))
                if answer.output.task_status not in ("PENDING", "RUNNING"):
                    break
        if answer.output.task_status != "SUCCEEDED":
            raise RuntimeError(f"{answer.output.task_status} {answer.output.get('message')}")
        return [result["url"] for result in answer.output.results], dict(answer)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--queries-per-second", type=float)
    parser.add_argument("--jobs", type=int)
    given = parser.parse_args()
    dashscope.base_http_api_url = given.base_url
    dashscope.api_key = os.environ["DASHSCOPE_API_KEY"]
    limiter = Limiter(given.queries_per_second) if given.queries_per_second else None
    folder = HotFolder(given.folder, given.threads, limiter)
    observer = watchdog.observers.Observer()
    observer.schedule(folder, str(given.folder / "inbox"))
    observer.start()
    began = time.monotonic()
    folder.scan()
    while given.jobs is None or folder.ended < given.jobs:
        folder.changed.wait(1)
        folder.changed.clear()
    seconds = time.monotonic() - began
    observer.stop()
    folder.pool.shutdown()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "failed": folder.failed, "rss_kib": usage.ru_maxrss}))


if __name__ == "__main__":
    main()
