// Philox 4x32-10, the counter-based random number generator of Salmon, Moraes, Dror and Shaw, "Parallel
// random numbers: as easy as 1, 2, 3", SC11 (2011). A pure function from (key, counter) to 128 random bits:
// no state, so a number depends only on its key and counter and never on earlier calls.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace flowyard {

using PhiloxCounter = std::array<std::uint32_t, 4>;

constexpr PhiloxCounter philox(std::uint64_t key, PhiloxCounter counter) {
  constexpr std::uint64_t kMultiplier0 = 0xD2511F53U;
  constexpr std::uint64_t kMultiplier1 = 0xCD9E8D57U;
  constexpr std::uint32_t kWeyl0 = 0x9E3779B9U;  // the golden ratio
  constexpr std::uint32_t kWeyl1 = 0xBB67AE85U;  // sqrt(3) - 1
  auto key0 = static_cast<std::uint32_t>(key);
  auto key1 = static_cast<std::uint32_t>(key >> 32U);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = kMultiplier0 * counter[0];
    const std::uint64_t product1 = kMultiplier1 * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32U) ^ counter[1] ^ key0,
               static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32U) ^ counter[3] ^ key1,
               static_cast<std::uint32_t>(product0)};
    key0 += kWeyl0;
    key1 += kWeyl1;
  }
  return counter;
}

// 53 random bits as a double strictly between 0 and 1 (the middles of 2^52 equal cells).
constexpr double open_unit(std::uint32_t low, std::uint32_t high) {
  const std::uint64_t bits = (static_cast<std::uint64_t>(high) << 32U) | low;
  return (static_cast<double>(bits >> 12U) + 0.5) * 0x1p-52;
}

// Two independent uniform numbers in (0, 1).
constexpr std::array<double, 2> philox_uniform(std::uint64_t key, PhiloxCounter counter) {
  const PhiloxCounter bits = philox(key, counter);
  return {open_unit(bits[0], bits[1]), open_unit(bits[2], bits[3])};
}

// FNV-1a: a hash of a name that is the same on every machine and in every version.
constexpr std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

}  // namespace flowyard
