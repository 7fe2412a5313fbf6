"""Is a YAML file as a JSON Schema says, and is it found where the file says WRONG in the place of RIGHT?

    ci_schema.py SCHEMA FILE RIGHT WRONG
"""

import json
import sys

import jsonschema
import yaml


def whole(job, jobs):
    """With what it extends, as GitLab takes it: its schema looks into no hidden job."""
    if not isinstance(job, dict) or "extends" not in job:
        return job
    return {**whole(jobs[job["extends"]], jobs), **{key: value for key, value in job.items() if key != "extends"}}


def mistakes(schema, text):
    jobs = yaml.safe_load(text)
    document = {name: whole(job, jobs) for name, job in jobs.items()}
    return list(jsonschema.Draft7Validator(schema).iter_errors(document))


def main(schema_path, path, right, wrong):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found = mistakes(schema, text)
    for each in found:
        print(f"{path}: {'/'.join(map(str, each.absolute_path))}: {each.message[:500]}", file=sys.stderr)
    if right not in text:
        sys.exit(f"{path} has no {right}")
    if not mistakes(schema, text.replace(right, wrong)):
        sys.exit(f"{path}: {wrong} in the place of {right}, and nobody says so")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
