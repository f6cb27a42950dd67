"""The demonstration through the protocol's Python client: three environments for three scenarios, started together,
listed while they run, one restarted while the others go on, logs read, results checked out and compared, all deleted.

  conversation.py FLOWYARD MODEL THREE_SCENARIOS LONG FOLDER MODE     MODE: legacy, auto or a revision

Prints what was seen as one JSON object."""

import json
import os
import sys
import time

import anyio
import mcp.types
from mcp import Client, StdioServerParameters

FLOWYARD, MODEL, THREE, LONG, FOLDER, MODE = sys.argv[1:]
SEEN = {"asked": [], "progress": [], "characters": 0}


async def answer(_, question):
    SEEN["asked"].append(question.message)
    return mcp.types.ElicitResult(action="accept", content={"delete": True})


async def progress(done, _total, _message):
    SEEN["progress"].append(done)


async def call(client, name, **arguments):
    result = await client.call_tool(name, arguments, progress_callback=progress)
    text = "".join(block.text for block in result.content if block.type == "text")
    SEEN["characters"] += len(json.dumps(arguments)) + len(text)
    assert not result.is_error, f"{name}: {text}"
    return result.structured_content


async def wait(client, which):
    while True:
        state = await call(client, "experiment_wait", experiment=which, timeout_s=50)
        if state["state"] != "running":
            return state


async def demonstrate(client):
    tools = (await client.list_tools()).tools
    SEEN["tools"] = [tool.name for tool in tools]
    SEEN["characters"] += sum(len(tool.model_dump_json(exclude_none=True)) for tool in tools)
    SEEN["constants"] = (await call(client, "model_describe", path=MODEL, kind="constant"))["variables"]

    begun = time.monotonic()
    made = await call(client, "experiment_submit", path=THREE, key=f"three-{MODE}")
    three = str(made["id"])
    SEEN["three"] = await wait(client, three)
    SEEN["three_seconds"] = time.monotonic() - begun
    SEEN["table"] = (await call(client, "results_query", experiment=three))["rows"]
    SEEN["summary"] = await call(client, "results_summary", experiment=three)

    # The same, one environment after another.
    with open(THREE) as file, open(MODEL) as model:
        one_by_one = file.read().replace("count: 3", "count: 1")
        files = {"models/logistic.yaml": model.read()}
    begun = time.monotonic()
    counted = SEEN["characters"]
    alone = str((await call(client, "experiment_submit", experiment=one_by_one, files=files, key=f"alone-{MODE}"))["id"])
    SEEN["alone"] = await wait(client, alone)
    SEEN["alone_seconds"] = time.monotonic() - begun
    await call(client, "experiment_delete", experiment=alone)
    SEEN["characters"] = counted
    picture = await client.read_resource(f"flowyard://experiments/{three}/charts/Population")
    SEEN["picture"] = picture.contents[0].mime_type, len(picture.contents[0].blob)

    long = str((await call(client, "experiment_submit", path=LONG, key=f"long-{MODE}"))["id"])
    while True:
        counted = SEEN["characters"]
        before = (await call(client, "worker_list", experiment=long))["workers"]
        busy = [worker["name"] for worker in before if worker["runs"] > 0]
        if len(busy) == 3:
            break
        # How often it has to be looked is the machine's affair.
        SEEN["characters"] = counted
    await call(client, "worker_control", worker=busy[0], action="restart")
    SEEN["restarted"], SEEN["others"] = busy[0], busy[1:]
    SEEN["long"] = await wait(client, long)
    SEEN["workers"] = (await call(client, "worker_list", experiment=long, all=True))["workers"]
    SEEN["log"] = (await call(client, "worker_log", worker=busy[1]))["lines"]
    SEEN["why"] = await call(client, "explain", of=busy[0])

    resources = [str(resource.uri) for resource in (await client.list_resources()).resources]
    assert f"flowyard://experiments/{three}/results.csv" in resources, resources
    SEEN["export"] = await call(client, "results_export", experiment=three, folder=FOLDER)
    again = str((await call(client, "experiment_submit", path=THREE, key=f"again-{MODE}"))["id"])
    await wait(client, again)
    SEEN["compared"] = await call(client, "results_compare", **{"experiment": three, "with": again})
    for which in (three, long, again):
        await call(client, "experiment_delete", experiment=which)
    SEEN["left"] = (await call(client, "experiment_list"))["items"]


async def main():
    server = StdioServerParameters(command=FLOWYARD, args=["mcp"], env=dict(os.environ))
    async with Client(server, mode=MODE, elicitation_callback=answer) as client:
        await demonstrate(client)
    print(json.dumps(SEEN))


anyio.run(main)
