#include "worker/compile/emit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "worker/engine/check.hpp"

namespace flowyard::worker::compile {
namespace {

using engine::Code;
using engine::Instruction;
using engine::Program;
using engine::Slot;

constexpr Slot no_slot = ~Slot{0};
constexpr std::size_t forever = ~std::size_t{0};

class Emitter {
 public:
  Emitter(const Lowerer& lowerer, const Resolved& resolved, const Wanted& wanted, Diagnostics& diagnostics)
      : l_(lowerer), g_(resolved.graph), roots_(resolved.roots), wanted_(wanted), diagnostics_(diagnostics) {}

  Program run() {
    classify();
    copy_tables();
    lay_out_leaves();
    gather_roots();
    emit_invariants();
    emit_initial();
    emit_steps();
    emit_finish();
    fill_program_tables();
    default_times();
    return std::move(p_);
  }

 private:
  // A value computed in one section and kept in a slot of its own for others.
  struct Pin {
    Slot slot;
    NodeId node;
  };

  NodeId root(InstanceId instance) const { return roots_[instance]; }
  bool computes(NodeId node) const {
    const NodeKind kind = g_.at(node).kind;
    return kind == NodeKind::Operation || kind == NodeKind::Block || kind == NodeKind::Extract;
  }

  // Invariant: depends on parameters and literals only.
  void classify() {
    invariant_.resize(g_.size());
    for (NodeId node = 0; node < g_.size(); ++node) {
      const Node& n = g_.at(node);
      bool invariant = n.kind == NodeKind::Literal || n.kind == NodeKind::Parameter;
      if (computes(node)) {
        invariant = !n.once_a_step && n.op != Opcode::InitialStock;
        g_.each_input(node, [&](NodeId input) { invariant = invariant && invariant_[input]; });
      }
      invariant_[node] = invariant;
    }
  }

  void copy_tables() {
    p_.parameters = l_.parameters;
    p_.tables = l_.tables;
    p_.xs = l_.xs;
    p_.ys = l_.ys;
    p_.streams = l_.streams;
  }

  Slot fresh(std::size_t count = 1) {
    const Slot first = p_.slots;
    if (count > engine::max_slots || p_.slots + count > engine::max_slots) throw TooLarge{};
    p_.slots += static_cast<Slot>(count);
    return first;
  }

  void lay_out_leaves() {
    slot_.assign(g_.size(), no_slot);
    for (NodeId node = 0; node < g_.size(); ++node) {
      if (!g_.is_literal(node)) continue;
      slot_[node] = fresh();
      p_.literals.push_back(g_.literal_value(node));
    }
    p_.time_slot = fresh();
    for (auto& parameter : p_.parameters) parameter.first_slot = fresh(parameter.elements.size());
    for (std::size_t t = 0; t < p_.tables.size(); ++t) {
      const std::uint32_t owner = l_.table_parameter[t];
      p_.tables[t].replacement = p_.time_slot;
      if (owner == ~std::uint32_t{0}) continue;
      const auto& parameter = p_.parameters[owner];
      p_.tables[t].replacement = parameter.first_slot + static_cast<Slot>(t) - parameter.first_table;
    }
    p_.first_stock = fresh(l_.stocks.size());
    first_state_ = fresh(l_.states.size());
    first_delay_ = fresh(l_.delays.size());
    first_delay_length_ = fresh(l_.delays.size());
    for (const auto& belt : l_.belts) first_belt_.push_back(fresh(1 + belt.leaks.size()));
    first_captured_ = fresh(l_.captured.size());
    first_setting_ = fresh(4);
    first_reduction_ = fresh(3 * l_.reductions.size());
    for (NodeId node = 0; node < g_.size(); ++node) slot_[node] = leaf_slot(node);
  }

