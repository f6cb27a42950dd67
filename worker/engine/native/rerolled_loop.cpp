#include "worker/engine/native/rerolled_loop.hpp"

#include <algorithm>
#include <array>

namespace flowyard::worker::engine::native {
namespace {

// Shorter code stays in the processor's cache of decoded instructions as it is.
constexpr std::size_t kLongCode = 1000;
constexpr std::size_t kLongCodeOfOneLane = 100;  // of which several iterations may be executed at once
constexpr std::uint32_t kLongestRound = 64;
constexpr std::uint32_t kLeastItems = 64;  // fewer are left as straight code
constexpr std::uint32_t kGoodRound = 24;   // so that the overhead of an iteration is small
constexpr std::size_t kMostPaces = 6;      // as many registers as are available

// What the finder compares of an item: the operation (none where it fits no loop) and the slots, the target
// first; unused ones are 0.
struct Shape {
  Opcode op = Opcode::Count_;
  std::array<std::int64_t, 4> slots{};
};

Shape shape_of(const CodeItem& item, bool (*fits)(Opcode)) {
  if (item.hook != StepHook::None || !fits(item.instruction->op)) return {};
  const Instruction& in = *item.instruction;
  const char* kinds = info(in.op).operands;
  return {in.op,
          {in.target, kinds[0] == 's' ? in.a : 0, kinds[1] == 's' ? in.b : 0, kinds[2] == 's' ? in.c : 0}};
}

class Finder {
 public:
  Finder(const Program& program, const CodeItems& items, bool (*fits)(Opcode), bool shortest)
      : p_(program), items_(items), shortest_(shortest) {
    shapes_.reserve(items.size());
    for (const CodeItem& item : items) shapes_.push_back(shape_of(item, fits));
  }

  std::vector<RerolledLoop> run() const {
    std::vector<RerolledLoop> all;
    for (std::uint32_t i = 0; i < items_.size();) {
      const auto found = loop_at(i);
      if (!found) {
        ++i;
        continue;
      }
      all.push_back(*found);
      i = found->end();
    }
    return all;
  }

  // Merges several short iterations into one.
  std::optional<RerolledLoop> merged(const RerolledLoop& found) const {
    const std::uint32_t together =
        std::min(found.trip_count / 4, (kGoodRound + found.length - 1) / found.length);
    RerolledLoop longer{found.first, found.length, found.trip_count, {}, {}};
    if (together > 1) {
      longer.length *= together;
      longer.trip_count /= together;
    }
    if (!set_strides(longer) || meets_itself(longer)) return std::nullopt;
    return longer;
  }

 private:
  std::optional<RerolledLoop> loop_at(std::uint32_t first) const {
    RerolledLoop best;
    for (std::uint32_t length = 1; length <= kLongestRound; ++length) {
      const std::uint32_t trip_count = trip_count_from(first, length);
      if (trip_count < 4 || trip_count * length < kLeastItems) continue;
      best = {first, length, trip_count, {}, {}};
      break;
    }
    if (best.trip_count == 0) return std::nullopt;
    return shortest_ ? apart(best) : merged(best);
  }

  // Shifts the begin of an iteration to a position where it reads nothing from the previous one, if there is
  // one.
  std::optional<RerolledLoop> apart(const RerolledLoop& found) const {
    std::optional<RerolledLoop> best;
    for (std::uint32_t k = 0; k < found.length; ++k) {
      RerolledLoop later{found.first + k, found.length, found.trip_count - (k > 0 ? 1 : 0), {}, {}};
      if (!set_strides(later) || meets_itself(later)) continue;
      if (!best) best = later;
      if (!takes_over(later)) return later;
    }
    return best;
  }

