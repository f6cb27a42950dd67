#include "worker/engine/native/translator.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "worker/engine/cached_segment.hpp"
#include "worker/engine/lookup_kernels.hpp"
#include "worker/engine/native/arithmetic.hpp"
#include "worker/engine/native/moves.hpp"
#include "worker/engine/native/registers.hpp"
#include "worker/engine/native/rerolled_loop.hpp"

namespace flowyard::worker::engine::native {
namespace {

// So many slots are kept in registers from one iteration of the whole code to the next: store-to-load
// forwarding takes some ten cycles, which is most of a short step.
constexpr std::size_t kMostCarried = 8;

class Translator {
 public:
  Translator(Assembler& out, const Program& program, const Layout& layout, const CodeItems& items,
             const SlotSet& live, unsigned copy)
      : out_(out),
        program_(program),
        layout_(layout),
        items_(without_dead(program, items, live)),
        uses_(uses_of(program, items_, live)),
        loops_(rerolled_loops(program, items_, live, has_short_form, layout.alone())),
        registers_(layout.slots, kTemporary / layout.vectors),
        uniform_(layout.slots),
        first_byte_(std::int64_t{32} * layout.vectors * copy) {
    out_.width(layout.alone() ? Width::One : Width::Four);
    for (Slot s = 0; s < program.literals.size(); ++s) uniform_[s] = true;
    for (Slot s = 0; s < StepCode::kExtras; ++s) uniform_[program.slots + s] = true;
    for (const Slot s : {program.time_slot, program.time.step}) uniform_[s] = true;
  }

  // Before the loop over the whole code: loads the values kept in registers across iterations.
  void begin_iterations() {
    SlotSet written(layout_.slots);
    add_written(items_, written);
    carried_ = carry(items_, [&](Slot s) { return written[s] != 0; });
  }

  void run() {
    auto rerolled = loops_.begin();
    for (std::uint32_t i = 0; i < items_.size();) {
      if (rerolled != loops_.end() && rerolled->first == i) {
        repeat(*rerolled);
        i = rerolled->end();
        ++rerolled;
        continue;
      }
      if (items_[i].hook != StepHook::None)
        call_hook(items_[i].hook);
      else
        instruction(*items_[i].instruction, uses_[i], i);
      ++i;
    }
    end_iteration(carried_);
  }

 private:
  // Literals are the same in all copies, too: one vector of each stays in the cache more easily than several.
  Operand memory(Slot slot, unsigned vector) const {
    if (four_at_once_ && own_places_.contains(slot)) return Operand::mem(General::Rsp, own_places_.at(slot));
    const std::int64_t lane = slot < program_.literals.size() ? 0 : first_byte_ + vector * 32;
    return Operand::mem(kSlotsBase, slot * bytes_of_slot() + lane, index_of(slot));
  }
  // Of a lane-vectorised loop: whether all four iterations read one number, which must be broadcast.
  bool shared(Slot slot) const {
    return four_at_once_ && loop_->stride.at(slot) == 0 && !own_places_.contains(slot);
  }
  void fetch(unsigned into, Slot slot, unsigned vector) {
    if (shared(slot)) return out_.broadcast(into, memory(slot, vector));
    out_.load(into, memory(slot, vector));
  }
  std::int64_t bytes_of_slot() const { return static_cast<std::int64_t>(layout_.stride * sizeof(double)); }
  General index_of(Slot slot) const {
    if (loop_ == nullptr) return Operand::kNoIndex;
    const auto index = indices_.find(loop_->stride.at(slot));
    return index == indices_.end() ? Operand::kNoIndex : index->second;
  }
  unsigned register_of(int group, unsigned vector) const {
    return static_cast<unsigned>(group) * layout_.vectors + vector;
  }
  // Of a value that is the same in all lanes only the first vector is computed and read.
  Operand operand(Slot slot, unsigned vector) const {
    const unsigned v = uniform_[slot] ? 0 : vector;
    const int group = registers_.group_of(slot);
    return group < 0 ? memory(slot, v) : Operand::reg(register_of(group, v));
  }
  // The register that holds the value, loaded into `kSpare` if none does.
  unsigned loaded(Slot slot, unsigned vector, unsigned kSpare) {
    const Operand at = operand(slot, vector);
    if (at.in_register) return at.number;
    out_.load(kSpare, at);
    return kSpare;
  }

