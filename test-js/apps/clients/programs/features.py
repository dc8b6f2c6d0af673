"""What the programs in Python try, told as those in JavaScript tell it."""

import json
import os
import traceback

url = os.environ["REALM_URL"]
outcomes = []


def works(endpoint, feature, attempt):
    """Tries a feature: it works where nothing is raised."""
    try:
        attempt()
        outcomes.append({"endpoint": endpoint, "feature": feature, "outcome": "works"})
    except Exception:
        outcomes.append({"endpoint": endpoint, "feature": feature, "outcome": "fails", "error": traceback.format_exc()})


def refused(endpoint, feature, error, attempt):
    """Tries what cannot be honoured: the client raises what it raises for a status 400."""

    def attempted():
        try:
            attempt()
        except error:
            return
        raise AssertionError("it was not refused")

    works(endpoint, feature, attempted)
    if outcomes[-1]["outcome"] == "works":
        outcomes[-1]["outcome"] = "refused"


def report():
    """Tells what came of it."""
    print(json.dumps(outcomes))
