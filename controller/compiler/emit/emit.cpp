#include "controller/compiler/emit/emit.hpp"

#include "controller/compiler/emit/emitter.hpp"

namespace flowyard::controller::compiler {

Program Emitter::run() {
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

void Emitter::classify() {
  invariant_.resize(g_.size());
  known_at_end_.resize(g_.size());
  for (NodeId node = 0; node < g_.size(); ++node) {
    const Node& n = g_.at(node);
    bool invariant = n.kind == NodeKind::Literal || n.kind == NodeKind::Parameter;
    bool known = invariant || n.kind == NodeKind::Reduction;
    if (computes(node)) {
      invariant = !n.once_a_step && n.op != Opcode::InitialStock;
      known = true;
      g_.each_input(node, [&](NodeId input) {
        invariant = invariant && invariant_[input];
        known = known && known_at_end_[input];
      });
    }
    invariant_[node] = invariant;
    known_at_end_[node] = known || invariant;
  }
}

void Emitter::gather_roots() {
  for (std::uint32_t i = 0; i < 4; ++i) {
    const NodeId node = root(wanted_.settings[i]);
    setting_nodes_[i] = node;
    if (invariant_[node]) continue;
    if (i == 0)
      diagnostics_.error(FileLocation{}, DiagnosticCode::WrongTime,
                         "the start time must not change while running");
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
  for (std::size_t b = 0; b < l_.conveyors.size(); ++b) {
    const ConveyorItem& conveyor = l_.conveyors[b];
    initial_pins_.push_back({first_conveyor_[b], root(conveyor.length)});
    for (std::size_t k = 0; k < conveyor.leaks.size(); ++k)
      initial_pins_.push_back(
          {first_conveyor_[b] + 1 + static_cast<Slot>(k), root(conveyor.leaks[k].fraction)});
    for (const InstanceId needed :
         {conveyor.inflow, conveyor.length_now, conveyor.sample, conveyor.arrest, conveyor.flows})
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
    if (!known_at_end_[node])
      diagnostics_.error(outcome.location, DiagnosticCode::NotConstant,
                         "the outcome '" + outcome.name +
                             "' changes over time: say which moment is meant, as in "
                             "last(...), max(...) or mean(...)");
  }
}

Program emit(const LowerContext& lowering, const Resolved& resolved, const Wanted& wanted,
             model::Diagnostics& diagnostics) {
  return Emitter(lowering, resolved, wanted, diagnostics).run();
}

}  // namespace flowyard::controller::compiler
