#include "worker/engine/native/schedule.hpp"

#include <algorithm>
#include <numeric>

namespace flowyard::worker::engine::native {
namespace {

// The links of a shorter sum overlap with what stands around them as it is.
constexpr std::size_t long_sum = 8;

bool is_link(const Pieces& pieces, std::size_t i) {
  if (i == 0 || i >= pieces.size() || pieces[i].moment != Moment::None) return false;
  const Piece& before = pieces[i - 1];
  return before.moment == Moment::None && accumulates(*pieces[i].instruction) &&
         before.instruction->op == Opcode::Add && before.instruction->target == pieces[i].instruction->target;
}

// Where the sum that begins with the piece ends; the piece's own place where none does, or a short one.
std::size_t end_of_sum(const Pieces& pieces, std::size_t first) {
  std::size_t end = first + 1;
  while (is_link(pieces, end)) ++end;
  return end - first >= long_sum ? end : first;
}

// By piece: whether it moves up. Those that advance a stock do, and the links of long sums.
std::vector<std::uint8_t> moving(const Pieces& pieces) {
  std::vector<std::uint8_t> all(pieces.size());
  for (std::size_t i = 0; i < pieces.size();) {
    all[i] = pieces[i].moment == Moment::None && pieces[i].instruction->op == Opcode::Advance ? 1 : 0;
    const std::size_t end = end_of_sum(pieces, i);
    if (end == i) ++i;
    for (; i < end; ++i) all[i] = 1;
  }
  return all;
}

}  // namespace

Pieces scheduled(const Program& program, const Pieces& pieces, std::size_t slots) {
  // By slot: the place of the piece that wrote it last, and of the one that read or wrote it last. A piece
  // that stays has its own place; one that moves gets that of the piece it must follow, and stands behind it.
  std::vector<std::uint32_t> written(slots);
  std::vector<std::uint32_t> touched(slots);
  std::vector<std::uint32_t> places(pieces.size());
  std::vector<std::uint32_t> begin_of(pieces.size() + 2);
  const auto moves = moving(pieces);
  for (std::uint32_t i = 0; i < pieces.size(); ++i) {
    std::uint32_t place = i + 1;
    if (pieces[i].moment != Moment::None) {
      std::fill(written.begin(), written.end(), place);
      std::fill(touched.begin(), touched.end(), place);
    } else {
      const Instruction& in = *pieces[i].instruction;
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
  Pieces ordered(pieces.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) ordered[begin_of[places[i]]++] = pieces[i];
  return ordered;
}

std::vector<Pieces> take_early_sums(const Program& program, Pieces& pieces, std::size_t slots,
                                    std::size_t most) {
  SlotSet written(slots);
  SlotSet touched(slots);
  std::vector<Pieces> sums;
  Pieces others;
  const auto is_early = [&](std::size_t first, std::size_t end) {
    const Slot target = pieces[first].instruction->target;
    bool early = touched[target] == 0 && sums.size() < most;
    for (std::size_t i = first; i < end; ++i)
      for_operands(program, *pieces[i].instruction,
                   [&](Slot s) { early = early && (s == target ? i > first : written[s] == 0); });
    return early;
  };
  for (std::size_t i = 0; i < pieces.size();) {
    if (pieces[i].moment != Moment::None) {  // which may touch anything
      others.insert(others.end(), pieces.begin() + static_cast<std::ptrdiff_t>(i), pieces.end());
      break;
    }
    const std::size_t end = end_of_sum(pieces, i);
    const bool early = end > i && is_early(i, end);
    if (early) sums.emplace_back();
    for (const std::size_t behind = std::max(end, i + 1); i < behind; ++i) {
      (early ? sums.back() : others).push_back(pieces[i]);
      const Instruction& in = *pieces[i].instruction;
      for_operands(program, in, [&](Slot s) { touched[s] = 1; });
      for (std::uint64_t t = 0; t < targets_of(in); ++t) written[in.target + t] = touched[in.target + t] = 1;
    }
  }
  pieces = std::move(others);
  return sums;
}

}  // namespace flowyard::worker::engine::native
