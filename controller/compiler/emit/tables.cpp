// The program's tables, and the code at the end that feeds them.
#include <limits>

#include "controller/compiler/emit/emitter.hpp"

namespace flowyard::controller::compiler {

void Emitter::copy_tables() {
  p_.parameters = l_.parameters;
  p_.tables = l_.tables;
  p_.xs = l_.xs;
  p_.ys = l_.ys;
  p_.streams = l_.streams;
}

void Emitter::emit_finish() {
  step_slots_ = slot_;
  for (std::size_t k = 0; k < l_.stocks.size(); ++k) {
    const StockItem& item = l_.stocks[k];
    p_.stocks.push_back(
        {item.name, item.element, item.synthesized, item.non_negative, settled(root(item.rate))});
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
  for (std::size_t b = 0; b < l_.conveyors.size(); ++b) {
    const ConveyorItem& item = l_.conveyors[b];
    engine::Conveyor conveyor{.stock = item.stock,
                              .exponential = item.exponential,
                              .discrete = item.discrete,
                              .inflow = settled(root(item.inflow)),
                              .length = first_conveyor_[b],
                              .sample = settled(root(item.sample)),
                              .arrest = settled(root(item.arrest)),
                              .leaks = {},
                              .initial_list = item.initial_list};
    for (std::size_t k = 0; k < item.leaks.size(); ++k)
      conveyor.leaks.push_back({item.leaks[k].zone_start, item.leaks[k].zone_end, item.leaks[k].integers,
                                first_conveyor_[b] + 1 + static_cast<Slot>(k)});
    emit_copy(conveyor.length, slot_[root(item.length_now)], p_.stocks_code);
    p_.conveyors.push_back(std::move(conveyor));
  }
  for (const auto& item : l_.queues) p_.queues.push_back({item.stock, item.outflows});
  for (const auto& shift : l_.shifts)
    p_.shifts.push_back({shift.first, shift.count, settled(root(shift.condition)),
                         settled(root(shift.accumulate)), settled(root(shift.value))});
  const Marks needed = needed_by({&finish_nodes_});
  for (NodeId node = 0; node < g_.size(); ++node) {
    if (!needed[node] || invariant_[node]) continue;
    give_own_slot(node);
    emit(node, p_.finish);
  }
}

void Emitter::fill_program_tables() {
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

void Emitter::default_times() {
  std::vector<double> value(g_.size(), std::numeric_limits<double>::quiet_NaN());
  const std::vector<NodeId> settings(setting_nodes_, setting_nodes_ + 4);
  const Marks needed = needed_by({&settings});
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

}  // namespace flowyard::controller::compiler