  void store(int group) {
    const Slot slot = registers_.slot_of(group);
    for (unsigned v = 0; v < layout_.vectors; ++v)
      out_.store(memory(slot, v), register_of(group, uniform_[slot] ? 0 : v));
  }
  // Afterwards every slot that is still needed holds its value, and no register does.
  void store_all() {
    store_dirty();
    registers_.clear();
  }
  void store_dirty() {
    registers_.for_dirty([this](int group) { store(group); });
  }
  // Loads into the first registers what `items`, executed repeatedly, read before they write it, as far as it
  // is wanted.
  template <class Wanted>
  std::vector<Slot> carry(const CodeItems& items, Wanted wanted) {
    std::vector<Slot> carried;
    if (layout_.vectors > 1) return carried;
    SlotSet seen(layout_.slots);
    for (std::uint32_t i = 0; i < items.size() && items[i].hook == StepHook::None; ++i) {
      const Instruction& in = *items[i].instruction;
      for_operands(program_, in, [&](Slot s) {
        if (seen[s] == 0 && wanted(s) && carried.size() < kMostCarried) {
          const auto group = static_cast<int>(carried.size());
          fetch(register_of(group, 0), s, 0);
          registers_.hold(group, s, i, true);
          carried.push_back(s);
        }
        seen[s] = 1;
      });
      for (std::uint64_t t = 0; t < targets_of(in); ++t) seen[in.target + t] = 1;
    }
    return carried;
  }
  // As store_all, but with the next iteration's initial values in their registers.
  void end_iteration(const std::vector<Slot>& carried) {
    store_dirty();
    std::vector<Move> moves;
    for (unsigned k = 0; k < carried.size(); ++k)
      if (const int group = registers_.group_of(carried[k]); group >= 0)
        moves.push_back({k, static_cast<unsigned>(group)});
    for (const auto& [to, from] : in_turn(moves, kTemporary)) out_.load(to, Operand::reg(from));
    for (unsigned k = 0; k < carried.size(); ++k)
      if (registers_.group_of(carried[k]) < 0) fetch(k, carried[k], 0);
    registers_.clear();
  }

  // A loop over the iterations, for each stride a register that says how far the iteration's slots have
  // moved. Of a lane alone four iterations at a time, where they are independent of each other and what they
  // touch is contiguous.
  void repeat(const RerolledLoop& rerolled) {
    constexpr General kSpare[] = {General::Rcx, General::Rdx, General::Rsi,
                                  General::Rdi, General::R8,  General::R9};
    store_all();
    loop_ = &rerolled;
    for (const auto& [slot, stride] : rerolled.stride) {
      if (stride != 0 && !indices_.contains(stride)) indices_.emplace(stride, kSpare[indices_.size()]);
      if (stride != 0 && slot >= program_.literals.size()) uniform_[slot] = false;
    }
    const CodeItems body(items_.begin() + rerolled.first, items_.begin() + rerolled.first + rerolled.length);
    for (const CodeItem& item : body) uniform_[item.instruction->target] = false;
    for (const auto& [stride, index] : indices_) out_.move(index, std::uint64_t{0});
    std::uint32_t left = rerolled.trip_count;
    if (const auto vectorised =
            layout_.alone() ? lane_vectorised(program_, items_, rerolled) : std::nullopt) {
      emit_vectorised_loop(body, *vectorised, left / 4);
      left %= 4;
    }
    if (left > 0) loop(body, left, 1);
    indices_.clear();
    loop_ = nullptr;
    for (std::uint32_t i = rerolled.first; i < rerolled.end(); ++i)
      uniform_[items_[i].instruction->target] = false;
  }

  void emit_vectorised_loop(const CodeItems& body, const LaneVectorisedLoop& vectorised,
                            std::uint32_t count) {
    for (const Slot slot : vectorised.own)
      own_places_.emplace(slot, static_cast<std::int64_t>(32 * own_places_.size()));
    for (const Slot slot : vectorised.sums) {
      sums_.emplace(slot, kTemporary - 1 - static_cast<unsigned>(sums_.size()));
      out_.load(sums_.at(slot), memory(slot, 0));
    }
    registers_.limit(kTemporary - static_cast<unsigned>(sums_.size()));
    four_at_once_ = true;
    out_.width(Width::Four);
    loop(body, count, 4);
    out_.width(Width::One);
    four_at_once_ = false;
    own_places_.clear();
    for (const auto& [slot, number] : sums_) out_.store(memory(slot, 0), number);
    sums_.clear();
    registers_.limit(kTemporary);
  }

