# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks a document against HTTP Archive 1.2, field by field, as the specification lists them."""

import datetime
import json
import re

OPTIONAL = {"comment"}


def check(text):
    """Fails unless the text is a whole HAR; returns its entries."""
    document = json.loads(text)
    members(document, "", required={"log": dict})
    log = document["log"]
    members(log, "log", required={"version": str, "creator": dict, "entries": list}, optional={"browser": dict, "pages": list})
    assert log["version"] == "1.2", log["version"]
    members(log["creator"], "creator", required={"name": str, "version": str})
    for page in log.get("pages", []):
        members(page, "page", required={"startedDateTime": str, "id": str, "title": str, "pageTimings": dict})
    for entry in log["entries"]:
        check_entry(entry)
    times = [moment(entry["startedDateTime"]) for entry in log["entries"]]
    assert all(times), times
    return log["entries"]


def members(found, where, required, optional=()):
    """All required members with the right type, and no others but those that begin with "_"."""
    optional = dict(optional)
    assert isinstance(found, dict), f"{where}: {found!r}"
    for name, kind in required.items():
        assert name in found, f"{where}: {name} is missing"
        assert isinstance(found[name], kind) and not isinstance(found[name], bool), f"{where}.{name}: {found[name]!r}"
    for name, value in found.items():
        if name.startswith("_") or name in required or name in OPTIONAL:
            continue
        assert name in optional, f"{where}: {name} is unknown to HAR"
        assert isinstance(value, optional[name]), f"{where}.{name}: {value!r}"


def moment(text):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text), text
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


NUMBER = (int, float)


def check_entry(entry):
    members(
        entry, "entry",
        required={"startedDateTime": str, "time": NUMBER, "request": dict, "response": dict, "cache": dict, "timings": dict},
        optional={"pageref": str, "serverIPAddress": str, "connection": str},
    )
    moment(entry["startedDateTime"])

    request = entry["request"]
    members(
        request, "request",
        required={"method": str, "url": str, "httpVersion": str, "cookies": list, "headers": list, "queryString": list,
                  "headersSize": int, "bodySize": int},
        optional={"postData": dict},
    )
    assert re.fullmatch(r"https?://[!-~]+", request["url"]), request["url"]
    if "postData" in request:
        members(request["postData"], "postData", required={"mimeType": str, "params": list, "text": str})

    response = entry["response"]
    members(
        response, "response",
        required={"status": int, "statusText": str, "httpVersion": str, "cookies": list, "headers": list, "content": dict,
                  "redirectURL": str, "headersSize": int, "bodySize": int},
    )
    members(response["content"], "content", required={"size": int, "mimeType": str},
            optional={"compression": int, "text": str, "encoding": str})

    for pair in request["cookies"] + request["headers"] + request["queryString"] + response["headers"]:
        members(pair, "pair", required={"name": str, "value": str})

    timings = entry["timings"]
    members(timings, "timings", required={"send": NUMBER, "wait": NUMBER, "receive": NUMBER},
            optional={"blocked": NUMBER, "dns": NUMBER, "connect": NUMBER, "ssl": NUMBER})
    # ssl is part of connect; what isn't known is -1.
    total = sum(value for name, value in timings.items() if name != "ssl" and value >= 0)
    assert abs(total - entry["time"]) < 0.002, (total, entry["time"])
