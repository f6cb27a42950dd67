#include "controller/experiment/design/unit_cube.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <limits>
#include <utility>

#include "controller/experiment/design/unit_draw.hpp"

namespace flowyard::controller::experiment::design {
namespace {

constexpr std::array<std::uint32_t, kMaxHaltonDimensions> first_primes() {
  std::array<std::uint32_t, kMaxHaltonDimensions> kPrimes{};
  std::uint32_t found = 0;
  for (std::uint32_t candidate = 2; found < kMaxHaltonDimensions; ++candidate) {
    bool prime = true;
    for (std::uint32_t i = 0; i < found && prime; ++i) prime = candidate % kPrimes[i] != 0;
    if (prime) kPrimes[found++] = candidate;
  }
  return kPrimes;
}

constexpr auto kPrimes = first_primes();

}  // namespace

std::uint64_t permuted(std::uint64_t place, std::uint64_t count, std::uint64_t seed, std::uint64_t stream) {
  assert(place < count);
  if (count < 2) return place;
  const auto half = static_cast<int>(std::bit_width(count - 1) + 1) / 2;
  const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
  constexpr std::uint64_t kRounds = 6;
  do {
    std::uint64_t left = place >> half;
    std::uint64_t right = place & mask;
    for (std::uint64_t round = 0; round < kRounds; ++round) {
      const std::uint64_t mixed = words_of(seed, right << 8 | round, stream)[0] & mask;
      left = std::exchange(right, left ^ mixed);
    }
    place = left << half | right;
  } while (place >= count);
  return place;
}

std::uint32_t UnitCube::most_dimensions() const {
  return method_ == experiment::DesignMethod::Halton ? kMaxHaltonDimensions
                                                     : std::numeric_limits<std::uint32_t>::max();
}

namespace {

// McKay, Beckman and Conover (1979): each of `samples` equal strata is hit once on every dimension.
double latin(std::uint64_t seed, std::uint64_t samples, std::uint64_t sample, const Dimension& dimension) {
  const std::uint64_t stratum = permuted(sample, samples, seed, dimension.stream);
  const double inside = unit_draw(seed, sample, dimension.stream);
  return (static_cast<double>(stratum) + inside) / static_cast<double>(samples);
}

// The radical inverse in the dimension's own prime base, with the digits of each place permuted at random:
// plain Halton points of two large bases lie on lines (Owen, "A randomized Halton algorithm in R", 2017).
double halton(std::uint64_t seed, std::uint64_t sample, const Dimension& dimension) {
  const std::uint64_t base = kPrimes[dimension.number];
  const double step = 1.0 / static_cast<double>(base);
  double u = 0;
  double weight = step;
  std::uint64_t rest = sample;
  for (std::uint64_t digit = 0; weight > 0x1p-54; ++digit, weight *= step, rest /= base)
    u += weight * static_cast<double>(permuted(rest % base, base, seed, dimension.stream + digit));
  return std::min(std::max(u, 0x1p-54), 1 - 0x1p-53);
}

}  // namespace

double UnitCube::at(std::uint64_t sample, const Dimension& dimension) const {
  switch (method_) {
    case experiment::DesignMethod::LatinHypercube:
      return latin(seed_, samples_, sample, dimension);
    case experiment::DesignMethod::Halton:
      return halton(seed_, sample, dimension);
    case experiment::DesignMethod::Random:
    case experiment::DesignMethod::Grid:  // of axes: draws are independent
    case experiment::DesignMethod::Zip:
      break;
  }
  return unit_draw(seed_, sample, dimension.stream);
}

}  // namespace flowyard::controller::experiment::design