  // Adds the numbers of four iterations, one after the other, from where they stand in memory.
  void add_up(const Instruction& in, const Uses& uses) {
    const Operand numbers = memory(in.b, 0);
    if (const int group = registers_.group_of(in.b); group >= 0) {
      if (!registers_.is_stored(group)) out_.store(numbers, register_of(group, 0));
      registers_.hold(group, in.b, uses.of_operand[1], true);
      registers_.used(group, uses.of_operand[1]);
    }
    const unsigned sum = sums_.at(in.target);
    out_.width(Width::One);
    for (std::int32_t k = 0; k < 4; ++k) {
      Operand number = numbers;
      number.offset += k * static_cast<std::int32_t>(sizeof(double));
      out_.vector(Vector::Add, sum, sum, number);
    }
    out_.width(Width::Four);
  }

  void loop(const CodeItems& body, std::uint32_t count, std::int64_t iterations_at_once) {
    out_.move(General::Rax, count);
    SlotSet live = loop_->live;
    const std::vector<Slot> carried =
        carry(body, [&](Slot s) { return loop_->stride.at(s) == 0 && !sums_.contains(s); });
    for (const Slot s : carried) live[s] = true;
    out_.align(32);
    const std::size_t top = out_.size();
    const auto uses = uses_of(program_, body, live);
    for (std::uint32_t k = 0; k < body.size(); ++k) instruction(*body[k].instruction, uses[k], k);
    end_iteration(carried);
    for (const auto& [stride, index] : indices_)
      out_.add(index, static_cast<std::int32_t>(iterations_at_once * stride * bytes_of_slot()));
    out_.decrement(General::Rax);
    out_.jump_if_not_zero(top);
  }

  // An operand shared by all iterations of a lane-vectorised loop must be broadcast, not read from memory.
  void bring_shared(const Instruction& in, const Uses& uses) {
    const std::uint32_t fields[] = {in.a, in.b, in.c};
    const char* kinds = info(in.op).operands;
    const auto group_of = [&](unsigned k) { return kinds[k] == 's' ? registers_.group_of(fields[k]) : -1; };
    for (unsigned k = 0; k < 3; ++k) {
      if (kinds[k] != 's' || !shared(fields[k]) || group_of(k) >= 0) continue;
      std::array<int, 3> held{group_of(0), group_of(1), group_of(2)};
      const int group = make_room(held);
      fetch(register_of(group, 0), fields[k], 0);
      registers_.hold(group, fields[k], uses.of_operand[k], true);
    }
  }

  // An operand that is used again soon is loaded once, if a register is free.
  void load_if_soon(Slot slot, std::uint32_t next, std::uint32_t now) {
    constexpr std::uint32_t kSoon = 30;
    if (registers_.group_of(slot) >= 0 || next >= kAtEnd || next - now > kSoon) return;
    const int group = registers_.free_group();
    if (group < 0) return;
    for (unsigned v = 0; v < (uniform_[slot] ? 1 : layout_.vectors); ++v)
      out_.load(register_of(group, v), memory(slot, v));
    registers_.hold(group, slot, next, true);
  }

  void instruction(const Instruction& in, const Uses& uses, std::uint32_t at) {
    if (in.op == Opcode::Lookup && layout_.alone()) return look_up(in, uses);
    if (sums_.contains(in.target)) return add_up(in, uses);
    if (!has_short_form(in.op)) return call_kernel(in);
    const std::uint32_t fields[] = {in.a, in.b, in.c};
    const char* kinds = info(in.op).operands;
    if (four_at_once_) bring_shared(in, uses);
    for (unsigned k = 0; k < 3; ++k)
      if (kinds[k] == 's') load_if_soon(fields[k], uses.of_operand[k], at);
    // Groups of operands are held until the value is computed, even those it may replace.
    std::array<int, 3> held{-1, -1, -1};
    for (unsigned k = 0; k < 3; ++k)
      if (kinds[k] == 's') held[k] = registers_.group_of(fields[k]);
    int into = -1;
    for (unsigned k = 0; k < 3; ++k)
      if (held[k] >= 0 && uses.of_operand[k] == kNever) into = held[k];
    if (into < 0) into = make_room(held);
    bool uniform = true;
    for (unsigned k = 0; k < 3; ++k) uniform = uniform && (kinds[k] != 's' || uniform_[fields[k]]);
    // In descending order: the first vector of a uniform operand, whose group this may reuse, is read by all.
    for (unsigned v = uniform ? 1 : layout_.vectors; v-- > 0;) compute(in, register_of(into, v), v);
    for (unsigned k = 0; k < 3; ++k)
      if (held[k] >= 0) registers_.used(held[k], uses.of_operand[k]);
    registers_.forget(in.target);
    uniform_[in.target] = uniform;
    registers_.hold(into, in.target, uses.of_target);
  }