  // Whether an iteration reads what the previous one wrote, except sums.
  bool takes_over(const RerolledLoop& found) const {
    std::vector<Slot> written;
    for (std::uint32_t i = found.first; i < found.first + found.length; ++i)
      written.push_back(items_[i].instruction->target);
    for (std::uint32_t i = 0; i < found.length; ++i) {
      const auto done = written.begin() + i;
      bool over = false;
      const Instruction& in = *items_[found.first + i].instruction;
      for_operands(p_, in, [&](Slot s) {
        if (accumulates(in) && s == in.target) return;
        const auto named_now = static_cast<Slot>(s + found.stride.at(s));
        over = over || (std::find(written.begin(), done, s) == done &&
                        std::find(written.begin(), written.end(), named_now) != written.end());
      });
      if (over) return true;
    }
    return false;
  }

  bool alike(std::size_t a, std::size_t b) const {
    return b < shapes_.size() && shapes_[a].op == shapes_[b].op && shapes_[a].op != Opcode::Count_;
  }

  // Whether the item differs from the one of the previous iteration by the same strides as that from its own
  // predecessor.
  bool steady(std::size_t i, std::size_t length) const {
    if (!alike(i - length, i) || !alike(i - 2 * length, i)) return false;
    const auto& here = shapes_[i].slots;
    const auto& before = shapes_[i - length].slots;
    const auto& first = shapes_[i - 2 * length].slots;
    for (std::size_t k = 0; k < here.size(); ++k)
      if (here[k] - before[k] != before[k] - first[k]) return false;
    return true;
  }

  // How often the `length` items from `first` are repeated with every slot at a stride of its own.
  std::uint32_t trip_count_from(std::uint32_t first, std::uint32_t length) const {
    std::uint32_t end = first + 2 * length;
    while (end < shapes_.size() && steady(end, length)) ++end;
    return end < first + 3 * length ? 0 : (end - first) / length;
  }

  // False where a slot of the first iteration has two strides, or there are too many, or one leaves the
  // literals.
  bool set_strides(RerolledLoop& found) const {
    std::vector<std::int64_t> distinct;
    for (std::uint32_t i = found.first; i < found.first + found.length; ++i) {
      const auto& here = shapes_[i].slots;
      const auto& next = shapes_[i + found.length].slots;
      const char* kinds = info(items_[i].instruction->op).operands;
      for (std::size_t k = 0; k < here.size(); ++k) {
        if (k > 0 && kinds[k - 1] != 's') continue;
        const std::int64_t stride = next[k] - here[k];
        const auto [at, fresh] = found.stride.emplace(static_cast<Slot>(here[k]), stride);
        if (!fresh && at->second != stride) return false;
        if (stride != 0 && std::find(distinct.begin(), distinct.end(), stride) == distinct.end())
          distinct.push_back(stride);
        const auto literals = static_cast<std::int64_t>(p_.literals.size());
        const bool begins_literal = here[k] < literals;
        if (begins_literal != (here[k] + stride * (found.trip_count - 1) < literals)) return false;
      }
    }
    return distinct.size() <= kMostPaces;
  }

  // Whether two slots of the first iteration coincide in another iteration, one of them being written.
  bool meets_itself(const RerolledLoop& found) const {
    for (std::uint32_t i = found.first; i < found.first + found.length; ++i) {
      const Slot target = items_[i].instruction->target;
      const std::int64_t stride = found.stride.at(target);
      for (const auto& [slot, other] : found.stride) {
        if (slot == target || other == stride) continue;
        const std::int64_t apart = std::int64_t{slot} - target;
        const std::int64_t closing = stride - other;
        if (apart % closing == 0 && apart / closing >= 0 && apart / closing < found.trip_count) return true;
      }
    }
    return false;
  }

