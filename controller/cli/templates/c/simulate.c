/* Logistic growth: takes numbers out of the scenario, answers with series as CSV. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char scenario[1 << 20];

static double number(const char* name) {
  char key[100];
  snprintf(key, sizeof key, "\"%s\":", name);
  const char* place = strstr(scenario, key);
  if (place == NULL) {
    fprintf(stderr, "the scenario has no %s\n", name);
    exit(1);
  }
  return strtod(place + strlen(key), NULL);
}

int main(void) {
  scenario[fread(scenario, 1, sizeof scenario - 1, stdin)] = '\0';
  const double rate = number("growth_rate"), capacity = number("capacity");
  const double stop = number("stop"), step = number("step"), every = number("save_every");
  FILE* result = fopen(getenv("FLOWYARD_RESULT"), "w");
  if (result == NULL) return 1;
  fprintf(stderr, "growth rate %g\n", rate); /* a word for the log */
  fprintf(result, "time,Population\n");
  double population = 100;
  for (double time = number("start"); time <= stop; time += every) {
    fprintf(result, "%.17g,%.17g\n", time, population);
    for (int i = 0; i < every / step; ++i) population += step * rate * population * (1 - population / capacity);
  }
  return fclose(result);
}
