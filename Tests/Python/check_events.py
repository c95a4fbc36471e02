"""Checks payloads against the JSON Schemas of a folder, and the schemas against mutated payloads.

    check_events.py SCHEMAS < events      one {"type": …, "payload": …} a line

Every payload has to be valid, and every payload with one thing changed has to be invalid: a member added to any object
or taken from it, a value of another JSON type, an empty string. Prints the types seen.
"""

import copy
import json
import pathlib
import sys

from jsonschema import Draft202012Validator
from referencing import Registry, Resource


def closed(schema, place):
    """Every schema of an object lists its members and allows no other."""
    if isinstance(schema, dict):
        if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
            sys.exit(f"{place}: an object that is not closed")
        for key, value in schema.items():
            closed(value, f"{place}/{key}")


# What a payload may lack though another one has it.
OPTIONAL = {"block", "cause", "reason", "refused_reason"}


def mutations(payload):
    """Payloads with one thing wrong, and what it is."""

    def places(value, path):
        yield path, value
        members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, member in members:
            yield from places(member, path + [key])

    def changed(path, change):
        root = copy.deepcopy([payload])
        holder = root
        *outer, last = [0] + path
        for key in outer:
            holder = holder[key]
        change(holder, last)
        return root[0]

    for path, value in places(payload, []):
        wrong = [1, ""] if isinstance(value, str) else ["x"]
        if isinstance(value, dict):
            wrong.append({**value, "surprise": 1})
        for other in wrong:
            yield f"{path} = {other}", changed(path, lambda holder, key: holder.__setitem__(key, other))
        if path and isinstance(path[-1], str) and path[-1] not in OPTIONAL:
            yield f"without {path}", changed(path, lambda holder, key: holder.pop(key))


schemas = {path.name: json.loads(path.read_text()) for path in sorted(pathlib.Path(sys.argv[1]).glob("*.json"))}
registry = Registry().with_resources((name, Resource.from_contents(schema)) for name, schema in schemas.items())
for name, schema in schemas.items():
    Draft202012Validator.check_schema(schema)
    closed(schema, name)

seen = set()
for number, line in enumerate(sys.stdin, 1):
    event = json.loads(line)
    name = event["type"] + ".json"
    if name not in schemas:
        sys.exit(f"event {number}: there is no schema for {event['type']}")
    validator = Draft202012Validator(schemas[name], registry=registry)
    for error in validator.iter_errors(event["payload"]):
        sys.exit(f"event {number}, {event['type']}: {error.json_path}: {error.message}")
    for what, payload in mutations(event["payload"]):
        if validator.is_valid(payload):
            sys.exit(f"event {number}, {event['type']}: still valid: {what}")
    seen.add(event["type"])
print("\n".join(sorted(seen)))