  const Program& p_;
  const CodeItems& items_;
  const bool shortest_;
  std::vector<Shape> shapes_;
};

// Backwards through all items, to see at the end of every iteration which of its values are used later.
void find_live(const Program& program, const CodeItems& items, SlotSet live, std::vector<RerolledLoop>& all) {
  for (RerolledLoop& each : all) each.live.assign(live.size(), false);
  std::size_t last = all.size();
  for (auto i = static_cast<std::uint32_t>(items.size()); i-- > 0;) {
    while (last > 0 && i < all[last - 1].first) --last;
    if (last > 0 && i < all[last - 1].end()) {
      RerolledLoop& in = all[last - 1];
      const std::uint32_t at = i - in.first;
      if (at % in.length == in.length - 1) {
        for (std::uint32_t k = 0; k < in.length; ++k) {
          const Slot named = items[in.first + k].instruction->target;
          if (live[items[i - (in.length - 1) + k].instruction->target]) in.live[named] = true;
        }
      }
    }
    if (items[i].hook != StepHook::None) {
      std::fill(live.begin(), live.end(), true);
      continue;
    }
    const Instruction& instruction = *items[i].instruction;
    for (std::uint64_t t = 0; t < targets_of(instruction); ++t) live[instruction.target + t] = false;
    for_operands(program, instruction, [&](Slot s) { live[s] = true; });
  }
}

// Whether the item adds a value of its own iteration to a sum that nothing else in the iteration accesses.
bool is_sum(const Program& program, const CodeItems& body, const RerolledLoop& rerolled,
            const CodeItem& item) {
  const Instruction& sum = *item.instruction;
  if (!accumulates(sum)) return false;
  bool number_is_made = rerolled.stride.at(sum.b) == 1;
  for (const CodeItem& each : body) {
    if (&each == &item) continue;
    const Instruction& in = *each.instruction;
    bool touches = in.target == sum.target;
    for_operands(program, in, [&](Slot s) { touches = touches || s == sum.target; });
    if (touches) return false;
    number_is_made = number_is_made || in.target == sum.b;
  }
  return number_is_made;
}

}  // namespace

std::vector<RerolledLoop> rerolled_loops(const Program& program, const CodeItems& items, const SlotSet& live,
                                         bool (*fits)(Opcode), bool shortest) {
  if (items.size() < (shortest ? kLongCodeOfOneLane : kLongCode)) return {};
  const Finder finder(program, items, fits, shortest);
  std::vector<RerolledLoop> all = finder.run();
  if (all.empty()) return all;
  find_live(program, items, live, all);
  if (!shortest) return all;
  for (RerolledLoop& each : all) {
    if (lane_vectorised(program, items, each)) continue;
    if (auto longer = finder.merged(each)) each = std::move(*longer);
  }
  find_live(program, items, live, all);
  return all;
}

std::optional<LaneVectorisedLoop> lane_vectorised(const Program& program, const CodeItems& items,
                                                  const RerolledLoop& rerolled) {
  if (rerolled.trip_count < 8) return std::nullopt;
  for (const auto& [slot, stride] : rerolled.stride)
    if (stride != 0 && stride != 1) return std::nullopt;
  const auto first = items.begin() + rerolled.first;
  const CodeItems body(first, first + rerolled.length);
  SlotSet seen = rerolled.live;
  add_exposed(program, body, seen);
  LaneVectorisedLoop vectorised;
  for (const CodeItem& item : body) {
    const Slot target = item.instruction->target;
    if (seen[target] == 0) {
      if (std::find(vectorised.own.begin(), vectorised.own.end(), target) == vectorised.own.end())
        vectorised.own.push_back(target);
      continue;
    }
    if (rerolled.stride.at(target) == 0) {
      if (!is_sum(program, body, rerolled, item)) return std::nullopt;
      vectorised.sums.push_back(target);
      continue;
    }
    for (const auto& [slot, stride] : rerolled.stride) {
      const Slot apart = std::max(slot, target) - std::min(slot, target);
      if (stride == 1 && apart > 0 && apart < 4 && seen[slot] != 0) return std::nullopt;
    }
  }
  if (vectorised.own.size() > kMostOwn || vectorised.sums.size() > kMostSums) return std::nullopt;
  return vectorised;
}

}  // namespace flowyard::worker::engine::native
