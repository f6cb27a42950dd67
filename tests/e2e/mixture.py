"""Mixture: experiments of every kind at once, for tests that let a controller do much at the same time.

Batches long and short, warm workers and workers for one batch, a sweep, Monte Carlo, and scenarios that fail.
"""

import os

import yard

# The time step is 1 / finest: where finest is 0, the scenario fails.
FRAGILE_MODEL = """{UTF-8}
growth = 0.1 ~~|
finest = 1 ~~|
Stock = INTEG(growth * Stock, 1) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 100 ~~|
TIME STEP = 1 / finest ~~|
SAVEPER = 1 ~~|
"""

SWEEP = """
name: sweep
model: {experiments}/models/logistic.yaml
parameters: {{growth_rate: {{linspace: [0.01, 0.1, 60]}}}}
outputs: {{outcomes: {{final: last(Population), time_to_90: first_time(fullness >= 0.9)}}}}
workers: {{count: 2, batch: 3}}
retry: {{attempts: 2, backoff: {{initial: 50ms, max: 200ms}}}}
"""

MONTE_CARLO = """
name: monte-carlo
model: {experiments}/models/logistic.yaml
scenarios: [{{name: Baseline}}, {{name: Fast, parameters: {{growth_rate: 0.05}}}}]
parameters: {{initial_population: {{uniform: [50, 150]}}}}
design: {{method: random, samples: 40}}
time: {{stop: 400, step: 0.002, save_every: 10}}
outputs: {{series: [Population], outcomes: {{final: last(Population)}}}}
workers: {{count: 2, batch: 8, isolation: scenario}}
retry: {{attempts: 2, backoff: {{initial: 50ms, max: 200ms}}}}
"""

SINGLE_USE = """
name: single-use
model: {experiments}/models/logistic.yaml
parameters: {{growth_rate: {{normal: [0.03, 0.005], min: 0.005}}}}
design: {{method: lhs, samples: 12}}
outputs: {{outcomes: {{final: last(Population)}}}}
workers: {{count: 2, batch: 2, isolation: fresh}}
retry: {{attempts: 2, backoff: {{initial: 50ms, max: 200ms}}}}
"""

FRAGILE = """
name: fragile
model: fragile.mdl
scenarios: [{{name: Good}}, {{name: Bad, parameters: {{finest: [1, 0, 2]}}}}]
parameters: {{growth: {{linspace: [0.01, 0.1, 4]}}}}
outputs: {{outcomes: {{final: last(Stock)}}}}
workers: {{count: 2, batch: 4}}
retry: {{attempts: 2, backoff: {{initial: 50ms, max: 200ms}}}}
"""

KINDS = {"sweep": SWEEP, "monte-carlo": MONTE_CARLO, "single-use": SINGLE_USE, "fragile": FRAGILE}


def write(yard_of_test):
    """The files of all kinds, by name."""
    yard_of_test.write("fragile.mdl", FRAGILE_MODEL)
    return {name: yard_of_test.write(name + ".yaml", text.format(experiments=os.path.abspath(yard.EXPERIMENTS)))
            for name, text in KINDS.items()}
