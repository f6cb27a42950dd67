#include "worker/engine/native/rerolled_loop.hpp"

#include <algorithm>
#include <array>

namespace flowyard::worker::engine::native {
namespace {

// Shorter code stays in the processor's cache of decoded instructions as it is.
constexpr std::size_t long_code = 1000;
constexpr std::size_t long_code_of_one_lane = 100;  // of which several rounds may go at once
constexpr std::uint32_t longest_round = 64;
constexpr std::uint32_t least_pieces = 64;  // fewer are as well left straight
constexpr std::uint32_t good_round = 24;    // so that going round costs little
constexpr std::size_t most_paces = 6;       // as many registers there are for them

// What of a piece the finder compares: the operation (none where it fits no loop) and the slots, the target
// first; those it has not are 0.
struct Shape {
  Opcode op = Opcode::Count_;
  std::array<std::int64_t, 4> slots{};
};

Shape shape_of(const Piece& piece, bool (*fits)(Opcode)) {
  if (piece.moment != Moment::None || !fits(piece.instruction->op)) return {};
  const Instruction& in = *piece.instruction;
  const char* kinds = info(in.op).operands;
  return {in.op,
          {in.target, kinds[0] == 's' ? in.a : 0, kinds[1] == 's' ? in.b : 0, kinds[2] == 's' ? in.c : 0}};
}

class Finder {
 public:
  Finder(const Program& program, const Pieces& pieces, bool (*fits)(Opcode), bool shortest)
      : p_(program), pieces_(pieces), shortest_(shortest) {
    shapes_.reserve(pieces.size());
    for (const Piece& piece : pieces) shapes_.push_back(shape_of(piece, fits));
  }

  std::vector<Repetition> run() const {
    std::vector<Repetition> all;
    for (std::uint32_t i = 0; i < pieces_.size();) {
      const auto found = repetition_at(i);
      if (!found) {
        ++i;
        continue;
      }
      all.push_back(*found);
      i = found->end();
    }
    return all;
  }

  // Several rounds as one, where they are short.
  std::optional<Repetition> merged(const Repetition& found) const {
    const std::uint32_t together = std::min(found.rounds / 4, (good_round + found.length - 1) / found.length);
    Repetition longer{found.first, found.length, found.rounds, {}, {}};
    if (together > 1) {
      longer.length *= together;
      longer.rounds /= together;
    }
    if (!set_paces(longer) || meets_itself(longer)) return std::nullopt;
    return longer;
  }

 private:
  std::optional<Repetition> repetition_at(std::uint32_t first) const {
    Repetition best;
    for (std::uint32_t length = 1; length <= longest_round; ++length) {
      const std::uint32_t rounds = rounds_from(first, length);
      if (rounds < 4 || rounds * length < least_pieces) continue;
      best = {first, length, rounds, {}, {}};
      break;
    }
    if (best.rounds == 0) return std::nullopt;
    return shortest_ ? apart(best) : merged(best);
  }

  // Where a round may as well begin later, it begins where it takes nothing over from the one before.
  std::optional<Repetition> apart(const Repetition& found) const {
    std::optional<Repetition> best;
    for (std::uint32_t k = 0; k < found.length; ++k) {
      Repetition later{found.first + k, found.length, found.rounds - (k > 0 ? 1 : 0), {}, {}};
      if (!set_paces(later) || meets_itself(later)) continue;
      if (!best) best = later;
      if (!takes_over(later)) return later;
    }
    return best;
  }

