#!/usr/bin/python3
"""Holds TOML files against a JSON Schema (draft-07): validate.py SCHEMA FILE...

Prints a line a file: `ok`, `not TOML` or `refused`, the file, and the first thing that is wrong.
Debian's python3 and python3-jsonschema (scripts/install-packages --suite).
"""
import json
import sys
import tomllib

import jsonschema


def judge(validator, path):
    try:
        with open(path, "rb") as file:
            document = tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return "not TOML", str(error)
    errors = sorted(validator.iter_errors(document), key=lambda error: list(map(str, error.path)))
    return ("refused", errors[0].message) if errors else ("ok", "")


def main(schema_path, *paths):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    for path in paths:
        verdict, why = judge(validator, path)
        print(f"{verdict}\t{path}\t{why!r:.200}")


main(*sys.argv[1:])