  Slot leaf_slot(NodeId node) const {
    const Node& n = g_.at(node);
    switch (n.kind) {
      case NodeKind::Time:
        return p_.time_slot;
      case NodeKind::Parameter:
        return p_.parameters[n.a].first_slot + n.b;
      case NodeKind::Stock:
        return p_.first_stock + n.a;
      case NodeKind::State:
        return first_state_ + n.a;
      case NodeKind::Delay:
        return first_delay_ + n.a;
      case NodeKind::Captured:
        return first_captured_ + n.a;
      case NodeKind::Reduction:
        return first_reduction_ + 3 * n.a;
      default:
        return slot_[node];
    }
  }

  void gather_roots() {
    for (std::uint32_t i = 0; i < 4; ++i) {
      const NodeId node = root(wanted_.settings[i]);
      setting_nodes_[i] = node;
      if (invariant_[node]) continue;
      if (i == 0) diagnostics_.add("the start time must not change while running", SourcePlace{});
      p_.time.varies = true;
      step_pins_.push_back({first_setting_ + i, node});
      initial_pins_.push_back({first_setting_ + i, root(wanted_.initial_settings[i])});
    }
    for (std::size_t k = 0; k < l_.stocks.size(); ++k) {
      initial_roots_.push_back(root(l_.stocks[k].initial));
      rate_nodes_.push_back(root(l_.stocks[k].rate));
    }
    for (std::size_t k = 0; k < l_.states.size(); ++k) {
      initial_pins_.push_back({first_state_ + static_cast<Slot>(k), root(l_.states[k].initial)});
      rate_nodes_.push_back(root(l_.states[k].next));
    }
    for (std::size_t k = 0; k < l_.delays.size(); ++k) {
      const auto at = static_cast<Slot>(k);
      initial_pins_.push_back({first_delay_ + at, root(l_.delays[k].initial)});
      initial_pins_.push_back({first_delay_length_ + at, root(l_.delays[k].length)});
      rate_nodes_.push_back(root(l_.delays[k].input));
      if (l_.delays[k].kind == engine::DelayKind::Fixed) continue;
      rate_nodes_.push_back(root(l_.delays[k].length_now));
      rate_nodes_.push_back(root(l_.delays[k].otherwise));
    }
    for (std::size_t b = 0; b < l_.belts.size(); ++b) {
      const BeltItem& belt = l_.belts[b];
      initial_pins_.push_back({first_belt_[b], root(belt.length)});
      for (std::size_t k = 0; k < belt.leaks.size(); ++k)
        initial_pins_.push_back({first_belt_[b] + 1 + static_cast<Slot>(k), root(belt.leaks[k].fraction)});
      for (const InstanceId needed : {belt.inflow, belt.length_now, belt.sample, belt.arrest, belt.flows})
        rate_nodes_.push_back(root(needed));
    }
    for (const auto& queue : l_.queues) rate_nodes_.push_back(root(queue.flows));
    for (const auto& shift : l_.shifts)
      for (const InstanceId needed : {shift.condition, shift.accumulate, shift.value})
        rate_nodes_.push_back(root(needed));
    for (std::size_t k = 0; k < l_.captured.size(); ++k)
      initial_pins_.push_back({first_captured_ + static_cast<Slot>(k), root(l_.captured[k])});
    for (const auto& series : wanted_.series)
      for (const InstanceId value : series.values) save_nodes_.push_back(root(value));
    for (const auto& reduction : l_.reductions) {
      save_nodes_.push_back(root(reduction.input));
      save_nodes_.push_back(root(reduction.at));
    }
    for (const auto& outcome : wanted_.outcomes) {
      const NodeId node = root(outcome.value);
      finish_nodes_.push_back(node);
      if (!invariant_[node] && !only_reduced(node))
        diagnostics_.add("the outcome '" + outcome.name +
                             "' changes over time: say which moment is meant, as in "
                             "last(...), max(...) or mean(...)",
                         outcome.place);
    }
  }

