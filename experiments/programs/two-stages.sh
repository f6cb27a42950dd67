#!/bin/sh
# Two stages: the engine screens 10,000 scenarios, and PySD runs the 20 with the lowest peak again, those that spread at
# all. Wants the image of docker/images/pysd, or with FLOWYARD_FLEET=process PySD in the machine's Python.
set -e
cd "$(dirname "$0")"
best=$(mktemp -d)

flowyard -q run sir.yaml
flowyard -q checkout sir --where 'infected_in_all > 1000' --sort peak --limit 20 -o "$best/checkout"
only=$(tail -n +2 "$best/checkout/scenarios.csv" | cut -d, -f1 | paste -sd,)

flowyard -q run sir.yaml --name sir-by-pysd --set runner=pysd --set workers.memory=512MiB --only "$only"
flowyard compare sir sir-by-pysd --within 1e-9
rm -r "$best"
