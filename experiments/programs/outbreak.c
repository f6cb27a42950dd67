/* A chain of chances (Reed and Frost): each day everybody who is well meets the ill, and some of the ill recover. */
#include <math.h>
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

/* How many of so many have the luck, each with this chance. */
static int lucky(int many, double chance) {
  int count = 0;
  for (int i = 0; i < many; ++i) count += drand48() < chance;
  return count;
}

int main(void) {
  scenario[fread(scenario, 1, sizeof scenario - 1, stdin)] = '\0';
  srand48((long)number("seed"));
  const int people = (int)number("people"), stop = (int)number("stop"), every = (int)number("save_every");
  const double infectivity = number("infectivity"), recovery = 1 / number("days_ill");
  int well = people - 3, ill = 3;
  printf("{\"Ill\": [");
  for (int day = 0; day <= stop; ++day) {
    if (day % every == 0) printf("%s%d", day == 0 ? "" : ", ", ill);
    const int caught = lucky(well, 1 - exp(-infectivity * ill / people)), recovered = lucky(ill, recovery);
    well -= caught;
    ill += caught - recovered;
  }
  printf("], \"share_infected\": %.17g}\n", 1 - (double)well / people);
  return 0;
}