  // Whether everything in it is a reduction, invariant, or made of such.
  bool only_reduced(NodeId node) const {
    if (invariant_[node] || g_.at(node).kind == NodeKind::Reduction) return true;
    if (!computes(node)) return false;
    std::vector<NodeId> stack{node};
    std::vector<bool> seen(g_.size());
    while (!stack.empty()) {
      const NodeId at = stack.back();
      stack.pop_back();
      if (seen[at] || invariant_[at] || g_.at(at).kind == NodeKind::Reduction) continue;
      seen[at] = true;
      if (!computes(at)) return false;
      g_.each_input(at, [&](NodeId input) { stack.push_back(input); });
    }
    return true;
  }

  // Everything that `nodes` need and that is not computed yet, marked in `needed`.
  void mark(const std::vector<NodeId>& nodes, std::vector<bool>& needed) const {
    std::vector<NodeId> stack = nodes;
    while (!stack.empty()) {
      const NodeId node = stack.back();
      stack.pop_back();
      if (needed[node] || !computes(node)) continue;
      needed[node] = true;
      g_.each_input(node, [&](NodeId input) { stack.push_back(input); });
    }
  }

  void emit_invariants() {
    std::vector<NodeId> all(setting_nodes_, setting_nodes_ + 4);
    for (const auto* nodes : {&initial_roots_, &rate_nodes_, &save_nodes_, &finish_nodes_})
      all.insert(all.end(), nodes->begin(), nodes->end());
    for (const auto* pins : {&initial_pins_, &step_pins_})
      for (const Pin& pin : *pins) all.push_back(pin.node);
    std::vector<bool> needed(g_.size());
    mark(all, needed);
    for (NodeId node = 0; node < g_.size(); ++node) {
      if (!needed[node] || !invariant_[node]) continue;
      give_own_slot(node);
      emit(node, p_.invariant);
    }
    invariant_slots_ = slot_;
  }

  void give_own_slot(NodeId node) {
    const Node& n = g_.at(node);
    if (n.kind == NodeKind::Extract)
      slot_[node] = slot_[n.a] + n.b;
    else
      slot_[node] = fresh(engine::targets_of(instruction_of(node)));
  }

  Instruction instruction_of(NodeId node) const {
    const Node& n = g_.at(node);
    return {.op = n.op,
            .once_a_step = static_cast<std::uint16_t>(n.once_a_step ? 1 : 0),
            .target = 0,
            .a = n.a,
            .b = n.b,
            .c = n.c};
  }

  void emit(NodeId node, Code& code) {
    const Node& n = g_.at(node);
    if (n.kind == NodeKind::Extract) return;
    Instruction in = instruction_of(node);
    in.target = slot_[node];
    if (n.kind == NodeKind::Block) {
      in.a = static_cast<std::uint32_t>(p_.operands.size());
      g_.each_input(node, [&](NodeId input) { p_.operands.push_back(slot_[input]); });
    } else {
      const char* kinds = engine::info(n.op).operands;
      std::uint32_t* fields[] = {&in.a, &in.b, &in.c};
      for (int i = 0; i < 3; ++i)
        if (kinds[i] == 's') *fields[i] = slot_[*fields[i]];
    }
    code.push_back(in);
  }

  void emit_copy(Slot target, Slot from, Code& code) {
    code.push_back({.op = Opcode::Copy, .once_a_step = 0, .target = target, .a = from, .b = 0, .c = 0});
  }

  // Nodes of one or more sections that run after each other, with slots used again after the last use.
  struct Sections {
    std::vector<std::pair<NodeId, Code*>> order;
    std::vector<std::size_t> last_use;  // by node; forever for what must stay
  };

