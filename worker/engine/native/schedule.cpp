#include "worker/engine/native/schedule.hpp"

#include <algorithm>
#include <numeric>

namespace flowyard::worker::engine::native {
namespace {

// The links of a shorter sum overlap with the surrounding code anyway.
constexpr std::size_t kLongSum = 8;

bool is_link(const CodeItems& items, std::size_t i) {
  if (i == 0 || i >= items.size() || items[i].hook != StepHook::None) return false;
  const CodeItem& before = items[i - 1];
  return before.hook == StepHook::None && accumulates(*items[i].instruction) &&
         before.instruction->op == Opcode::Add && before.instruction->target == items[i].instruction->target;
}

// The end of the sum that begins with the item; the item's own position where there is none, or a short one.
std::size_t end_of_sum(const CodeItems& items, std::size_t first) {
  std::size_t end = first + 1;
  while (is_link(items, end)) ++end;
  return end - first >= kLongSum ? end : first;
}

// By item: whether it moves up. Those that advance a stock do, and the links of long sums.
std::vector<std::uint8_t> moving(const CodeItems& items) {
  std::vector<std::uint8_t> all(items.size());
  for (std::size_t i = 0; i < items.size();) {
    all[i] = items[i].hook == StepHook::None && items[i].instruction->op == Opcode::Advance ? 1 : 0;
    const std::size_t end = end_of_sum(items, i);
    if (end == i) ++i;
    for (; i < end; ++i) all[i] = 1;
  }
  return all;
}

}  // namespace

CodeItems scheduled(const Program& program, const CodeItems& items, std::size_t slots) {
  // By slot: the position of the item that wrote it last, and of the one that read or wrote it last. An item
  // that stays has its own position; one that moves gets that of the item it must follow.
  std::vector<std::uint32_t> written(slots);
  std::vector<std::uint32_t> touched(slots);
  std::vector<std::uint32_t> places(items.size());
  std::vector<std::uint32_t> begin_of(items.size() + 2);
  const auto moves = moving(items);
  for (std::uint32_t i = 0; i < items.size(); ++i) {
    std::uint32_t place = i + 1;
    if (items[i].hook != StepHook::None) {
      std::fill(written.begin(), written.end(), place);
      std::fill(touched.begin(), touched.end(), place);
    } else {
      const Instruction& in = *items[i].instruction;
      if (moves[i] != 0) {
        place = touched[in.target];
        for_operands(program, in, [&](Slot s) { place = std::max(place, written[s]); });
      }
      for_operands(program, in, [&](Slot s) { touched[s] = std::max(touched[s], place); });
      for (std::uint64_t t = 0; t < targets_of(in); ++t)
        written[in.target + t] = touched[in.target + t] = place;
    }
    places[i] = place;
    ++begin_of[place + 1];
  }
  std::partial_sum(begin_of.begin(), begin_of.end(), begin_of.begin());
  CodeItems ordered(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) ordered[begin_of[places[i]]++] = items[i];
  return ordered;
}

std::vector<CodeItems> take_early_sums(const Program& program, CodeItems& items, std::size_t slots,
                                       std::size_t most) {
  SlotSet written(slots);
  SlotSet touched(slots);
  std::vector<CodeItems> sums;
  CodeItems others;
  const auto is_early = [&](std::size_t first, std::size_t end) {
    const Slot target = items[first].instruction->target;
    bool early = touched[target] == 0 && sums.size() < most;
    for (std::size_t i = first; i < end; ++i)
      for_operands(program, *items[i].instruction,
                   [&](Slot s) { early = early && (s == target ? i > first : written[s] == 0); });
    return early;
  };
  for (std::size_t i = 0; i < items.size();) {
    if (items[i].hook != StepHook::None) {  // which may access any slot
      others.insert(others.end(), items.begin() + static_cast<std::ptrdiff_t>(i), items.end());
      break;
    }
    const std::size_t end = end_of_sum(items, i);
    const bool early = end > i && is_early(i, end);
    if (early) sums.emplace_back();
    for (const std::size_t behind = std::max(end, i + 1); i < behind; ++i) {
      (early ? sums.back() : others).push_back(items[i]);
      const Instruction& in = *items[i].instruction;
      for_operands(program, in, [&](Slot s) { touched[s] = 1; });
      for (std::uint64_t t = 0; t < targets_of(in); ++t) written[in.target + t] = touched[in.target + t] = 1;
    }
  }
  items = std::move(others);
  return sums;
}

}  // namespace flowyard::worker::engine::native
