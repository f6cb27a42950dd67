/* Logistic growth as one would write it by hand for many runs at once: a structure of arrays over the lanes,
   in blocks that stay in the nearest cache, the loop over time outside and the loop over lanes inside. */
#include <stddef.h>

enum { block = 256 };

static inline double growth(double rate, double population, double capacity) {
  return rate * population * (1 - population / capacity);
}

void hand_euler(size_t lanes, size_t steps, double dt, double capacity, const double* restrict rates,
                double* restrict last) {
  double p[block] __attribute__((aligned(64)));
  for (size_t first = 0; first < lanes; first += block) {
    const size_t count = lanes - first < block ? lanes - first : block;
    const double* rate = rates + first;
    for (size_t i = 0; i < count; ++i) p[i] = 100;
    for (size_t n = 0; n < steps; ++n) {
#pragma GCC ivdep
      for (size_t i = 0; i < count; ++i) p[i] += dt * growth(rate[i], p[i], capacity);
    }
    for (size_t i = 0; i < count; ++i) last[first + i] = p[i];
  }
}

void hand_rk4(size_t lanes, size_t steps, double dt, double capacity, const double* restrict rates,
              double* restrict last) {
  double p[block] __attribute__((aligned(64)));
  for (size_t first = 0; first < lanes; first += block) {
    const size_t count = lanes - first < block ? lanes - first : block;
    const double* rate = rates + first;
    for (size_t i = 0; i < count; ++i) p[i] = 100;
    for (size_t n = 0; n < steps; ++n) {
#pragma GCC ivdep
      for (size_t i = 0; i < count; ++i) {
        const double y = p[i];
        const double k1 = growth(rate[i], y, capacity);
        const double k2 = growth(rate[i], y + dt / 2 * k1, capacity);
        const double k3 = growth(rate[i], y + dt / 2 * k2, capacity);
        const double k4 = growth(rate[i], y + dt * k3, capacity);
        p[i] = y + dt / 6 * k1 + dt / 3 * k2 + dt / 3 * k3 + dt / 6 * k4;
      }
    }
    for (size_t i = 0; i < count; ++i) last[first + i] = p[i];
  }
}
