#include "worker/engine/native/schedule.hpp"

#include <algorithm>
#include <numeric>

namespace flowyard::worker::engine::native {

Pieces scheduled(const Program& program, const Pieces& pieces, std::size_t slots) {
  // By slot: the place of the piece that wrote it last, and of the one that read or wrote it last. A piece
  // that stays has its own place; one that moves gets that of the piece it must follow, and stands behind it.
  std::vector<std::uint32_t> written(slots);
  std::vector<std::uint32_t> touched(slots);
  std::vector<std::uint32_t> places(pieces.size());
  std::vector<std::uint32_t> begin_of(pieces.size() + 2);
  for (std::uint32_t i = 0; i < pieces.size(); ++i) {
    std::uint32_t place = i + 1;
    if (pieces[i].moment != Moment::None) {
      std::fill(written.begin(), written.end(), place);
      std::fill(touched.begin(), touched.end(), place);
    } else {
      const Instruction& in = *pieces[i].instruction;
      if (in.op == Opcode::Advance) {
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

}  // namespace flowyard::worker::engine::native
