# Logistic growth: takes numbers out of the scenario by sed, computes by awk, answers with series as CSV.
number() { sed "s/.*\"$1\":\([-+0-9.e]*\).*/\1/" "$FLOWYARD_SCENARIO"; }

echo "growth rate $(number growth_rate)" >&2 # a word for the log
awk -v rate="$(number growth_rate)" -v capacity="$(number capacity)" -v start="$(number start)" \
  -v stop="$(number stop)" -v step="$(number step)" -v every="$(number save_every)" 'BEGIN {
  print "time,Population"
  population = 100
  for (time = start; time <= stop; time += every) {
    printf "%.17g,%.17g\n", time, population
    for (i = 0; i < every / step; i++) population += step * rate * population * (1 - population / capacity)
  }
}' > "$FLOWYARD_RESULT"