  // From the cached segment of the table, or by a call, which searches the right one.
  void look_up(const Instruction& in, const Uses& uses) {
    std::array<int, 3> held{registers_.group_of(in.a), -1, -1};
    const int into = uses.of_operand[0] == kNever && held[0] >= 0 ? held[0] : make_room(held);
    const auto to = static_cast<unsigned>(into);
    const unsigned x = loaded(in.a, 0, kTemporary);
    const auto member = [&](std::size_t offset) {
      return Operand::mem(General::Rax, static_cast<std::int64_t>(in.b * sizeof(CachedSegment) + offset));
    };
    out_.load(General::Rax, Operand::mem(kFrameBase, offsetof(Frame, segments)));
    out_.compare(x, member(offsetof(CachedSegment, low)));
    const std::size_t below = out_.jump_if(Condition::Below);
    out_.compare(x, member(offsetof(CachedSegment, high)));
    const std::size_t beyond = out_.jump_if(Condition::NotBelow);
    out_.vector(Vector::Subtract, to, x, member(offsetof(CachedSegment, origin)));
    out_.vector(Vector::Multiply, to, to, member(offsetof(CachedSegment, slope)));
    out_.vector(Vector::Add, to, to, member(offsetof(CachedSegment, y)));
    const std::size_t done = out_.jump();
    out_.land(below);
    out_.land(beyond);
    store_dirty();
    out_.move(General::Rsi, reinterpret_cast<std::uint64_t>(&in));
    call(reinterpret_cast<std::uint64_t>(look_up_alone));
    registers_.for_full(
        [&](int group) { out_.load(register_of(group, 0), memory(registers_.slot_of(group), 0)); });
    out_.load(to, memory(in.target, 0));
    out_.land(done);
    if (held[0] >= 0) registers_.used(held[0], uses.of_operand[0]);
    registers_.forget(in.target);
    registers_.hold(into, in.target, uses.of_target);
  }

  int make_room(std::array<int, 3>& held) {
    int group = registers_.free_or_farthest(held);
    if (group < 0) group = held[0];  // all hold operands: one of those is read from memory then
    if (registers_.must_store(group)) store(group);
    registers_.release(group);
    for (int& each : held)
      if (each == group) each = -1;
    return group;
  }

  // One vector of the instruction's result.
  void compute(const Instruction& in, unsigned to, unsigned v) {
    const std::uint32_t fields[] = {in.a, in.b, in.c};
    const char* kinds = info(in.op).operands;
    std::array<Operand, 3> operands;
    for (unsigned k = 0; k < 3; ++k)
      if (kinds[k] == 's') operands[k] = operand(fields[k], v);
    write_operation(out_, in.op, to, operands);
  }

  void call(std::uint64_t function) {
    out_.zero_upper();
    out_.move(General::Rdi, kFrameBase);
    out_.move(General::Rax, function);
    out_.call(General::Rax);
  }

  void call_kernel(const Instruction& in) {
    store_all();
    out_.move(General::Rsi, reinterpret_cast<std::uint64_t>(&in));
    out_.move(General::Rdx, 1);
    call(reinterpret_cast<std::uint64_t>(kernels_of(Level::Native)));
    for (std::uint64_t t = 0; t < targets_of(in); ++t) uniform_[in.target + t] = false;
  }

  void call_hook(StepHook hook) {
    store_all();
    out_.move(General::Rsi, static_cast<std::uint64_t>(hook));
    call(reinterpret_cast<std::uint64_t>(layout_.hook));
  }

  Assembler& out_;
  const Program& program_;
  const Layout& layout_;
  const CodeItems items_;
  const std::vector<Uses> uses_;
  const std::vector<RerolledLoop> loops_;
  Registers registers_;
  SlotSet uniform_;  // whose present values are the same in all lanes
  const std::int64_t first_byte_;
  const RerolledLoop* loop_ = nullptr;  // the current one
  std::map<std::int64_t, General> indices_;
  bool four_at_once_ = false;                // four iterations of it executed at once
  std::map<Slot, std::int64_t> own_places_;  // on the stack, of what such iterations keep for themselves
  std::map<Slot, unsigned> sums_;            // by slot: the register that such iterations accumulate in
  std::vector<Slot> carried_;                // by register: its value at the begin of an iteration
};

}  // namespace

void translate(Assembler& out, const Program& program, const Layout& layout, const CodeItems& items,
               const SlotSet& live, const std::function<void()>& begin_iteration) {
  std::vector<Translator> copies;
  copies.reserve(layout.copies);
  for (unsigned copy = 0; copy < layout.copies; ++copy)
    copies.emplace_back(out, program, layout, items, live, copy);
  for (Translator& each : copies) each.begin_iterations();
  begin_iteration();
  for (Translator& each : copies) each.run();
}

}  // namespace flowyard::worker::engine::native