  void allocate_and_emit(Sections& sections) {
    std::vector<Slot>& free = free_slots_;
    std::vector<std::vector<NodeId>> dying(sections.order.size());
    for (NodeId node = 0; node < g_.size(); ++node)
      if (const std::size_t last = sections.last_use[node];
          last != forever && last < dying.size() && reusable(node))
        dying[last].push_back(node);
    for (std::size_t i = 0; i < sections.order.size(); ++i) {
      const auto [node, code] = sections.order[i];
      // What dies here may be overwritten by this very instruction: kernels go lane by lane.
      std::vector<Slot> freed;
      for (const NodeId dead : dying[i])
        if (dead != node && slot_[dead] != no_slot) freed.push_back(slot_[dead]);
      if (!reusable(node)) {
        give_own_slot(node);
      } else {
        free.insert(free.end(), freed.begin(), freed.end());
        freed.clear();
        if (free.empty()) free.push_back(fresh());
        slot_[node] = free.back();
        free.pop_back();
      }
      free.insert(free.end(), freed.begin(), freed.end());
      emit(node, *code);
    }
  }

  // Single slots of ordinary operations; targets of array instructions stay together and to themselves, and
  // so does what is computed once a step, for trial evaluations read it later.
  bool reusable(NodeId node) const {
    const Node& n = g_.at(node);
    return n.kind == NodeKind::Operation && !n.once_a_step && !invariant_[node];
  }

  void uses(NodeId node, std::size_t at, Sections& sections) const {
    g_.each_input(node, [&](NodeId input) {
      if (sections.last_use[input] != forever)
        sections.last_use[input] = std::max(sections.last_use[input], at);
    });
  }

  void emit_initial() {
    std::vector<NodeId> all = initial_roots_;
    for (const Pin& pin : initial_pins_) all.push_back(pin.node);
    std::vector<bool> needed(g_.size());
    mark(all, needed);
    Sections sections;
    sections.last_use.assign(g_.size(), 0);
    for (const Pin& pin : initial_pins_) sections.last_use[pin.node] = forever;
    for (NodeId node = 0; node < g_.size(); ++node) {
      if (!needed[node] || invariant_[node]) continue;
      uses(node, sections.order.size(), sections);
      sections.last_use[node] = std::max(sections.last_use[node], sections.order.size());
      sections.order.emplace_back(node, &p_.initial);
    }
    allocate_and_emit(sections);
    for (const Pin& pin : initial_pins_) emit_copy(pin.slot, slot_[pin.node], p_.initial);
    slot_ = invariant_slots_;
    free_slots_.clear();
    for (Slot s = first_temporary(); s < p_.slots; ++s) free_slots_.push_back(s);
  }

  // Slots after those that keep their meaning from start to end.
  Slot first_temporary() const {
    Slot first = first_reduction_ + 3 * static_cast<Slot>(l_.reductions.size());
    for (NodeId node = 0; node < g_.size(); ++node)
      if (computes(node) && invariant_[node] && slot_[node] != no_slot &&
          g_.at(node).kind != NodeKind::Extract)
        first =
            std::max<Slot>(first, slot_[node] + static_cast<Slot>(engine::targets_of(instruction_of(node))));
    return first;
  }

