"""Turns the jobs of jobs.json, which are in renderdrop's own words, into calls of the official Python SDK.

What stands here is what somebody would write who has the SDK's documentation and the same job in mind: nothing of it is
taken from renderdrop's catalogue.
"""
import dataclasses
import json
import os
import pathlib

# What the caller's shell says of keys, regions and proxies is not for these calls.
for name in [name for name in os.environ if name.startswith("DASHSCOPE_")]:
    del os.environ[name]
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"

import dashscope  # noqa: E402  (reads the environment when it is imported)
from dashscope import ImageSynthesis, MultiModalConversation, VideoSynthesis  # noqa: E402
from dashscope.aigc.image_generation import ImageGeneration  # noqa: E402
from dashscope.version import __version__  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parent
TABLE = FOLDER / "jobs.json"
RECORDED = FOLDER.parent / "Fixtures" / "sdk-bodies.json"

CLASSES = {each.__name__: each for each in (ImageSynthesis, ImageGeneration, MultiModalConversation, VideoSynthesis)}

# Words of a job that the SDK passes on as parameters of the same name.
PARAMETERS = ("n", "size", "resolution", "ratio", "duration", "seed", "prompt_extend", "watermark")
# Durations that a job says in a word.
DURATIONS = {"auto": -1, "keep": 0}
# Models of which the SDK takes all media as one list.
MEDIA_LISTS = ("wan2.7-i2v", "wan2.7-r2v", "wan2.7-videoedit", "wan3.0-video", "happyhorse")
# Media whose keys the SDK has no keyword for; they go through its `extra_input`.
EXTRA_KEYS = {
    "video": "video_url", "mask": "mask_image_url", "mask_video": "mask_video_url", "first_clip": "first_clip_url",
    "last_clip": "last_clip_url",
}
# Values that stand in `input` and that the SDK has no keyword for.
EXTRA_VALUES = ("mask_frame_id",)
KINDS = {"jpg": "image", "png": "image", "webp": "image", "bmp": "image", "mp4": "video", "mov": "video", "mp3": "audio", "wav": "audio"}


@dataclasses.dataclass
class Row:
    """One row of the table."""
    name: str
    call: str
    job: dict
    given: dict

    @property
    def class_name(self):
        return self.call.split(".")[0]

    @property
    def is_async(self):
        return self.call.endswith(".async_call")

    @property
    def streams(self):
        return self.given.get("stream", False)

    def send(self, job=None):
        """Calls the SDK once.

        - job: in place of the row's own.
        """
        owner, method = self.call.split(".")
        return getattr(CLASSES[owner], method)(**KEYWORDS[owner](job or self.job), **self.given)


def read_table():
    """All of jobs.json, and its rows."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    if table["sdk"] != __version__:
        raise SystemExit(f"the table is for SDK {table['sdk']}, but this is {__version__}")
    rows = [Row(each["name"], each["call"], each["job"], each.get("with", {})) for each in table["jobs"]]
    names = [row.name for row in rows]
    if len(set(names)) != len(names):
        raise SystemExit(f"two jobs have one name: {sorted(name for name in set(names) if names.count(name) > 1)}")
    return table, rows


def address(base):
    """Points the SDK at a server on this machine."""
    dashscope.base_http_api_url = base
    dashscope.api_key = "sk-conformance"


def listed(value):
    return value if isinstance(value, list) else [value]


def common(job):
    words = {word: job[word] for word in PARAMETERS if word in job}
    if "duration" in words:
        words["duration"] = DURATIONS.get(words["duration"], words["duration"])
    if isinstance(job.get("audio"), bool):
        words["audio"] = job["audio"]
    words.update({key: value for key, value in job.get("parameters", {}).items() if key not in EXTRA_VALUES})
    if "negative_prompt" in job:
        words["negative_prompt"] = job["negative_prompt"]
    return words


def image_synthesis(job):
    model = job["model"]
    words = {"model": model, "prompt": job["prompt"], **common(job)}
    references = listed(job.get("references", []))
    if references:
        if "imageedit" in model:
            words["base_image_url"], = references
        elif "sketch" in model:
            words["sketch_image_url"], = references
        elif model.startswith("wanx-v1"):
            words["ref_img"], = references
        else:
            words["images"] = references
    if "mask" in job:
        words["mask_image_url"] = job["mask"]
    if "function" in job:
        words["function"] = job["function"]
    return words


def messages(job):
    content = [{"image": url} for url in listed(job.get("references", []))] + [{"text": job["prompt"]}]
    return {"model": job["model"], "messages": [{"role": "user", "content": content}], **common(job)}


def video_synthesis(job):
    model = job["model"]
    words = {"model": model, **common(job)}
    if "prompt" in job:
        words["prompt"] = job["prompt"]
    media = media_of(job)
    if model.startswith(MEDIA_LISTS):
        if media:
            words["media"] = [media_item(model, item) for item in media]
        return words
    extra = {key: job["parameters"][key] for key in EXTRA_VALUES if key in job.get("parameters", {})}
    if "function" in job:
        extra["function"] = job["function"]
    for role, url, _ in media:
        if role.startswith("reference"):
            if "vace" in model:
                extra.setdefault("ref_images_url", []).append(url)
            elif "animate" in model or "s2v" in model:
                extra["image_url"] = url
            else:
                words.setdefault("reference_urls", []).append(url)
        elif role == "first_frame":
            words["first_frame_url" if "kf2v" in model or "vace" in model else "img_url"] = url
        elif role == "last_frame":
            words["last_frame_url"] = url
        elif role == "audio" and "s2v" in model:
            extra["audio_url"] = url
        elif role == "audio":
            words["audio_url"] = url
        else:
            extra[EXTRA_KEYS[role]] = url
    if extra:
        words["extra_input"] = extra
    return words


def media_of(job):
    """Role, link and voice of everything that a job for a film names, in its order."""
    media = []
    for word, value in job.items():
        if word == "references":
            voices = listed(job.get("voice", []))
            for index, url in enumerate(listed(value)):
                media.append((f"reference_{kind(url)}", url, voices[index] if index < len(voices) else None))
        elif word == "media":
            for item in value:
                (role, url), = ((role, url) for role, url in item.items() if role != "voice")
                media.append((role, url, item.get("voice")))
        elif word in ("first_frame", "last_frame", "video", "mask") or (word == "audio" and isinstance(value, str)):
            media.append((word, value, None))
    return media


def media_item(model, item):
    role, url, voice = item
    if role == "audio":
        role = "driving_audio"
    return {"type": role, "url": url, **({"reference_voice": voice} if voice else {})}


def kind(url):
    return KINDS[url.rsplit(".", 1)[-1]]


KEYWORDS = {
    "ImageSynthesis": image_synthesis, "ImageGeneration": messages, "MultiModalConversation": messages,
    "VideoSynthesis": video_synthesis,
}
