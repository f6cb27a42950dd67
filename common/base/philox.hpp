// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3"
// (SC 2011): a fixed scrambling of (counter, key), so that a random number is a function of what it is for
// and never of the order in which numbers are drawn. Pure functions; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace flowyard {

using PhiloxCounter = std::array<std::uint32_t, 4>;
using PhiloxKey = std::array<std::uint32_t, 2>;

constexpr PhiloxCounter philox4x32(PhiloxCounter counter, PhiloxKey key) {
  constexpr std::uint64_t first_multiplier = 0xD2511F53;
  constexpr std::uint64_t second_multiplier = 0xCD9E8D57;
  constexpr std::uint32_t first_weyl = 0x9E3779B9;
  constexpr std::uint32_t second_weyl = 0xBB67AE85;
  constexpr int rounds = 10;
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t p0 = first_multiplier * counter[0];
    const std::uint64_t p1 = second_multiplier * counter[2];
    counter = {static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(p1),
               static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(p0)};
    key[0] += first_weyl;
    key[1] += second_weyl;
  }
  return counter;
}

// 53 random bits as a number with 0 < x < 1, of two words: the middles of 2^52 equal intervals, so that
// neither a logarithm nor an inverse distribution meets 0 or 1, and x and 1 - x are equally likely.
constexpr double open_unit(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (std::uint64_t{high} << 32 | low) >> 12;
  return (static_cast<double>(bits) + 0.5) * 0x1p-52;
}

// FNV-1a: a hash of a name that is the same on every machine and in every version.
constexpr std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

}  // namespace flowyard
