// HashIndex: a hash table of positions in a list that the caller owns, to find an equal element. Open
// addressing, so that a look-up is one or two reads and nothing is allocated per element.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace flowyard::controller::compiler {

// Mixes one more field into a hash.
inline std::uint64_t mixed(std::uint64_t hash, std::uint64_t field) {
  hash = (hash ^ field) * 0x9E3779B97F4A7C15U;
  return hash ^ (hash >> 29U);
}

class HashIndex {
 public:
  // The position of the element with this hash for which same(position) holds; else `number`, which is
  // inserted.
  template <class Same>
  std::uint32_t find_or_add(std::uint64_t hash, std::uint32_t number, const Same& same) {
    if (2 * (count_ + 1) > entries_.size()) grow(entries_.empty() ? 64 : 2 * entries_.size());
    const auto tag = static_cast<std::uint32_t>(hash >> 32U);
    const std::size_t mask = entries_.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
      Entry& entry = entries_[at];
      if (entry.number == kNone) {
        entry = {tag, static_cast<std::uint32_t>(hash), number};
        ++count_;
        return number;
      }
      if (entry.tag == tag && same(entry.number)) return entry.number;
    }
  }

  void reserve(std::size_t count) {
    std::size_t size = 64;
    while (size < 2 * count) size *= 2;
    if (size > entries_.size()) grow(size);
  }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  struct Entry {
    std::uint32_t tag = 0;  // upper half of the hash
    std::uint32_t low = 0;
    std::uint32_t number = kNone;
  };

  void grow(std::size_t size) {
    std::vector<Entry> before(size);
    before.swap(entries_);
    for (const Entry& entry : before) {
      if (entry.number == kNone) continue;
      std::size_t at = entry.low & (size - 1);
      while (entries_[at].number != kNone) at = (at + 1) & (size - 1);
      entries_[at] = entry;
    }
  }

  std::vector<Entry> entries_;  // a power of two, at most half full
  std::size_t count_ = 0;
};

}  // namespace flowyard::controller::compiler