  void emit_steps() {
    std::vector<NodeId> rates = rate_nodes_;
    for (const Pin& pin : step_pins_) rates.push_back(pin.node);
    std::vector<bool> for_rates(g_.size()), for_saves(g_.size()), for_pins(g_.size());
    mark(rates, for_rates);
    mark(save_nodes_, for_saves);
    std::vector<NodeId> pinned;
    for (const Pin& pin : step_pins_) pinned.push_back(pin.node);
    mark(pinned, for_pins);
    Sections sections;
    sections.last_use.assign(g_.size(), 0);
    const auto take = [&](auto wanted, Code& code) {
      for (NodeId node = 0; node < g_.size(); ++node) {
        if (invariant_[node] || !wanted(node)) continue;
        uses(node, sections.order.size(), sections);
        sections.last_use[node] = std::max(sections.last_use[node], sections.order.size());
        sections.order.emplace_back(node, &code);
      }
    };
    for (const NodeId node : rate_nodes_) sections.last_use[node] = forever;
    for (const NodeId node : pinned) sections.last_use[node] = forever;
    take([&](NodeId n) { return for_pins[n] || (for_rates[n] && for_saves[n]); }, p_.step);
    const std::size_t save_begin = sections.order.size();
    take([&](NodeId n) { return for_saves[n] && !for_rates[n]; }, p_.save);
    // Saved values must stay until the section's end, where they are read.
    const std::size_t save_end = sections.order.empty() ? 0 : sections.order.size() - 1;
    for (const NodeId node : save_nodes_)
      if (computes(node) && sections.last_use[node] != forever)
        sections.last_use[node] = std::max(sections.last_use[node], std::max(save_end, save_begin) + 1);
    take([&](NodeId n) { return for_rates[n] && !for_saves[n] && !for_pins[n]; }, p_.stocks_code);
    allocate_and_emit(sections);
    for (const Pin& pin : step_pins_) emit_copy(pin.slot, slot_[pin.node], p_.step);
  }

  // A rate that is itself a stock or state must be read before that changes.
  Slot settled(NodeId node) {
    const NodeKind kind = g_.at(node).kind;
    if (kind != NodeKind::Stock && kind != NodeKind::State && kind != NodeKind::Delay) return slot_[node];
    const Slot copy = fresh();
    emit_copy(copy, slot_[node], p_.stocks_code);
    return copy;
  }

  void emit_finish() {
    step_slots_ = slot_;
    for (std::size_t k = 0; k < l_.stocks.size(); ++k) {
      const StockItem& item = l_.stocks[k];
      p_.stocks.push_back(
          {item.name, item.element, item.hidden, item.non_negative, settled(root(item.rate))});
    }
    for (std::size_t k = 0; k < l_.states.size(); ++k)
      p_.states.push_back({first_state_ + static_cast<Slot>(k), settled(root(l_.states[k].next))});
    for (std::size_t k = 0; k < l_.delays.size(); ++k) {
      const auto at = static_cast<Slot>(k);
      const DelayItem& item = l_.delays[k];
      engine::DelayLine line{.slot = first_delay_ + at,
                             .input = settled(root(item.input)),
                             .length = first_delay_length_ + at,
                             .otherwise = first_delay_length_ + at,
                             .kind = item.kind};
      if (item.kind != engine::DelayKind::Fixed) {
        emit_copy(line.length, slot_[root(item.length_now)], p_.stocks_code);
        line.otherwise = settled(root(item.otherwise));
      }
      p_.delays.push_back(line);
    }
    for (std::size_t b = 0; b < l_.belts.size(); ++b) {
      const BeltItem& item = l_.belts[b];
      engine::Belt belt{.stock = item.stock,
                        .exponential = item.exponential,
                        .discrete = item.discrete,
                        .inflow = settled(root(item.inflow)),
                        .length = first_belt_[b],
                        .sample = settled(root(item.sample)),
                        .arrest = settled(root(item.arrest)),
                        .leaks = {},
                        .initial_list = item.initial_list};
      for (std::size_t k = 0; k < item.leaks.size(); ++k)
        belt.leaks.push_back({item.leaks[k].zone_start, item.leaks[k].zone_end, item.leaks[k].integers,
                              first_belt_[b] + 1 + static_cast<Slot>(k)});
      emit_copy(belt.length, slot_[root(item.length_now)], p_.stocks_code);
      p_.belts.push_back(std::move(belt));
    }
    for (const auto& item : l_.queues) p_.queues.push_back({item.stock, item.outflows});
    for (const auto& shift : l_.shifts)
      p_.shifts.push_back({shift.first, shift.count, settled(root(shift.condition)),
                           settled(root(shift.accumulate)), settled(root(shift.value))});
    std::vector<bool> needed(g_.size());
    mark(finish_nodes_, needed);
    for (NodeId node = 0; node < g_.size(); ++node) {
      if (!needed[node] || invariant_[node]) continue;
      give_own_slot(node);
      emit(node, p_.finish);
    }
  }

