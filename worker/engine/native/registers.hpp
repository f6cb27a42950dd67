// Registers: which groups of vector registers hold which slots' values, and when those are used next. A group
// holds one slot for all vectors of a strip. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "worker/engine/native/liveness.hpp"

namespace flowyard::worker::engine::native {

class Registers {
 public:
  Registers(std::size_t slots, unsigned groups) : group_by_slot_(slots, -1), groups_(groups) {}

  // -1 where the value is in memory only.
  int group_of(Slot slot) const { return group_by_slot_[slot]; }
  Slot slot_of(int group) const { return at(group).slot; }
  // A value is newer than memory unless it came from there.
  bool must_store(int group) const { return at(group).full && !at(group).loaded && at(group).next != kNever; }

  // Sets the number of groups; none of the dropped ones may be occupied.
  void limit(unsigned groups) { groups_.resize(groups); }

  bool is_stored(int group) const { return at(group).loaded; }

  // -1 where all are occupied.
  int free_group() const {
    for (int g = 0; g < static_cast<int>(groups_.size()); ++g)
      if (!at(g).full) return g;
    return -1;
  }

  // A free group, else the one whose value is used latest; kNever one that is `held`.
  int free_or_farthest(const std::array<int, 3>& held) const {
    int best = -1;
    for (int g = 0; g < static_cast<int>(groups_.size()); ++g) {
      if (g == held[0] || g == held[1] || g == held[2]) continue;
      if (best < 0 || farther(g, best)) best = g;
    }
    return best;
  }

  void hold(int group, Slot slot, std::uint32_t next, bool loaded = false) {
    release(group);
    groups_[static_cast<std::size_t>(group)] = {true, loaded, slot, next};
    group_by_slot_[slot] = static_cast<std::int8_t>(group);
  }
  void used(int group, std::uint32_t next) {
    auto& g = groups_[static_cast<std::size_t>(group)];
    g.next = next;
    if (next == kNever) release(group);
  }
  void release(int group) {
    auto& g = groups_[static_cast<std::size_t>(group)];
    if (g.full) group_by_slot_[g.slot] = -1;
    g.full = false;
  }
  void forget(Slot slot) {
    if (group_of(slot) >= 0) release(group_of(slot));
  }
  void clear() {
    for (int g = 0; g < static_cast<int>(groups_.size()); ++g) release(g);
  }
  template <class Visit>
  void for_full(Visit visit) const {
    for (int g = 0; g < static_cast<int>(groups_.size()); ++g)
      if (at(g).full) visit(g);
  }
  template <class Visit>
  void for_dirty(Visit visit) const {
    for (int g = 0; g < static_cast<int>(groups_.size()); ++g)
      if (must_store(g)) visit(g);
  }

 private:
  struct Group {
    bool full = false;
    bool loaded = false;  // memory has the same
    Slot slot = 0;
    std::uint32_t next = kNever;
  };
  const Group& at(int group) const { return groups_[static_cast<std::size_t>(group)]; }
  bool farther(int a, int b) const {
    if (at(a).full != at(b).full) return !at(a).full;
    return at(a).full && at(a).next > at(b).next;
  }

  std::vector<std::int8_t> group_by_slot_;
  std::vector<Group> groups_;
};

}  // namespace flowyard::worker::engine::native