  // Whether a round reads what the one before has written, but for sums.
  bool takes_over(const Repetition& found) const {
    std::vector<Slot> written;
    for (std::uint32_t i = found.first; i < found.first + found.length; ++i)
      written.push_back(pieces_[i].instruction->target);
    for (std::uint32_t i = 0; i < found.length; ++i) {
      const auto done = written.begin() + i;
      bool over = false;
      const Instruction& in = *pieces_[found.first + i].instruction;
      for_operands(p_, in, [&](Slot s) {
        if (accumulates(in) && s == in.target) return;
        const auto named_now = static_cast<Slot>(s + found.pace.at(s));
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

  // Whether the piece differs from the one a round before as that does from the one before it.
  bool steady(std::size_t i, std::size_t length) const {
    if (!alike(i - length, i) || !alike(i - 2 * length, i)) return false;
    const auto& here = shapes_[i].slots;
    const auto& before = shapes_[i - length].slots;
    const auto& first = shapes_[i - 2 * length].slots;
    for (std::size_t k = 0; k < here.size(); ++k)
      if (here[k] - before[k] != before[k] - first[k]) return false;
    return true;
  }

  // How often the `length` pieces from `first` are repeated with every slot at a pace of its own.
  std::uint32_t rounds_from(std::uint32_t first, std::uint32_t length) const {
    std::uint32_t end = first + 2 * length;
    while (end < shapes_.size() && steady(end, length)) ++end;
    return end < first + 3 * length ? 0 : (end - first) / length;
  }

  // False where a slot of the first round has two paces, or there are too many, or one leaves the literals.
  bool set_paces(Repetition& found) const {
    std::vector<std::int64_t> distinct;
    for (std::uint32_t i = found.first; i < found.first + found.length; ++i) {
      const auto& here = shapes_[i].slots;
      const auto& next = shapes_[i + found.length].slots;
      const char* kinds = info(pieces_[i].instruction->op).operands;
      for (std::size_t k = 0; k < here.size(); ++k) {
        if (k > 0 && kinds[k - 1] != 's') continue;
        const std::int64_t pace = next[k] - here[k];
        const auto [at, fresh] = found.pace.emplace(static_cast<Slot>(here[k]), pace);
        if (!fresh && at->second != pace) return false;
        if (pace != 0 && std::find(distinct.begin(), distinct.end(), pace) == distinct.end())
          distinct.push_back(pace);
        const auto literals = static_cast<std::int64_t>(p_.literals.size());
        const bool begins_literal = here[k] < literals;
        if (begins_literal != (here[k] + pace * (found.rounds - 1) < literals)) return false;
      }
    }
    return distinct.size() <= most_paces;
  }

  // Whether two names of the first round mean one slot in some other, one of them being written.
  bool meets_itself(const Repetition& found) const {
    for (std::uint32_t i = found.first; i < found.first + found.length; ++i) {
      const Slot target = pieces_[i].instruction->target;
      const std::int64_t pace = found.pace.at(target);
      for (const auto& [slot, other] : found.pace) {
        if (slot == target || other == pace) continue;
        const std::int64_t apart = std::int64_t{slot} - target;
        const std::int64_t closing = pace - other;
        if (apart % closing == 0 && apart / closing >= 0 && apart / closing < found.rounds) return true;
      }
    }
    return false;
  }

  const Program& p_;
  const Pieces& pieces_;
  const bool shortest_;
  std::vector<Shape> shapes_;
};

// Backwards through all pieces, to see at the end of every round which of its values are used later.
void find_live(const Program& program, const Pieces& pieces, SlotSet live, std::vector<Repetition>& all) {
  for (Repetition& each : all) each.live.assign(live.size(), false);
  std::size_t last = all.size();
  for (auto i = static_cast<std::uint32_t>(pieces.size()); i-- > 0;) {
    while (last > 0 && i < all[last - 1].first) --last;
    if (last > 0 && i < all[last - 1].end()) {
      Repetition& in = all[last - 1];
      const std::uint32_t at = i - in.first;
      if (at % in.length == in.length - 1) {
        for (std::uint32_t k = 0; k < in.length; ++k) {
          const Slot named = pieces[in.first + k].instruction->target;
          if (live[pieces[i - (in.length - 1) + k].instruction->target]) in.live[named] = true;
        }
      }
    }
    if (pieces[i].moment != Moment::None) {
      std::fill(live.begin(), live.end(), true);
      continue;
    }
    const Instruction& instruction = *pieces[i].instruction;
    for (std::uint64_t t = 0; t < targets_of(instruction); ++t) live[instruction.target + t] = false;
    for_operands(program, instruction, [&](Slot s) { live[s] = true; });
  }
}

// Whether the piece adds a number of each round's own to what nothing else in the round touches.
bool is_sum(const Program& program, const Pieces& body, const Repetition& repetition, const Piece& piece) {
  const Instruction& sum = *piece.instruction;
  if (!accumulates(sum)) return false;
  bool number_is_made = repetition.pace.at(sum.b) == 1;
  for (const Piece& each : body) {
    if (&each == &piece) continue;
    const Instruction& in = *each.instruction;
    bool touches = in.target == sum.target;
    for_operands(program, in, [&](Slot s) { touches = touches || s == sum.target; });
    if (touches) return false;
    number_is_made = number_is_made || in.target == sum.b;
  }
  return number_is_made;
}

}  // namespace

std::vector<Repetition> repetitions_of(const Program& program, const Pieces& pieces, const SlotSet& live,
                                       bool (*fits)(Opcode), bool shortest) {
  if (pieces.size() < (shortest ? long_code_of_one_lane : long_code)) return {};
  const Finder finder(program, pieces, fits, shortest);
  std::vector<Repetition> all = finder.run();
  if (all.empty()) return all;
  find_live(program, pieces, live, all);
  if (!shortest) return all;
  for (Repetition& each : all) {
    if (fours_of(program, pieces, each)) continue;
    if (auto longer = finder.merged(each)) each = std::move(*longer);
  }
  find_live(program, pieces, live, all);
  return all;
}

std::optional<Fours> fours_of(const Program& program, const Pieces& pieces, const Repetition& repetition) {
  if (repetition.rounds < 8) return std::nullopt;
  for (const auto& [slot, pace] : repetition.pace)
    if (pace != 0 && pace != 1) return std::nullopt;
  const auto first = pieces.begin() + repetition.first;
  const Pieces body(first, first + repetition.length);
  SlotSet seen = repetition.live;
  add_exposed(program, body, seen);
  Fours fours;
  for (const Piece& piece : body) {
    const Slot target = piece.instruction->target;
    if (seen[target] == 0) {
      if (std::find(fours.own.begin(), fours.own.end(), target) == fours.own.end())
        fours.own.push_back(target);
      continue;
    }
    if (repetition.pace.at(target) == 0) {
      if (!is_sum(program, body, repetition, piece)) return std::nullopt;
      fours.sums.push_back(target);
      continue;
    }
    for (const auto& [slot, pace] : repetition.pace) {
      const Slot apart = std::max(slot, target) - std::min(slot, target);
      if (pace == 1 && apart > 0 && apart < 4 && seen[slot] != 0) return std::nullopt;
    }
  }
  if (fours.own.size() > most_own || fours.sums.size() > most_sums) return std::nullopt;
  return fours;
}

}  // namespace flowyard::worker::engine::native