  void fill_program_tables() {
    for (const auto& series : wanted_.series) {
      engine::Output output{series.name, series.elements, {}};
      for (const InstanceId value : series.values) output.slots.push_back(step_slots_[root(value)]);
      p_.outputs.push_back(std::move(output));
    }
    for (std::size_t k = 0; k < l_.reductions.size(); ++k) {
      const ReductionItem& item = l_.reductions[k];
      p_.reductions.push_back({item.kind, step_slots_[root(item.input)], step_slots_[root(item.at)],
                               first_reduction_ + 3 * static_cast<Slot>(k)});
    }
    for (const auto& outcome : wanted_.outcomes)
      p_.outcomes.push_back({outcome.name, slot_[root(outcome.value)]});
    Slot* times[] = {&p_.time.start, &p_.time.stop, &p_.time.step, &p_.time.save_every};
    for (std::uint32_t i = 0; i < 4; ++i)
      *times[i] = invariant_[setting_nodes_[i]] ? slot_[setting_nodes_[i]] : first_setting_ + i;
  }

  // With all parameters at their defaults; NaN where a lookup or more is needed to know.
  void default_times() {
    std::vector<double> value(g_.size(), std::numeric_limits<double>::quiet_NaN());
    std::vector<bool> needed(g_.size());
    mark({setting_nodes_, setting_nodes_ + 4}, needed);
    for (NodeId node = 0; node < g_.size(); ++node) {
      const Node& n = g_.at(node);
      if (n.kind == NodeKind::Literal) value[node] = g_.literal_value(node);
      if (n.kind == NodeKind::Parameter && !p_.parameters[n.a].is_lookup)
        value[node] = p_.parameters[n.a].defaults[n.b];
      if (!needed[node] || n.kind != NodeKind::Operation) continue;
      if (n.op == Opcode::Setting) value[node] = value[n.a];
      if (!computable(n.op)) continue;
      double operands[3] = {};
      int count = 0;
      g_.each_input(node, [&](NodeId input) { operands[count++] = value[input]; });
      value[node] = computed(n.op, operands[0], operands[1], operands[2]);
    }
    p_.time.default_start = value[setting_nodes_[0]];
    p_.time.default_stop = value[setting_nodes_[1]];
    p_.time.default_step = value[setting_nodes_[2]];
    p_.time.default_save_every = value[setting_nodes_[3]];
  }

  const Lowerer& l_;
  const Graph& g_;
  const std::vector<NodeId>& roots_;
  const Wanted& wanted_;
  Diagnostics& diagnostics_;
  Program p_;
  std::vector<bool> invariant_;
  std::vector<Slot> slot_;  // by node, in the section being emitted
  std::vector<Slot> invariant_slots_;
  std::vector<Slot> step_slots_;
  std::vector<Slot> free_slots_;
  Slot first_state_ = 0;
  Slot first_delay_ = 0;
  Slot first_delay_length_ = 0;
  std::vector<Slot> first_belt_;  // its length, then its leak fractions
  Slot first_captured_ = 0;
  Slot first_setting_ = 0;
  Slot first_reduction_ = 0;
  NodeId setting_nodes_[4] = {};
  std::vector<Pin> initial_pins_;
  std::vector<Pin> step_pins_;
  std::vector<NodeId> initial_roots_;
  std::vector<NodeId> rate_nodes_;
  std::vector<NodeId> save_nodes_;
  std::vector<NodeId> finish_nodes_;
};

}  // namespace

Program emit(const Lowerer& lowerer, const Resolved& resolved, const Wanted& wanted,
             Diagnostics& diagnostics) {
  return Emitter(lowerer, resolved, wanted, diagnostics).run();
}

}  // namespace flowyard::worker::compile
