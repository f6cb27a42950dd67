# Logistic growth: reads a scenario as JSON, answers with a series as JSON.
import json
import sys

scenario = json.load(sys.stdin)
given, time = scenario["parameters"], scenario["time"]

steps = round(time["save_every"] / time["step"])
population, saved = 100.0, []
for _ in time["saved"]:
    saved.append(population)
    for _ in range(steps):
        population += time["step"] * given["growth_rate"] * population * (1 - population / given["capacity"])

print(f"growth rate {given['growth_rate']}: {saved[-1]:.0f} in the end", file=sys.stderr)  # a word for the log
print(json.dumps({"Population": saved}))
